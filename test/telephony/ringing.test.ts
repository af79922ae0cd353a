import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { openRawCaller } from '../outside/raw-caller.ts'
import { addresses, dial } from './kit/cast.ts'
import { askConsole, order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

/** It rings for five seconds at most, and nobody is silent for longer than three or four. */
beforeAll(() => order('ring-shortly'))
afterAll(() => order('ring-long'))

const recordOf = async (number: string) => {
  const [only = '', ...more] = await stage.records.callsOf(number)
  expect(more).toEqual([])
  return stage.records.ended(only)
}

it('nobody is free: who is answered only by an agent hears it ring, then music, and keeps the place', async () => {
  const li = stage.actor('li')
  const numbers = [stage.number(), stage.number()] as const
  const wang = await stage.world.call('wang', { to: dial.ringing, number: numbers[0] })
  await wang.hearsMusic()
  const chen = await stage.world.call('chen', { to: dial.brisk, number: numbers[1] })
  await chen.hearsMusic()
  await li.desk.ready()
  await wang.hears(li.phone, 15_000)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await wang.hangUp()
  await chen.hears(li.phone, 15_000)
  await chen.hangUp()
  expect((await recordOf(numbers[0])).call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
})

it('a caller vanishes without a word while it rings: the call is over soon after, and nobody is offered it any more', async () => {
  const { outside } = inject('telephony')
  const number = stage.number()
  const raw = await openRawCaller(addresses.carrier, outside.hotline)
  raw.invite({ from: `<sip:${number}@${addresses.carrier}>`, user: dial.ringing })
  await raw.hearsRinging()
  raw.close()
  await stage.hotline.empty(30_000)
  expect((await recordOf(number)).call).toMatchObject({ answered_by: null, end_reason: 'abandonedWaiting' })
})

it('a caller from whom no sound comes is hung up soon after, and who speaks is not', async () => {
  const li = stage.actor('li')
  const { outside } = inject('telephony')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await wang.hears(li.phone, 15_000)
  const number = stage.number()
  const raw = await openRawCaller(addresses.carrier, outside.hotline)
  raw.invite({ from: `<sip:${number}@${addresses.carrier}>`, user: dial.desk })
  const silent = await recordOf(number)
  raw.close()
  expect(silent.call).toMatchObject({ answered_by: null, end_reason: 'abandonedWaiting' })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await wang.hangUp()
})

it('no call lasts longer than the longest', async () => {
  const li = stage.actor('li')
  const number = stage.number()
  const longest = /CALL_AT_MOST=(\d+)/.exec(await askConsole('dialplan show globals'))?.[1]
  expect(longest).toBe('14400')
  await askConsole('dialplan set global CALL_AT_MOST 3')
  try {
    await li.desk.ready()
    const wang = await stage.world.call('wang', { to: dial.brisk, number })
    await wang.hears(li.phone)
    await wang.gone()
    await li.phone.gone()
    expect((await recordOf(number)).call).toMatchObject({ answered_by: li.staff })
  } finally {
    await askConsole(`dialplan set global CALL_AT_MOST ${longest}`)
  }
})
