import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

type Told = {
  ready: boolean
  wrong: string[]
  parts: { canary: { ok: boolean; reason?: string; tookMs: number | null } }
}
const rescue = (path: string) => fetch(`${inject('telephony').rescueUrl}${path}`)
const canary = async () => {
  const answer = await rescue('/health/ready')
  return { status: answer.status, ...((await answer.json()) as Told) }
}
/** The period, the patience, and the beat of a busy machine. */
const until = (fits: object) =>
  vi.waitFor(async () => expect(await canary()).toMatchObject(fits), { timeout: 10_000, interval: 100 })

const good = {
  ...{ status: 200, ready: true, wrong: [] },
  parts: { canary: { ok: true, tookMs: expect.any(Number) } },
}
const bad = (reason: RegExp) => ({
  ...{ status: 503, ready: false, wrong: ['canary'] },
  parts: { canary: { ok: false, reason: expect.stringMatching(reason) } },
})

beforeAll(() => order('canary'))
afterAll(async () => {
  await order('thaw')
  await order('no-canary')
})

it('a call of our own gets through each period, is written down as what it is, and rings nobody', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const before = await stage.records.counts()
  await until(good)
  await vi.waitFor(async () => expect((await stage.records.counts()).canaries).toBeGreaterThan(before.canaries + 1), {
    timeout: 10_000,
  })
  const after = await stage.records.counts()
  expect({ calls: after.calls, tickets: after.tickets }).toEqual({ calls: before.calls, tickets: before.tickets })
  expect(li.phone.arrivals).toHaveLength(0)
  expect(await (await rescue('/metrics')).text()).toMatch(/^hotline_canary_up\{process="rescue"\} 1$/m)
})

it('the switchboard stands still, its socket open: the canary tells, and is well again when it goes on', async () => {
  await until(good)
  await order('freeze')
  await until(bad(/not written down within|the gate is closed/))
  expect(await (await rescue('/metrics')).text()).toMatch(/^hotline_alarms\{alarm="canary",process="rescue"\} 1$/m)
  await order('thaw')
  await until(good)
})

it('the switchboard is gone from Asterisk: the canary tells, and nobody is rung by the net for it', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  await until(good)
  await order('kill')
  await until(bad(/not in Asterisk/))
  await until(bad(/the gate is closed/))
  expect(li.phone.arrivals).toHaveLength(0)
  await order('start')
  await until(good)
})
