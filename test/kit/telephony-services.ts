/** Gives the telephony stories one whole system and one outside world for the whole run, each with its own ports and data. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { project } from '../../scripts/lib/processes.ts'
import { type PartName, partNames, type System, startSystem, stopOrder } from '../../scripts/lib/system.ts'
import { type OutsidePlan, startOutside } from '../outside/outside-asterisk.ts'
import { addresses, doomedAddresses, type Secrets, seedCast } from '../telephony/kit/cast.ts'
import { copyMissing } from './spoken-prompts.ts'
import { freePorts, runBeside, temporaryDir } from './temporary.ts'

/** What a process is told besides. */
type More = { rescue: Record<string, string> }

/** Sound needs ranges of UDP ports, away from those that the kernel gives to others (32768 and up). */
const firstRtp = 20_000 + runBeside * 2_000
const rtp = {
  hotline: [firstRtp, firstRtp + 999],
  outside: [firstRtp + 1_000, firstRtp + 1_899],
  doomed: [firstRtp + 1_900, firstRtp + 1_999],
} as const

export default async function setup(run: TestProject): Promise<() => Promise<void>> {
  const root = privateRoot()
  const { dir, remove } = temporaryDir('tel')
  const undo: (() => Promise<unknown> | unknown)[] = [remove]
  const stop = async () => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const ports = await systemPorts()
    const [sipPort = 0, ariPort = 0, doomedAri = 0] = await freePorts(3)
    const secrets: Secrets = {
      password: `Pw-${randomBytes(12).toString('hex')}`,
      seatSecret: randomBytes(12).toString('hex'),
    }

    const prompts = join(dir, 'prompts')
    const spoken = join(root, '../prompts-for-tests')
    copyMissing(spoken, prompts)
    // Placed only in its own story: the others count who is in Asterisk.
    const more: More = { rescue: { HOTLINE_CANARY_S: '0' } }
    const system = await startSystem({
      more,
      ...{ root, dir: join(dir, 'system'), ports, durable: false, rtpTimeoutS: 30, netAfterS: 4 },
      ...{ prompts, systemName: 'stories' },
      without: ['asterisk', 'rescue', 'switchboard', 'switchboard-2', 'worker', 'api'],
    })
    undo.push(() => system.stopAll())
    copyMissing(prompts, spoken)
    shortenSpelling(prompts)
    const databaseUrl = await seed(system, secrets, sipPort)
    await system.renderAsterisk()
    for (const part of ['asterisk', 'rescue', 'switchboard', 'worker', 'api'] as const) await system.start(part)

    const hotline = { address: '127.0.0.1', sipPort: ports.sip }
    const outside = await startOutside({
      ...{ root, dir: join(dir, 'outside'), name: 'outside', sipPort, ariPort, hotline },
      ...{ rtpPorts: rtp.outside, roles: addresses },
    })
    undo.push(() => outside.asterisk.stop())
    const doomed: OutsidePlan = {
      ...{ root, dir: join(dir, 'doomed'), name: 'doomed', sipPort, ariPort: doomedAri, hotline },
      ...{ rtpPorts: rtp.doomed, roles: doomedAddresses, password: outside.address.password },
    }
    const [thirdHealth = 0] = await freePorts(1)
    const handle = await giveHandle(system, thirdHealth, more)
    undo.push(handle.close)

    run.provide('telephony', {
      dir,
      apiUrl: `http://127.0.0.1:${ports.api}`,
      witness: {
        ariUrl: `http://127.0.0.1:${ports.ari}`,
        user: 'observer',
        password: system.secrets.observer.value,
      },
      databaseUrl,
      secrets,
      outside: outside.address,
      doomed,
      switchboardUrl: handle.url,
      rescueUrl: `http://127.0.0.1:${ports.rescueHealth}`,
      healthUrls: [ports.switchboardHealth, ports.secondHealth, thirdHealth].map(
        (port) => `http://127.0.0.1:${port}/health/ready`,
      ),
    })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

/** Each digit and letter is cut to 0.2 s: a ticket number is whispered in three seconds, not in eleven. */
function shortenSpelling(prompts: string): void {
  for (const name of readdirSync(prompts).filter((file) => /^(digit|letter)-/.test(file))) {
    const file = join(prompts, name)
    const [from, to] = [0.1, 0.3].map((seconds) => seconds * 8_000)
    const sound = readFileSync(file).subarray(from, to)
    rmSync(file) // a link to what is kept
    writeFileSync(file, sound)
  }
}

async function systemPorts(): Promise<System['options']['ports']> {
  const [
    postgres = 0,
    redis = 0,
    ari = 0,
    wss = 0,
    sip = 0,
    desk = 0,
    api = 0,
    switchboardHealth = 0,
    workerHealth = 0,
    rescueHealth = 0,
    secondHealth = 0,
  ] = await freePorts(11)
  const [from, to] = rtp.hotline
  return {
    ...{ postgres, redis, ari, wss, sip, desk, api, switchboardHealth, workerHealth, rescueHealth, secondHealth },
    rtp: `${from}-${to}`,
  }
}

async function seed(system: System, secrets: Secrets, outsideSipPort: number): Promise<string> {
  const url = new URL(system.env['HOTLINE_OWNER_DATABASE_URL'] ?? '')
  url.password = (await readFile(system.env['HOTLINE_OWNER_DATABASE_PASSWORD_FILE'] ?? '', 'utf8')).trim()
  const db = new Client({ connectionString: url.href })
  await db.connect()
  try {
    await seedCast(db, secrets, outsideSipPort)
  } finally {
    await db.end()
  }
  return url.href
}

/** Stories run in processes of their own; this lets them stop, freeze and start our processes that were started here. */
async function giveHandle(
  system: System,
  thirdHealth: number,
  more: More,
): Promise<{ url: string; close: () => void }> {
  const ours = ['rescue', 'switchboard', 'worker', 'api'] as const
  const signal = async (part: PartName, name: NodeJS.Signals) => {
    const { pid } = system.part(part) ?? {}
    if (pid === undefined) throw new Error(`${part} is not running`)
    process.kill(pid, name)
  }
  const startSwitchboard = (settings: Record<string, string>) => {
    Object.assign(system.env, settings)
    return system.start('switchboard')
  }
  const canaryEvery = async (everyS: string) => {
    more.rescue = { HOTLINE_CANARY_S: everyS }
    await system.stop('rescue')
    await system.start('rescue')
  }
  const impatient = async (ringS: string, silenceS: string): Promise<void> => {
    await system.stop('switchboard')
    await startSwitchboard({ HOTLINE_RING_AT_MOST_S: ringS, HOTLINE_RTP_TIMEOUT_S: silenceS })
  }
  const orders: Record<string, () => Promise<unknown>> = {
    '/canary': () => canaryEvery('1'),
    '/no-canary': () => canaryEvery('0'),
    '/kill-all': () => Promise.all(ours.map((name) => system.kill(name))),
    '/start-all': () => Promise.all(ours.map((name) => system.start(name))),
    '/freeze-asterisk': () => signal('asterisk', 'SIGSTOP'),
    '/thaw-asterisk': () => signal('asterisk', 'SIGCONT'),
    '/fill': () => system.stop('switchboard').then(() => startSwitchboard({ HOTLINE_MOST_CALLERS: '1' })),
    '/widen': () => system.stop('switchboard').then(() => startSwitchboard({ HOTLINE_MOST_CALLERS: '400' })),
    '/stop-system': async () => {
      for (const name of stopOrder) if (name !== 'redis' && name !== 'postgres') await system.stop(name)
    },
    '/start-system': async () => {
      for (const name of ['asterisk', ...ours] as const) await system.start(name)
    },
    '/ring-shortly': () => impatient('5', '3'),
    '/ring-long': () => impatient('60', '30'),
    '/stop-asterisk': () => system.stop('asterisk'),
    '/kill-asterisk': () => system.kill('asterisk'),
    '/start-asterisk': () => system.start('asterisk'),
  }
  for (const part of ['switchboard', 'switchboard-2'] as const) {
    const ending = part === 'switchboard' ? '' : '-2'
    orders[`/freeze${ending}`] = () => signal(part, 'SIGSTOP')
    orders[`/thaw${ending}`] = () => signal(part, 'SIGCONT')
    orders[`/stop${ending}`] = () => system.stop(part)
    orders[`/kill${ending}`] = () => system.kill(part)
    orders[`/start${ending}`] = () => system.start(part)
    orders[`/ended${ending}`] = async () => system.part(part)?.exited
  }
  // No part of the system: somebody has started one more, by hand.
  let third: ChildProcess | undefined
  orders['/start-3'] = async () => {
    third = spawn(join(project, 'node_modules/.bin/node'), [join(project, 'src/main/switchboard.ts')], {
      env: {
        ...{ ...system.env, PATH: process.env['PATH'], HOTLINE_HEALTH_LISTEN: `127.0.0.1:${thirdHealth}` },
        HOTLINE_DIRECTORY_CACHE: join(system.options.dir, 'third-directory.json'),
      },
      stdio: 'ignore',
    })
  }
  orders['/kill-3'] = async () => {
    if (!third) return
    const ended = once(third, 'exit')
    third.kill('SIGKILL')
    third = undefined
    await ended
  }
  const server = createServer((request, response) => {
    const command = /^\/console\/(.+)/.exec(request.url ?? '')?.[1]
    if (command !== undefined) {
      system
        .asterisk()
        .cli(decodeURIComponent(command))
        .then(
          (printed) => response.end(printed),
          (error: unknown) => response.writeHead(500).end(String(error)),
        )
      return
    }
    if (request.url === '/health') {
      fetch(`http://127.0.0.1:${system.options.ports.switchboardHealth}/health/ready`)
        .then((answer) => answer.text())
        .then(
          (text) => response.end(text),
          (error: unknown) => response.writeHead(500).end(String(error)),
        )
      return
    }
    if (request.url === '/pids') {
      const pids = partNames.flatMap((name) => (system.part(name) ? [[name, system.part(name)?.pid]] : []))
      return void response.end(JSON.stringify(Object.fromEntries(pids)))
    }
    const order = orders[request.url ?? '']
    if (!order) return void response.writeHead(404).end()
    order().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      third?.kill('SIGKILL')
      server.close()
      server.closeAllConnections()
    },
  }
}
