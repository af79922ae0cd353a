/** Calls that end while nobody watches: when, by the best that can be known, and never when somebody is back. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toInstant } from '#kernel'
import type { FakeCaller } from '../../kit/fake-asterisk.ts'
import { type HallOnFake, smallDirectory, startHall } from '../../kit/hall-on-fake.ts'

const hourMs = 3_600_000
/** Of the clock on the wall. */
let aheadMs: number
let hall: HallOnFake
const wall = () => toInstant(Date.now() + aheadMs)

beforeEach(async () => {
  aheadMs = 0
  hall = await startHall(
    { queues: smallDirectory().queues.map((queue) => ({ ...queue, manner: { answer: 'onArrival' } })) },
    { now: wall },
  )
  hall.fake.addPhone('net-records/n')
})
afterEach(() => hall.close())

const heartbeat = () => Number(hall.fake.model.globals.get('HEARTBEAT') ?? 0)
/** Resolves once the switchboard has seen Asterisk live after this. */
const beats = async (): Promise<void> => {
  const before = heartbeat()
  await hall.until(() => heartbeat() > before)
  const after = heartbeat()
  await hall.until(() => heartbeat() > after)
}
const talkingPair = async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(caller, 'call.connected')
  return { caller, leg }
}
const talking = async (): Promise<FakeCaller> => (await talkingPair()).caller
/** Resolves when the clock of the machine has gone on. */
const laterBy = (ms: number): Promise<void> => {
  const at = Date.now() + ms
  return hall.until(() => Date.now() >= at)
}
const endOf = (caller: FakeCaller) => hall.factsOf(caller).find(({ type }) => type === 'call.ended')

test('Asterisk and we die, and are back an hour later: who talked and who waited has ended then', async () => {
  const talker = await talking()
  const waiter = hall.call('13800000002')
  await hall.has(waiter, 'call.queued')
  await beats()
  await hall.kill()
  const diedAt = wall()
  aheadMs = hourMs
  await hall.fake.restart()
  await hall.start()
  for (const caller of [talker, waiter]) {
    await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
    expect(endOf(caller)?.at).toBeLessThanOrEqual(diedAt)
    expect(endOf(caller)?.at).toBeGreaterThan(diedAt - 10_000)
  }
})

test('Asterisk dies and is away for a while, and we live: its calls have ended when it was last heard', async () => {
  const talker = await talking()
  await beats()
  const diedAt = wall()
  await hall.fake.restart(2_000)
  await hall.has(talker, 'call.ended', { reason: 'mediaServerLost' })
  expect(endOf(talker)?.at).toBeLessThanOrEqual(diedAt + 1_000)
})

test.each(['the same Asterisk', 'another Asterisk'])(
  'the dialplan has told when the caller hung up; %s',
  async (which) => {
    const talker = await talking()
    await beats()
    await hall.kill()
    const hungUpAt = wall() + 600_000
    aheadMs = hourMs
    if (which === 'another Asterisk') await hall.fake.restart()
    else talker.hangUp()
    const key = `${talker.channelId}~left~${hungUpAt}`
    hall.fake.model.globals.set('DB_KEYS(net)', key)
    hall.fake.model.globals.set('NET_LAST', talker.channelId)
    hall.fake.addPhone('net-records/n')
    await hall.start()
    await hall.has(talker, 'call.ended')
    expect(Math.abs((endOf(talker)?.at ?? 0) - hungUpAt)).toBeLessThan(100)
    await hall.until(() => hall.fake.model.globals.has(`DB_DELETE(net/${key})`))
  },
)

test('the caller hangs up while we look what has become of the calls, after the dialplan was asked who has left', async () => {
  const talker = await talking()
  await beats()
  await hall.kill()
  const hungUpAt = wall() + 600_000
  aheadMs = hourMs
  hall.fake.addPhone('net-records/n')
  hall.fake.fault({ op: 'endpoints.listByTech', kind: 'slow', ms: 500, times: 1 })
  const before = hall.fake.requests.length
  const started = hall.start()
  const hasAsked = ({ op, args }: (typeof hall.fake.requests)[number]) =>
    op === 'asterisk.getGlobalVar' && args.variable === 'NET_LAST'
  await hall.until(() => hall.fake.requests.slice(before).some(hasAsked))
  hall.fake.model.globals.set('DB_KEYS(net)', `${talker.channelId}~left~${hungUpAt}`)
  hall.fake.model.globals.set('NET_LAST', talker.channelId)
  talker.hangUp()
  await started
  await hall.has(talker, 'call.ended')
  expect(Math.abs((endOf(talker)?.at ?? 0) - hungUpAt)).toBeLessThan(100)
})

