/** What callers and agents get when the journal has little room left, and none. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Room } from '#journal'
import { toInstant } from '#kernel'
import { type HallOnFake, smallDirectory, startHall } from '../../kit/hall-on-fake.ts'

let hall: HallOnFake
beforeEach(async () => {
  hall = await startHall(
    { queues: smallDirectory().queues.map((queue) => ({ ...queue, wrapUpMs: 0 })) },
    {},
    { segmentBytes: 20_000, mostBytes: 200_000, reserveBytes: 40_000 },
  )
})
afterEach(() => hall.close())

async function fillUntil(room: Room): Promise<void> {
  const fact = { type: 'test.filled', at: toInstant(1), text: 'x'.repeat(1_000) }
  while (hall.journal.room().room !== room) await hall.journal.append({ facts: [fact], keep: {} })
}
const confirmAll = () => hall.journal.confirm(hall.facts.at(-1)?.seq ?? 0)
const heartbeat = () => Number(hall.fake.model.globals.get('HEARTBEAT') ?? 0)
const gateIsOpen = () => Math.abs(heartbeat() - Date.now() / 1_000) < 4
const refused = { ok: false, refusal: 'journalFull', repeated: false }

test('given the reserve is begun, calls and tickets go on, and agents keep the state they have', async () => {
  const phone = await hall.ready('1001', '8001')
  await fillUntil('reserved')
  const caller = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(caller, 'call.connected')
  const ticket = hall.views.get('1001' as never)?.call?.ticket as never
  await hall.order('1001', { name: 'hold' })
  await hall.order('1001', { name: 'writeTicket', ticket, fields: { title: '噪声' } })
  expect(await hall.ask('1001', { name: 'notReady', reason: 'break' })).toEqual(refused)
  expect(await hall.ask('1002', { name: 'logIn', seat: '8002' as never })).toEqual(refused)
  expect(gateIsOpen()).toBe(true)
  await hall.until(() => hall.facts.some(({ type }) => type === 'ticket.written'))
  confirmAll()
  await hall.order('1001', { name: 'notReady', reason: 'break' })
})

test('given the journal is closed, new callers go to the net, calls in hand come to their end, and all goes on when it is confirmed', async () => {
  const phone = await hall.ready('1001', '8001')
  const talking = hall.call('13800000001')
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(talking, 'call.connected')
  const waiting = hall.call('13800000002')
  await hall.has(waiting, 'call.queued')
  await hall.until(() => waiting.hasMusic)
  await fillUntil('closed')

  const fresh = hall.call('13800000003')
  const sentToNet = () =>
    hall.fake.requests.filter(({ op, args }) => op === 'channels.continueInDialplan' && args.context === 'net')
  await hall.until(() => sentToNet().length === 1)
  expect(sentToNet()[0]?.args).toMatchObject({ channelId: fresh.channelId, extension: 's' })
  await hall.until(() => heartbeat() > 0 && !gateIsOpen())
  const beat = heartbeat()
  await hall.until(() => heartbeat() !== beat) // or the rescue watchdog would take our callers away
  expect(gateIsOpen()).toBe(false)
  expect(hall.types(fresh)).toEqual([])

  const id = crypto.randomUUID()
  expect(await hall.ask('1001', { name: 'hold' }, { id })).toEqual(refused)
  expect(waiting.hasMusic).toBe(true)
  talking.hangUp()
  await hall.has(talking, 'call.ended', { reason: 'callerHungUp' })
  await hall.until(() => !leg.alive)
  const next = await phone.nextLeg()
  next.answer()
  await hall.has(waiting, 'call.connected')

  confirmAll()
  expect(await hall.ask('1001', { name: 'hold' }, { id })).toEqual({ ok: true, repeated: false })
  await hall.until(gateIsOpen)
  const later = hall.call('13800000004')
  await hall.has(later, 'call.queued')
  expect(hall.troubles).toEqual([])
})

test('given the journal is closed when the switchboard comes back, who knocked meanwhile is sent to the net', async () => {
  await fillUntil('closed')
  await hall.kill()
  const caller = hall.call()
  await hall.start()
  await hall.until(() => hall.fake.requests.some(({ op }) => op === 'channels.continueInDialplan'))
  expect(hall.types(caller)).toEqual([])
  expect(caller.alive).toBe(true)
  await hall.until(() => heartbeat() < Date.now() / 1_000 - 1_000)
})
