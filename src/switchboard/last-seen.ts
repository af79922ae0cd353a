/**
 * The last moment at which Asterisk is known to have lived, with our calls in it. Kept in the journal while there are calls: whoever
 * comes back after a death dates by it what ended in the dark, and not by the return, which may be hours later.
 */
import type { Journal } from '#journal'
import { type Clock, type Instant, toInstant } from '#kernel'
import type { Conductor } from './conductor.ts'
import type { HallState } from './hall-state.ts'

const keptEveryMs = 5_000

export type LastSeen = ReturnType<typeof createLastSeen>

export function createLastSeen({
  hall,
  journal,
  conductor,
  now,
}: {
  hall: HallState
  journal: Pick<Journal, 'kept'>
  conductor: Pick<Conductor, 'take'>
  now: Clock
}) {
  let last = toInstant(Number(journal.kept.get('seen') ?? 0))
  let kept = last

  function keep(): void {
    if (hall.calls.size === 0) return
    kept = last
    conductor.take((turn) => {
      turn.outcome.keep.seen = last
    })
  }

  return {
    /** Asterisk has answered just now. */
    seen(): void {
      last = now()
      if (last - kept >= keptEveryMs) keep()
    },
    /** We go, and Asterisk lives on: from here on nobody of us watches. */
    leave(): void {
      last = now()
      keep()
    },
    /** When what was over on our return has ended, as well as can be known: `told` by the dialplan, else the last we saw. Not after now. */
    endOf(told: Instant | undefined, notBefore: Instant): Instant {
      if (told === undefined && last === 0) return now() // a journal of a version that did not keep it
      return toInstant(Math.min(now(), Math.max(told ?? last, notBefore)))
    },
  }
}
