/**
 * Asterisk answers 204 to a join that then fails. So each leg that is put into a bridge is expected to be heard of from
 * there within a second; if it is not, it is put in once more, and trouble is told if that does not help either.
 */
import type { LegId } from '#kernel'
import type { Timers } from './timers.ts'

const withinMs = 1_000

export function createJoinWatch(
  timers: Timers,
  isIn: (bridge: string, leg: LegId) => Promise<boolean>,
  trouble: (error: unknown, what: string) => void,
) {
  const key = (bridge: string, leg: string): string => `join:${bridge}:${leg}`
  const look = async (bridge: string, leg: LegId, again: () => Promise<unknown>): Promise<void> => {
    if (await isIn(bridge, leg)) return
    await again()
  }
  return {
    expect(bridge: string, leg: LegId, again: () => Promise<unknown>): void {
      timers.start(key(bridge, leg), withinMs, () => {
        look(bridge, leg, again).catch((error: unknown) => trouble(error, 'join'))
      })
    },
    entered: (bridge: string, leg: string): void => timers.stop(key(bridge, leg)),
    /** The leg is gone or has gone elsewhere: nothing is expected any more. */
    forget: (bridge: string, leg: string): void => timers.stop(key(bridge, leg)),
  }
}
