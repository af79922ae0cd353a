import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, usualBackoff } from '../../../src/platform/asterisk/backoff.ts'

test('doubles up to the cap, for ever', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000_000].map((failed) => backoffMs(failed, 0))).toEqual([
    100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
  ])
})

test('chance takes off up to half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (failed, random) => {
      const whole = backoffMs(failed, 0)
      const ms = backoffMs(failed, random)
      expect(ms).toBeGreaterThanOrEqual(whole / 2)
      expect(ms).toBeLessThanOrEqual(Math.min(whole, usualBackoff.capMs))
    }),
  )
})
