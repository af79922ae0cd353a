import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ringsOn } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: ringsOn })

const onlyCallOf = async (number: string): Promise<string> => {
  const [call, ...more] = await stage.records.callsOf(number)
  expect(more).toEqual([])
  if (call === undefined) throw new Error(`no call from ${number}`)
  return call
}

it('a caller gives up while waiting, and the ticket says so', async () => {
  const number = stage.number()
  const wang = await stage.world.call('wang', { to: dial.desk, number })
  await wang.hearsMusic()
  await wang.hangUp()
  await wang.gone()
  await stage.hotline.empty()
  const record = await stage.records.ended(await onlyCallOf(number))
  expect(record.call.end_reason).toBe('abandonedWaiting')
  expect(record.ticket).toMatchObject({ state: 'DISCARDED', discard_reason: 'abandonedWaiting' })
})

it('a caller gives up during the greeting', async () => {
  const number = stage.number()
  const wang = await stage.world.call('wang', { to: dial.greeted, number })
  await wang.talks()
  await wang.hangUp()
  await stage.hotline.empty()
  expect((await stage.records.ended(await onlyCallOf(number))).call.end_reason).toBe('abandonedInGreeting')
})

it("a caller gives up while the agent's phone rings: the phone stops, and the agent loses no place", async () => {
  const li = stage.actor('li')
  const number = stage.number()
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number })
  await li.phone.called()
  const { call } = await li.desk.untilCall('offering')
  await wang.hangUp()
  await li.phone.gone()
  await li.desk.untilState('ready')
  const record = await stage.records.ended(call)
  expect(record.call.end_reason).toBe('abandonedRinging')
  expect(record.offers).toMatchObject([{ agent: li.staff, outcome: 'cancelled' }])
})

it('a caller gives up in the same moment as the answer: one end, and nobody is left behind', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  for (const offsetMs of [-12, -6, -3, 0, 0, 3, 6, 12]) {
    const number = stage.number()
    const before = li.phone.arrivals.length
    const wang = await stage.world.call(`wang${before}`, { to: dial.brisk, number })
    await li.phone.called(before + 1)
    const { call } = await li.desk.untilCall('offering')
    await Promise.all([
      pause(Math.max(0, -offsetMs)).then(() => li.phone.pickUp()),
      pause(Math.max(0, offsetMs)).then(() => wang.hangUp()),
    ])
    await Promise.all([li.phone.gone(), wang.gone()])
    await stage.hotline.empty()
    await li.desk.untilState('ready')
    const record = await stage.records.ended(call)
    expect(['abandonedRinging', 'callerHungUp']).toContain(record.call.end_reason)
    expect(record.offers).toHaveLength(1)
    expect(record.offers[0]?.outcome).toBe(record.call.end_reason === 'callerHungUp' ? 'accepted' : 'cancelled')
    expect(record.history.filter((kind) => kind === 'call.ended')).toHaveLength(1)
    stage.world.dismiss(wang)
  }
})
