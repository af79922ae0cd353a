import { randomInt } from 'node:crypto'
import { dayOf, type Serial, serialOf } from '#calls/core'
import type { Instant, TicketNo } from '#kernel'
import { within } from './within.ts'

/** Numbers that the journal before this one may have given away and that Postgres does not have yet. */
const margin = 500
/** It is asked once in the life of a journal, while callers wait. */
const askWithinMs = 2_000

/**
 * Where a journal that is new begins to count tickets: its folder was lost, or its disk changed, and numbers of today are given
 * away already. Postgres knows which. When it is away or hangs, the count begins somewhere in the upper half of the day's numbers.
 */
export async function firstSerial(
  readLast: (day: string) => Promise<TicketNo | null>,
  at: Instant,
  onTrouble: (error: unknown) => void,
): Promise<Serial | null> {
  const day = dayOf(at)
  try {
    const last = await within(askWithinMs, 'Postgres', readLast(day))
    return last && { day, used: serialOf(last).used + margin }
  } catch (error) {
    onTrouble(error)
    return { day, used: 50_000 + randomInt(40) * 1_000 }
  }
}
