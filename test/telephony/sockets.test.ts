/** Everything listens on loopback until told otherwise (README, "Deploy"): sound too, and what nobody asked for. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

const loopback = /^([0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/
const listening = '0A'

/** Local addresses, as the kernel writes them, of TCP sockets that listen and of UDP sockets, by inode. */
function bound(pid: number): Map<string, string> {
  const found = new Map<string, string>()
  for (const kind of ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6']) {
    for (const line of readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').trim().split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (!kind.startsWith('tcp') || state === listening) found.set(inode, `${kind} ${local}`)
    }
  }
  return found
}

function socketsOf(pid: number): string[] {
  const all = bound(pid)
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    let link = ''
    try {
      link = readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      return [] // closed meanwhile
    }
    const address = all.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '')
    return address === undefined ? [] : [address]
  })
}

it('no socket of any process is bound to another address than loopback, while people talk', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])

  const answer = await fetch(`${inject('telephony').switchboardUrl}/pids`)
  const pids = Object.entries((await answer.json()) as Record<string, number>)
  const sockets = pids.flatMap(([name, pid]) => socketsOf(pid).map((address) => ({ name, address })))
  const has = (name: string, kind: string) => sockets.filter((one) => one.name === name && one.address.startsWith(kind))
  expect(has('asterisk', 'udp').length).toBeGreaterThanOrEqual(5) // SIP, and sound with its RTCP for two legs
  for (const name of ['postgres', 'redis', 'asterisk', 'rescue', 'switchboard', 'worker', 'api']) {
    expect(has(name, 'tcp').length).toBeGreaterThan(0)
  }
  const elsewhere = sockets.filter(({ address }) => !loopback.test(address.split(/[ :]/)[1] ?? ''))
  expect(elsewhere).toEqual([])
})
