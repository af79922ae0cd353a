/**
 * What still goes into a journal that Postgres does not empty, or that the disk does not take. Refused is only what somebody may
 * ask for again or do elsewhere; what has happened to a call in hand always goes in, for it cannot be made not to have happened.
 *
 *            roomy            reserved          closed
 *   0 ─────────────────┬──────────────────┬─────────────────▶ bytes
 *      everything      │ calls, tickets   │ calls in hand, to their end
 *                      └ most − reserve   └ most
 *
 * Once closed it stays closed until everything goes in again, so that the gate does not flap.
 */
export type Bounds = { readonly mostBytes: number; readonly reserveBytes: number }

export const rooms = ['roomy', 'reserved', 'closed'] as const
export type Room = (typeof rooms)[number]

/** What a step would be about. */
export type Purpose =
  /** An agent comes, goes, takes a break. */
  | 'agentState'
  /** A new caller; what an agent asks for a call or writes in a ticket. */
  | 'newWork'
  /** What happens to calls that we have, and whether their phones can be reached. */
  | 'inHand'

export function roomAfter(before: Room, bytes: number, { mostBytes, reserveBytes }: Bounds): Room {
  if (bytes > mostBytes) return 'closed'
  if (bytes <= mostBytes - reserveBytes) return 'roomy'
  return before === 'closed' ? 'closed' : 'reserved'
}

/** `isStuck`: the disk has taken nothing for a while. */
export function goesIn(purpose: Purpose, room: Room, isStuck: boolean): boolean {
  if (purpose === 'inHand') return true
  if (isStuck || room === 'closed') return false
  return room === 'roomy' || purpose === 'newWork'
}

/** Whether people should look: from four fifths of the bound on, until it is down to three quarters. */
export const isFilling = (before: boolean, bytes: number, { mostBytes }: Bounds): boolean =>
  bytes > mostBytes * (before ? 0.75 : 0.8)
