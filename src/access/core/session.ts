/**
 * What a session is, and until when. A session ends by revocation, after 12 hours whatever happens, or after 30 minutes
 * in which nobody used it; an open live socket of a desk counts as use, or an agent who waits for a call at night
 * would be thrown out of a ready seat.
 */
import { type AgentId, after, type Instant } from '#kernel'

export const sessionLimits = {
  absoluteMs: 12 * 3_600_000,
  idleMs: 30 * 60_000,
  /** How often use is written down. */
  touchEveryMs: 60_000,
  /** How long a session found in Postgres is believed without asking again. News of an end comes at once. */
  freshMs: 5_000,
  /** Sessions one person may have open; the oldest ends when one more is opened. */
  perPerson: 4,
} as const

/** Who is asking, as every route sees it. */
export type Principal = {
  readonly session: string
  readonly staff: AgentId
  readonly name: string
  readonly roles: readonly string[]
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly expiresAt: Instant
}

/** Whether the session still stands at `now`. Revocation is asked of the store, not of the clock. */
export const isAlive = (session: Pick<Principal, 'seenAt' | 'expiresAt'>, now: Instant): boolean =>
  now < session.expiresAt && now < after(session.seenAt, sessionLimits.idleMs)
