/**
 * The time by which calls are ordered and measured. It agrees with the clock on the wall, but never steps with it: when somebody
 * sets that one by an hour, nobody loses a place in the queue, no call lasts minus sixty minutes, and no timer fires early or hangs.
 * Our time then drifts towards the wall by one part in twenty (an hour takes 20 h), so that durations stay true.
 */
import type { Call } from '#calls/core'
import { type CallId, type Clock, type Instant, toInstant } from '#kernel'

const driftAtMost = 1 / 20
/** Both clocks are read in turn and in whole milliseconds: within so many of them they agree. */
const agreeWithinMs = 5
/** Less is not worth writing down. */
const unwrittenMs = 1_000

/** What a new process finds of the old one's time: how far it was from the wall's (ms), and the latest moment written down. */
export type TimeKept = { readonly offsetMs: number; readonly notBefore: Instant }
export type SteadyClock = ReturnType<typeof createSteadyClock>

/** `runningMs`: a clock that nobody sets, from any beginning. */
export function createSteadyClock(wall: Clock, runningMs: () => number, { offsetMs, notBefore }: TimeKept) {
  let ran = runningMs()
  let time: number = Math.max(wall() + offsetMs, notBefore)
  /** The wall was set back while nobody wrote down by how much: whatever it tells of came after all that is written down. */
  const earliest = notBefore - (wall() + offsetMs) > unwrittenMs ? notBefore : Number.NEGATIVE_INFINITY
  /** Ours less the wall's, as `fromWall` counts with it. */
  let apartMs = 0

  function now(): Instant {
    const passed = Math.max(0, runningMs() - ran)
    ran += passed
    const behind = wall() - (time + passed)
    const most = passed * driftAtMost
    time += passed + Math.max(-most, Math.min(most, behind))
    return toInstant(Math.round(time))
  }

  return {
    now,
    /** A moment by the clock on the wall, as ours has it. Moments keep their order, to the millisecond, while nobody sets that clock. */
    fromWall(moment: number): Instant {
      now() // or we were apart by as much as nobody has asked for the time
      const apart = time - wall()
      if (Math.abs(apart - apartMs) > agreeWithinMs) apartMs = Math.round(apart)
      return toInstant(Math.max(earliest, moment + apartMs))
    },
    /** How far we are from the wall, 0 for less than a second; kept with the calls, which were measured by our time. */
    offsetMs(): number {
      const offset = Math.round(time - wall())
      return Math.abs(offset) < unwrittenMs ? 0 : offset
    },
  }
}

/** Without a live call, a new process takes the time from the wall. */
export function timeKept(calls: ReadonlyMap<CallId, Call>, kept: ReadonlyMap<string, unknown>): TimeKept {
  if (calls.size === 0) return { offsetMs: 0, notBefore: toInstant(0) }
  const latest = Math.max(...[...calls.values()].map(latestOf))
  return { offsetMs: Number(kept.get('clock') ?? 0), notBefore: toInstant(latest) }
}

/** The latest moment that a call itself tells of. */
export const latestOf = (call: Call): number =>
  Math.max(
    call.arrivedAt,
    'since' in call ? call.since : 0,
    'offeredAt' in call ? call.offeredAt : 0,
    'target' in call ? call.target.startedAt : 0,
  )
