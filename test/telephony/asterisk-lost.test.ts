import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { askHealth, order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

const seesAsterisk = (is: boolean) =>
  expect.poll(async () => (await askHealth()).parts.asterisk.ok, { timeout: 15_000 }).toBe(is)
const recordOf = async (number: string) => {
  const [only = '', ...more] = await stage.records.callsOf(number)
  expect(more).toEqual([])
  return stage.records.ended(only)
}
type Callback = { call: string; number: string; cut: string; state: string; rangBackAs: string | null }

it('Asterisk is stopped for ten seconds and goes on: nobody is lost, and everybody is where he was', async () => {
  const { world } = stage
  const li = stage.actor('li')
  const numbers = { talking: stage.number(), waiting: stage.number(), after: stage.number() }
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number: numbers.talking })
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.brisk, number: numbers.waiting })
  await chen.hearsMusic()

  const goesOn = pause(10_000)
  await order('freeze-asterisk')
  try {
    await seesAsterisk(false)
    await goesOn
  } finally {
    await order('thaw-asterisk')
  }
  await seesAsterisk(true)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), chen.hearsMusic()])
  const after = await world.call('after', { to: dial.brisk, number: numbers.after })
  await after.hearsMusic()
  await wang.hangUp()
  await chen.hears(li.phone, 15_000)
  await Promise.all([chen.hearsOnly(li.phone), li.phone.hearsOnly(chen)])
  await chen.hangUp()
  await after.hears(li.phone, 15_000)
  await after.hangUp()
  for (const number of Object.values(numbers)) {
    const record = await recordOf(number)
    expect(record.call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
    expect(record.history.filter((kind) => kind === 'call.accepted')).toHaveLength(1)
    expect(record.history).not.toContain('call.callbackOwed')
  }
})

it('Asterisk is killed: who was cut is to be called back, and who rings back is first again; the agent is ready with no click', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const numbers = { talking: stage.number(), waiting: stage.number(), other: stage.number() }
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number: numbers.talking })
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.brisk, number: numbers.waiting })
  await chen.hearsMusic()

  await order('kill-asterisk')
  await seesAsterisk(false)
  await Promise.all([wang.hangUp(), chen.hangUp(), li.phone.hangUp()])
  await order('start-asterisk')
  await seesAsterisk(true)
  const [talking, waiting] = [await recordOf(numbers.talking), await recordOf(numbers.waiting)]
  for (const { call } of [talking, waiting]) expect(call.end_reason).toBe('mediaServerLost')
  const callbacks = async (state: string) =>
    (await li.desk.request<{ callbacks: Callback[] }>('GET', `/v1/callbacks?state=${state}`)).callbacks
  expect(await callbacks('open')).toMatchObject([
    { call: talking.call.id, number: numbers.talking, cut: 'talking' },
    { call: waiting.call.id, number: numbers.waiting, cut: 'waiting' },
  ])
  await li.desk.until(
    'ready, with a phone',
    ({ status, phone }) => status.state === 'ready' && phone === 'reachable',
    30_000,
  )

  await li.desk.notReady()
  await hotline.untilSeat(li.phone.seat, true)
  const other = await world.call('other', { to: dial.brisk, number: numbers.other })
  await other.hearsMusic()
  const again = await world.call('again', { to: dial.brisk, number: numbers.waiting })
  await again.hearsMusic()
  await li.desk.ready()
  await again.hears(li.phone, 15_000)
  await Promise.all([again.hearsOnly(li.phone), li.phone.hearsOnly(again), other.hearsMusic()])
  await again.hangUp()
  await other.hears(li.phone, 15_000)
  await other.hangUp()
  const [, asCall] = await stage.records.callsOf(numbers.waiting)
  await expect
    .poll(() => callbacks('rangBack'), { timeout: 10_000 })
    .toMatchObject([{ call: waiting.call.id, rangBackAs: asCall }])
  await li.desk.request('PUT', `/v1/callbacks/${talking.call.id}`, { state: 'done' })
  expect(await callbacks('open')).toEqual([])
})
