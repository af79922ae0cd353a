/**
 * The sessions of this process. An end acts at once: here by `end`, `endAllOf` and `haveEnded`, in other processes by the notice
 * that Postgres sends (channel `access`), and after a lost connection by believing nothing that was known before.
 */
import type { AgentId, Clock } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import { createFindSession } from './find-session.ts'
import { createKeptSessions } from './kept-sessions.ts'
import { revokeSession, revokeSessionsOf } from './session-store.ts'

export const sessionChannel = 'access'

/** `session`: it has ended. `staff`: something about that person has changed, ask again. Neither: ask again for all. */
export type SessionNews = { readonly session?: string; readonly staff?: AgentId }
type Deps = {
  db: Reader
  now: Clock
  isAway: (error: unknown) => boolean
  onTrouble: (error: unknown) => void
}
export type Sessions = ReturnType<typeof createSessions>

export function createSessions({ db, now, isAway, onTrouble }: Deps) {
  const kept = createKeptSessions()
  const { find, askAtOnce } = createFindSession({ db, now, kept, isAway, onTrouble })
  const listeners = new Set<(news: SessionNews) => void>()
  const tell = (news: SessionNews) => {
    for (const listener of listeners) listener(news)
  }
  const haveEnded = (ended: readonly string[]) => {
    if (ended.length === 0) return
    kept.forget(({ session }) => ended.includes(session))
    for (const session of ended) tell({ session })
  }
  return {
    find,
    /** Ends one session, everywhere. */
    async end(session: string): Promise<void> {
      await revokeSession(db, session)
      haveEnded([session])
    },
    /** These are revoked in Postgres: they end here before its notice comes. */
    haveEnded,
    /** Ends every session of a person but `except`; says how many there were. */
    async endAllOf(staff: AgentId, except: string | null = null): Promise<number> {
      const ended = await revokeSessionsOf(db, staff, except)
      kept.forget((principal) => principal.staff === staff && principal.session !== except)
      for (const session of ended) tell({ session })
      return ended.length
    },
    /** What Postgres told on channel `access`. */
    onNotice(payload: string): void {
      const [what, id = ''] = payload.split(' ')
      if (what === 'session') {
        haveEnded([id])
      } else if (what === 'staff') {
        kept.forget((principal) => principal.staff === id)
        tell({ staff: id as AgentId })
      }
    },
    /** Notices may have been lost: everything is asked again, and whoever holds a session open should do so too. */
    doubtAll(): void {
      askAtOnce()
      kept.doubtAll()
      tell({})
    },
    /** Gives back how to stop listening. */
    onEnd(listener: (news: SessionNews) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
