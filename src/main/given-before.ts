import { randomInt } from 'node:crypto'
import { dayOf, serialOf } from '#calls/core'
import type { CallId, Instant, TicketNo } from '#kernel'
import type { Given } from '#switchboard'
import { within } from './within.ts'

/** Numbers that the journal before this one may have given away and that Postgres does not have yet. */
const margin = 500
/** It is asked once in the life of a journal, while callers wait. */
const askWithinMs = 2_000

/** `last`: of the day; `live`: of calls that have not ended. */
type Stored = { readonly last: TicketNo | null; readonly live: ReadonlyMap<CallId, TicketNo> }

/**
 * What a journal that is new goes on from: its folder was lost, or its disk changed, and numbers of today are given away already, some of
 * them to calls that go on. Postgres knows which. When it is away or hangs, the count begins somewhere in the upper half of the day's
 * numbers, and calls that go on get another one; Postgres keeps the first.
 */
export async function givenBefore(
  read: (day: string) => Promise<Stored>,
  at: Instant,
  onTrouble: (error: unknown) => void,
): Promise<Given> {
  const day = dayOf(at)
  try {
    const { last, live } = await within(askWithinMs, 'Postgres', read(day))
    return { serial: last && { day, used: serialOf(last).used + margin }, tickets: live }
  } catch (error) {
    onTrouble(error)
    return { serial: { day, used: 50_000 + randomInt(40) * 1_000 }, tickets: new Map() }
  }
}
