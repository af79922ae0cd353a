/** Callers whom the safety net's queue has when the switchboard comes back are with it before anybody is offered a call. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bridge } from '#platform/asterisk/ari-client'
import { waitingInNet } from '../../../src/switchboard/back-from-net.ts'
import type { FakeCaller } from '../../kit/fake-asterisk.ts'
import { FakeChannel } from '../../kit/fake-asterisk-state.ts'
import { type HallOnFake, startHall } from '../../kit/hall-on-fake.ts'

let hall: HallOnFake
beforeEach(async () => {
  hall = await startHall()
})
afterEach(() => hall.close())

const offered = (): (string | undefined)[] =>
  hall.facts.filter(({ type }) => type === 'call.offered').map(({ call }) => call)

/** Two have waited for an agent, who is ready by now; the rescue watchdog has sent them to the net. */
async function twoInNet(): Promise<[FakeCaller, FakeCaller]> {
  const first = hall.call('13800000001')
  await hall.has(first, 'call.queued')
  const second = hall.call('13800000002')
  await hall.has(second, 'call.queued')
  const phone = await hall.ready('1001', '8001')
  const leg = await phone.nextLeg()
  await hall.kill()
  leg.reject(486)
  for (const caller of [first, second]) {
    const channel = channelOf(caller)
    channel.app = undefined
    channel.place = { context: 'net', app: 'Queue' }
  }
  return [first, second]
}

function channelOf(caller: FakeCaller): FakeChannel {
  const channel = hall.fake.model.channels.get(caller.channelId)
  if (!channel) throw new Error('the caller has gone')
  return channel
}

test('who came first is offered first, also when others are back sooner', async () => {
  const [first, second] = await twoInNet()
  const before = offered().length
  await hall.start()
  second.enter()
  await hall.has(second, 'call.recovered', { state: 'safetyNet' })
  expect(offered()).toHaveLength(before)
  first.enter()
  await hall.until(() => offered().length > before)
  expect(offered().at(before)).toBe(first.channelId)
})

test('who does not come back holds up nobody for long', async () => {
  const [, second] = await twoInNet()
  const before = offered().length
  await hall.start()
  second.enter()
  await hall.until(() => offered().length > before)
  expect(offered().at(before)).toBe(second.channelId)
})

test('given the connection breaks while they are awaited, nobody is offered a call before we have looked again', async () => {
  const [first, second] = await twoInNet()
  const before = offered().length
  await hall.start()
  second.enter()
  await hall.has(second, 'call.recovered', { state: 'safetyNet' })
  hall.fake.dropSockets()
  first.enter()
  await hall.until(() => offered().length > before)
  expect(offered().at(before)).toBe(first.channelId)
})

test('no phone rings in the net any more when its callers are let through, and they do again afterwards', async () => {
  const [first, second] = await twoInNet()
  const before = hall.fake.requests.length
  await hall.start()
  const word = 'QUEUE_MEMBER(net,paused,PJSIP/seat-8001)'
  await hall.until(() => hall.fake.model.globals.get('LISTENS') === '1')
  const said = hall.fake.requests.slice(before).flatMap(({ op, args }) => {
    const isWord = op === 'asterisk.setGlobalVar' && (args['variable'] === word || args['variable'] === 'LISTENS')
    return isWord ? [`${args['variable'] === word ? 'paused' : 'listens'}=${args['value']}`] : []
  })
  expect(said.slice(0, 3)).toEqual(['listens=0', 'paused=1', 'listens=1'])
  expect(said).not.toContain('paused=0')
  second.enter()
  first.enter()
  const leg = await hall.phone('8001').nextLeg()
  leg.answer()
  await hall.has(first, 'call.connected')
  await hall.until(() => hall.fake.model.globals.get(word) === '0')
})

test('who hears the greeting of the net, or talks there, is not awaited', () => {
  const far = { rung: () => {}, answered: () => {}, gone: () => {} }
  const channelIn = (id: string, context: string, app: string) => {
    const of = { id, name: id, endpoint: 'x', far, state: 'Up' as const, exten: '', caller: { name: '', number: '' } }
    return Object.assign(new FakeChannel(of), { place: { context, app } }).toWire()
  }
  const channels = [
    channelIn('waits', 'net', 'Queue'),
    channelIn('hears music', 'net', 'MusicOnHold'),
    channelIn('talks', 'net', 'Queue'),
    channelIn('phone', 'seats', 'AppQueue'),
    channelIn('listens', 'net', 'BackGround'),
  ]
  const together = { id: 'b', channels: ['talks', 'phone'] } as unknown as Bridge
  expect(waitingInNet(channels, [together])).toEqual(['waits', 'hears music'])
})
