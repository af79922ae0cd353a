import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTimers } from '../../../src/switchboard/timers.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('once all are stopped, none is started any more: a process that ends is not kept alive by what fails because it ends', () => {
  const timers = createTimers()
  const due: string[] = []
  timers.start('before', 1_000, () => due.push('before'))
  timers.stopAll()
  timers.start('after', 1_000, () => due.push('after'))
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(5_000)
  expect(due).toEqual([])
})
