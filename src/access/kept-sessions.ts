/** Sessions that this process has asked about, by the hash of their token. Memory only; sessions.ts says how far it is believed. */
import type { Instant } from '#kernel'
import type { Principal } from './core/index.ts'

export type Kept = { principal: Principal; checkedAt: Instant; touchedAt: Instant }
export type KeptSessions = ReturnType<typeof createKeptSessions>

const most = 5_000

export function createKeptSessions() {
  const kept = new Map<string, Kept>()
  let ends = 0
  return {
    get: (key: string): Kept | undefined => kept.get(key),
    keep(key: string, entry: Kept): void {
      if (kept.size >= most) kept.delete(kept.keys().next().value ?? '')
      kept.set(key, entry)
    },
    drop: (key: string): boolean => kept.delete(key),
    /** Forgets because something has ended. */
    forget(which: (principal: Principal) => boolean): void {
      ends += 1
      for (const [key, { principal }] of kept) if (which(principal)) kept.delete(key)
    },
    /** Ends told so far: what was read from Postgres before one may be older than it. */
    ends: (): number => ends,
    doubtAll(): void {
      for (const entry of kept.values()) entry.checkedAt = 0 as Instant
    },
  }
}
