import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { openSounds } from '../../faults/kit/sound.ts'

const here = '127.0.0.1'
const close: (() => void)[] = []
afterEach(() => {
  for (const end of close.splice(0)) end()
})

/** What Asterisk is to a talking pair: what comes from one side goes out to the other, unless `swallows` says otherwise. */
async function talkingPair(swallows: (passed: number) => boolean) {
  const sounds = await openSounds({ caller: here, phone: here }, here)
  close.push(() => sounds.close())
  let passed = 0
  let enough: (() => void) | undefined
  const relay = async (to: 'caller' | 'phone') => {
    const socket = createSocket('udp4')
    close.push(() => socket.close())
    socket.bind(0, here)
    await once(socket, 'listening')
    socket.on('message', (packet) => {
      if (to === 'caller') passed += 1
      if (passed === 40) enough?.()
      if (to === 'phone' || !swallows(passed)) socket.send(packet, sounds.portOf(to), here)
    })
    return socket.address().port
  }
  sounds.expect('138')
  sounds.speak('caller', '138', await relay('phone'))
  sounds.speak('phone', '138', await relay('caller'))
  await new Promise<void>((resolve) => {
    enough = resolve
  })
  return sounds.end('138')
}

it('a whole tone has no gap', async () => {
  const { caller, phone } = await talkingPair(() => false)
  expect([caller.lostMs, phone.lostMs]).toEqual([0, 0])
  expect(Math.min(caller.packets, phone.packets)).toBeGreaterThan(30)
})

it('what an ear misses in a row is known to the packet, and only to that ear', async () => {
  const { caller, phone } = await talkingPair((passed) => passed >= 10 && passed < 14)
  expect([caller.lostMs, phone.lostMs]).toEqual([80, 0])
  expect(caller.stillMs).toBeGreaterThanOrEqual(80)
})

it('an ear that hears nothing is not taken for a good one', async () => {
  const { caller } = await talkingPair(() => true)
  expect(caller).toMatchObject({ packets: 0, stillMs: Number.POSITIVE_INFINITY })
})

it('a packet that comes when its pair is over is not taken for one of the next pair', async () => {
  const sounds = await openSounds({ caller: here, phone: here }, here)
  close.push(() => sounds.close())
  const relay = createSocket('udp4')
  close.push(() => relay.close())
  relay.bind(0, here)
  await once(relay, 'listening')
  const first = once(relay, 'message')
  sounds.expect('138')
  sounds.speak('phone', '138', relay.address().port)
  const [late] = (await first) as [Buffer]
  late.writeUInt32BE(10_000, 18) // after a long talk
  sounds.end('138')
  sounds.expect('139')
  const enough = new Promise<void>((resolve) => {
    let passed = 0
    relay.on('message', (packet) => {
      relay.send(packet, sounds.portOf('caller'), here)
      passed += 1
      if (passed === 40) resolve()
    })
  })
  relay.send(late, sounds.portOf('caller'), here, () => sounds.speak('phone', '139', relay.address().port))
  await enough
  expect(sounds.end('139').caller.stillMs).toBeLessThan(400)
})
