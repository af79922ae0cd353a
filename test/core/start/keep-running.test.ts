/** What ends is started again: how soon. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepRunning } from '../../../scripts/lib/keep-running.ts'

vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => new Promise((done) => setTimeout(done, ms)) }))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Milliseconds after each end until it ran again; it had run for so long. The first starts fail, so many. */
async function againAfter(ranMs: readonly number[], fails = 0): Promise<number[]> {
  let failing = fails
  const start = () => (failing-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve({} as never))
  const lost = keepRunning(
    () => ({ start }),
    new AbortController().signal,
    () => {},
  )
  const waited: number[] = []
  for (const ms of ranMs) {
    await vi.advanceTimersByTimeAsync(ms)
    const ended = performance.now()
    const again = lost('switchboard', { code: null, signal: 'SIGKILL' })
    await vi.runAllTimersAsync()
    await again
    waited.push(performance.now() - ended)
  }
  return waited
}

test('at once what has worked, however often it is killed', async () => {
  expect(await againAfter([60_000, 6_000, 6_000, 6_000, 6_000])).toEqual([250, 250, 250, 250, 250])
})

test('later and later what ends as soon as it has begun, and at once when it has worked again', async () => {
  expect(await againAfter([0, 0, 0, 0, 0, 0, 0, 0, 6_000])).toEqual([
    ...[250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000],
    250,
  ])
})

test('later and later what cannot be started', async () => {
  expect(await againAfter([0], 3)).toEqual([250 + 500 + 1_000 + 2_000])
})
