import { expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { openRawCaller } from '../outside/raw-caller.ts'
import { addresses, dial } from './kit/cast.ts'
import { askConsole, order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

async function twoCalls() {
  const { world } = stage
  const li = stage.actor('li')
  const numbers = { talking: stage.number(), waiting: stage.number() }
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number: numbers.talking })
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.brisk, number: numbers.waiting })
  await chen.hearsMusic()
  return { li, wang, chen, numbers }
}
const recordOf = async (number: string) => {
  const [only = '', ...more] = await stage.records.callsOf(number)
  expect(more).toEqual([])
  return stage.records.ended(only)
}

/** Whoever was cut is owed a callback; the list is left as it was found. */
async function callBack(numbers: readonly string[]): Promise<void> {
  const { desk } = stage.actor('li')
  for (const number of numbers)
    await desk.request('PUT', `/v1/callbacks/${(await recordOf(number)).call.id}`, { state: 'done' })
}

it('a caller hangs up with the number by which Asterisk tells that it stops: that ends the own call, and nobody else’s', async () => {
  const { li, wang, chen, numbers } = await twoCalls()
  const raw = await openRawCaller(addresses.carrier, inject('telephony').outside.hotline)
  const number = stage.number()
  raw.invite({ from: `<sip:${number}@${addresses.carrier}>`, user: dial.brisk })
  expect(await raw.finalStatus()).toBe(200)
  raw.hangUp('Reason: Q.850;cause=4;text="shutdown"')
  expect((await recordOf(number)).call).toMatchObject({ end_reason: 'abandonedWaiting' })
  raw.close()
  await Promise.all([wang.hearsOnly(li.phone), chen.hearsMusic()])
  await chen.hangUp()
  await wang.hangUp()
  expect((await recordOf(numbers.talking)).call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
})

it('the whole system is told to stop with calls in hand: each has ended, when and why, before anything is started again', async () => {
  const { li, wang, chen, numbers } = await twoCalls()
  const before = Date.now()
  try {
    await order('stop-system')
    const stopped = Date.now()
    await Promise.all([wang.gone(), chen.gone(), li.phone.gone()])
    for (const number of Object.values(numbers)) {
      const { call, history } = await recordOf(number)
      expect(call.end_reason).toBe('mediaServerLost')
      expect(call.ended_at?.getTime()).toBeGreaterThanOrEqual(before)
      expect(call.ended_at?.getTime()).toBeLessThanOrEqual(stopped)
      expect(history).toContain('call.callbackOwed')
    }
  } finally {
    await order('start-system')
    await li.desk.reopen()
  }
  expect((await recordOf(numbers.talking)).call).toMatchObject({ answered_by: li.staff, end_reason: 'mediaServerLost' })
  await callBack(Object.values(numbers))
})

it('the switchboard goes first and Asterisk after it, as in containers: the calls have ended when Asterisk hung up', async () => {
  const { li, wang, chen, numbers } = await twoCalls()
  const before = Date.now()
  await order('stop')
  await order('stop-asterisk')
  const stopped = Date.now()
  await Promise.all([wang.gone(), chen.gone(), li.phone.gone()])
  await order('start-asterisk')
  await order('start')
  for (const number of Object.values(numbers)) {
    const { call } = await recordOf(number)
    expect(call.end_reason).toBe('mediaServerLost')
    expect(call.ended_at?.getTime()).toBeGreaterThanOrEqual(before)
    expect(call.ended_at?.getTime()).toBeLessThanOrEqual(stopped)
  }
  await li.desk.until(
    'ready, with a phone',
    ({ status, phone }) => status.state === 'ready' && phone === 'reachable',
    30_000,
  )
  await callBack(Object.values(numbers))
})

it('who hangs up while the switchboard is dead has hung up then, and not when it is back', async () => {
  const { li, wang, numbers } = await twoCalls()
  await order('kill')
  await stage.hotline.untilIn('Queue', 1)
  await wang.hangUp()
  const hungUp = Date.now()
  await li.phone.hangUp()
  await stage.hotline.untilVariable('HEARTBEAT', (value) => Date.now() / 1_000 - Number(value) > 8)
  await order('start')
  const { call } = await recordOf(numbers.talking)
  expect(call.ended_at?.getTime()).toBeLessThanOrEqual(hungUp + 1_000)
})

it.each(['killed', 'thawed'] as const)(
  'who hangs up before a frozen switchboard has heard of him is written down once, when it is %s',
  async (what) => {
    const number = stage.number()
    await order('freeze')
    try {
      // The gate is open for some seconds yet.
      const wang = await stage.world.call('wang', { to: dial.desk, number })
      await stage.hotline.untilIn('Stasis', 1)
      await wang.hangUp()
      await expect.poll(() => askConsole('database show net')).toContain(number)
    } finally {
      await order(what === 'killed' ? 'kill' : 'thaw')
      if (what === 'killed') await order('start')
    }
    const { call, history } = await recordOf(number)
    expect(call).toMatchObject({ answered_by: null, dialled: dial.desk })
    expect(call.end_reason).toMatch(/^abandoned/)
    expect(history.filter((type) => type === 'call.accepted' || type === 'call.ended')).toHaveLength(2)
    await expect.poll(() => askConsole('database show net'), { timeout: 40_000 }).toMatch(/\b0 results/)
  },
)