test('Asterisk says that it stops: its calls end at that word, for that reason, and are owed a callback', async () => {
  const talker = await talking()
  const waiter = hall.call('13800000002')
  await hall.has(waiter, 'call.queued')
  const before = wall()
  const channel = [...hall.fake.model.channels.values()].find(({ id }) => id === talker.channelId)?.toWire()
  hall.fake.say(
    JSON.stringify({
      ...{ type: 'ChannelHangupRequest', application: 'switchboard', timestamp: new Date().toISOString() },
      ...{ soft: true, cause: 4, channel },
    }),
  )
  for (const caller of [talker, waiter]) {
    await hall.has(caller, 'call.callbackOwed')
    await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
    expect(endOf(caller)?.at).toBeGreaterThanOrEqual(before)
  }
})

test.each(['just as we die', 'long after'])(
  'the agent hangs up %s: the call has ended by that, and then',
  async (when) => {
    const { caller, leg } = await talkingPair()
    await beats()
    await hall.kill()
    if (when === 'long after') hall.fake.model.globals.set('HEARTBEAT', '0')
    const hungUpAt = wall()
    leg.hangUp()
    aheadMs = hourMs
    hall.fake.addPhone('net-records/n')
    await hall.start()
    await hall.has(caller, 'call.ended', { reason: 'agentHungUp' })
    expect(endOf(caller)?.at).toBeGreaterThanOrEqual(hungUpAt)
    expect(endOf(caller)?.at).toBeLessThan(hungUpAt + 100)
    expect(caller.alive).toBe(false)
  },
)

test('both hang up as we die: who was first has ended the call', async () => {
  const { caller, leg } = await talkingPair()
  await beats()
  await hall.kill()
  leg.hangUp()
  const hungUpAt = wall()
  await laterBy(50)
  caller.hangUp()
  await hall.start()
  await hall.has(caller, 'call.ended', { reason: 'agentHungUp' })
  expect(endOf(caller)?.at).toBeLessThanOrEqual(hungUpAt)
})

test.each(['just as we die', 'long after'])(
  'the agent hangs up %s, and the net has the caller when we are back',
  async (when) => {
    const { caller, leg } = await talkingPair()
    await beats()
    await hall.kill()
    if (when === 'long after') hall.fake.model.globals.set('HEARTBEAT', '0')
    const hungUpAt = wall()
    leg.hangUp()
    const channel = hall.fake.model.channels.get(caller.channelId)
    if (!channel) throw new Error('the caller is gone')
    channel.app = undefined // as rescue sends him
    channel.place = { context: 'net', app: 'Queue' }
    aheadMs = hourMs
    hall.fake.addPhone('net-records/n')
    await hall.start()
    await hall.has(caller, 'call.agentLeft', { how: 'hungUp' })
    const left = hall.factsOf(caller).find(({ type }) => type === 'call.agentLeft')
    expect(left?.at).toBeGreaterThanOrEqual(hungUpAt)
    expect(left?.at).toBeLessThan(hungUpAt + 100)
    expect(hall.types(caller)).not.toContain('call.ended')
  },
)

test('Asterisk dies while a phone rings, and the phone is not there when it is back: the offer has ended with the call', async () => {
  const phone = await hall.ready('1001', '8001')
  await beats()
  const caller = hall.call()
  await phone.nextLeg()
  await hall.has(caller, 'call.offered')
  const diedAt = wall()
  const restarted = hall.fake.restart(1_000)
  phone.unregister()
  await restarted
  await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
  expect(endOf(caller)?.at).toBeLessThanOrEqual(diedAt + 1_000)
  const at = hall.factsOf(caller).map((fact) => fact.at)
  expect(at).toEqual(at.toSorted((one, other) => one - other))
})
