import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LegId } from '#kernel'
import { createJoinWatch } from '../../../src/switchboard/join-watch.ts'
import { createTimers } from '../../../src/switchboard/timers.ts'

const leg = 'leg' as LegId
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const watch = (isIn: (bridge: string) => Promise<boolean>) => {
  const again: string[] = []
  const joins = createJoinWatch(createTimers(), isIn, () => undefined)
  const expectIn = (bridge: string): void => joins.expect(bridge, leg, async () => void again.push(bridge))
  return { joins, expectIn, again }
}

test('a leg that is not heard of from its bridge is put in once more', async () => {
  const { expectIn, again } = watch(async () => false)
  expectIn('main')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(again).toEqual(['main'])
})

test('a leg that was ordered out before it was heard of is not put back: nobody on hold is overheard', async () => {
  const { joins, expectIn, again } = watch(async () => false)
  expectIn('main')
  joins.parted(leg)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(again).toEqual([])
})

test('a leg that was ordered elsewhere is looked for there alone', async () => {
  const { expectIn, again } = watch(async () => false)
  expectIn('main')
  expectIn('consult')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(again).toEqual(['consult'])
})

test('a leg that is ordered out while it is looked for is not put back', async () => {
  const looked = Promise.withResolvers<boolean>()
  const { joins, expectIn, again } = watch(() => looked.promise)
  expectIn('main')
  await vi.advanceTimersByTimeAsync(1_000)
  joins.parted(leg)
  looked.resolve(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(again).toEqual([])
})
