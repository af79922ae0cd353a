import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchLoad } from '../../../src/main/load.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const answeredLate = (load: ReturnType<typeof watchLoad>, ms: number) => {
  for (let n = 0; n < 3; n++) load.onCommand('channels.answer', 'done', ms)
  vi.advanceTimersByTime(1_000)
  return load.now().asteriskMs
}

test('an Asterisk that stood still and then answers all at once is not overloaded; one that goes on being late is', () => {
  const load = watchLoad((op) => op === 'channels.hangup')
  expect([answeredLate(load, 3), answeredLate(load, 2_000), answeredLate(load, 5)]).toEqual([0, 3, 5])
  expect([answeredLate(load, 1_500), answeredLate(load, 1_200), answeredLate(load, 4)]).toEqual([5, 1_200, 4])
  load.stop()
})

test('one second in which the machine stood still is no overload; two on end are', () => {
  let p90Ms = 0
  const load = watchLoad(() => false, { last: () => ({ p90Ms, p99Ms: 0, maxMs: 0 }), stop() {} })
  const found = [4, 300, 5, 250, 400, 6].map((ms) => {
    p90Ms = ms
    vi.advanceTimersByTime(1_000)
    return load.now().loopDelayMs
  })
  expect(found).toEqual([0, 4, 5, 5, 250, 6])
  load.stop()
})

test('what waits for a channel says nothing', () => {
  const load = watchLoad((op) => op === 'channels.hangup')
  for (let second = 0; second < 3; second++) {
    load.onCommand('channels.hangup', 'done', 9_000)
    load.onCommand('channels.answer', 'done', 7)
    vi.advanceTimersByTime(1_000)
  }
  expect(load.now().asteriskMs).toBe(7)
  load.stop()
})
