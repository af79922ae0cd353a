/**
 * Asterisk answers 204 to a join that then fails. So each leg that is put into a bridge is expected to be heard of from
 * there within a second; if it is not, it is put in once more, and trouble is told if that does not help either.
 * The last order has the word: a leg that was sent elsewhere or taken out meanwhile is not put back.
 */
import type { LegId } from '#kernel'
import type { Timers } from './timers.ts'

const withinMs = 1_000

export type JoinWatch = ReturnType<typeof createJoinWatch>

export function createJoinWatch(
  timers: Timers,
  isIn: (bridge: string, leg: LegId) => Promise<boolean>,
  trouble: (error: unknown, what: string) => void,
) {
  const expected = new Map<LegId, { readonly bridge: string }>()
  const key = (leg: string): string => `join:${leg}`

  function expectNothing(leg: LegId): void {
    expected.delete(leg)
    timers.stop(key(leg))
  }

  return {
    expect(bridge: string, leg: LegId, again: () => Promise<unknown>): void {
      const expectation = { bridge }
      expected.set(leg, expectation)
      const look = async (): Promise<void> => {
        const isThere = await isIn(bridge, leg)
        if (expected.get(leg) !== expectation) return
        expected.delete(leg)
        if (!isThere) await again()
      }
      timers.start(key(leg), withinMs, () => {
        look().catch((error: unknown) => trouble(error, 'join'))
      })
    },
    entered(bridge: string, leg: LegId): void {
      if (expected.get(leg)?.bridge === bridge) expectNothing(leg)
    },
    /** It has been ordered out, or is gone. */
    parted: expectNothing,
  }
}
