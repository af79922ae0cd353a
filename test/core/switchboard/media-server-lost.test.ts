/** Asterisk hangs, or dies with everybody who is in it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FakeCaller } from '../../kit/fake-asterisk.ts'
import { type HallOnFake, smallDirectory, startHall } from '../../kit/hall-on-fake.ts'

let hall: HallOnFake
beforeEach(async () => {
  hall = await startHall({
    queues: smallDirectory().queues.map((queue) => ({ ...queue, wrapUpMs: 0, manner: { answer: 'onArrival' } })),
  })
})
afterEach(() => hall.close())

const queued = async (number: string): Promise<FakeCaller> => {
  const caller = hall.call(number)
  await hall.has(caller, 'call.queued')
  return caller
}
const die = async (...cut: FakeCaller[]): Promise<void> => {
  await hall.fake.restart()
  for (const caller of cut) await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
}
const sinceOf = (caller: FakeCaller) => hall.factsOf(caller).find(({ type }) => type === 'call.queued')?.since
const arrivalOf = (caller: FakeCaller) => hall.factsOf(caller).find(({ type }) => type === 'call.accepted')?.arrivedAt

test('Asterisk dies: who rings back stands where he stood, before those who came since; the callback is off when he is answered', async () => {
  const first = await queued('13800000001')
  const second = await queued('13800000002')
  await die(first, second)
  await hall.has(first, 'call.callbackOwed', { number: '13800000001', cut: 'waiting' })
  const other = await queued('13800000009')
  const secondAgain = await queued('13800000002')
  const firstAgain = await queued('13800000001')
  expect([sinceOf(firstAgain), sinceOf(secondAgain)]).toEqual([arrivalOf(first), arrivalOf(second)])
  expect(hall.types(first)).not.toContain('call.rangBack')

  const phone = await hall.ready('1001', '8001')
  const order: FakeCaller[] = []
  for (const caller of [firstAgain, secondAgain, other]) {
    const leg = await phone.nextLeg()
    leg.answer()
    await hall.has(caller, 'call.connected')
    order.push(caller)
    caller.hangUp()
  }
  expect(order).toEqual([firstAgain, secondAgain, other])
  await hall.has(first, 'call.rangBack', { as: firstAgain.channelId })
  await hall.has(second, 'call.rangBack', { as: secondAgain.channelId })
  expect(hall.types(other)).not.toContain('call.callbackOwed')
})

test('who had been talking comes to the front by the same rule, and the agent is ready without a click', async () => {
  const phone = await hall.ready('1001', '8001')
  const talking = hall.call('13800000001')
  ;(await phone.nextLeg()).answer()
  await hall.has(talking, 'call.connected')
  await die(talking)
  await hall.has(talking, 'call.callbackOwed', { cut: 'talking' })
  await hall.until(() => hall.views.get('1001' as never)?.status.state === 'ready')
  phone.unregister()
  await hall.until(() => hall.views.get('1001' as never)?.phone === 'unreachable')
  await queued('13800000009')
  const again = await queued('13800000001')
  phone.register()
  ;(await phone.nextLeg()).answer()
  await hall.has(again, 'call.connected', { agent: '1001' })
  await hall.has(talking, 'call.rangBack', { as: again.channelId })
})

test('the place survives our own death too, and is not lost by giving up once more', async () => {
  const caller = await queued('13800000001')
  await hall.kill()
  await hall.fake.restart()
  await hall.start()
  await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
  await hall.kill()
  await hall.start()
  const impatient = await queued('13800000001')
  impatient.hangUp()
  await hall.has(impatient, 'call.ended', { reason: 'abandonedWaiting' })
  const again = await queued('13800000001')
  expect([sinceOf(impatient), sinceOf(again)]).toEqual([arrivalOf(caller), arrivalOf(caller)])
  expect(hall.types(caller)).not.toContain('call.rangBack')
})

test('one place is one caller: a second call of the number stands at the end', async () => {
  const cut = await queued('13800000001')
  await die(cut)
  const [again, besides] = [await queued('13800000001'), await queued('13800000001')]
  expect(sinceOf(again)).toBe(arrivalOf(cut))
  expect(sinceOf(besides)).toBe(arrivalOf(besides))
})

test('cut a second time before being answered, a caller has one open callback and the first place', async () => {
  const cut = await queued('13800000001')
  await die(cut)
  const again = await queued('13800000001')
  await die(again)
  await hall.has(again, 'call.callbackOwed', { number: '13800000001' })
  await hall.has(cut, 'call.rangBack', { as: again.channelId })
  expect(sinceOf(await queued('13800000001'))).toBe(arrivalOf(cut))
})

test('a caller who withholds the number is owed what nobody can give, and it is said', async () => {
  const cut = await queued('anonymous')
  await die(cut)
  await hall.has(cut, 'call.callbackOwed', { number: null })
  const again = await queued('anonymous')
  expect(sinceOf(again)).toBe(arrivalOf(again))
})
