/**
 * Who is behind a token. Asked on every request, so answers are kept in memory: believed for 5 seconds, and for as long as
 * Postgres is away (to the session's own end), because whoever has a call in hand must be able to go on.
 */
import { createHash, randomBytes } from 'node:crypto'
import { after, type Clock } from '#kernel'
import { Refused } from '#platform/http/problem'
import type { Reader } from '#platform/postgres/tx'
import { isAlive, type Principal, sessionLimits } from './core/index.ts'
import type { Kept, KeptSessions } from './kept-sessions.ts'
import { findSession, touchSession } from './session-store.ts'

type Deps = {
  db: Reader
  now: Clock
  kept: KeptSessions
  isAway: (error: unknown) => boolean
  /** Something that nobody waits for went wrong. */
  onTrouble: (error: unknown) => void
}

/** After a failed question the next one is not asked at once: calls must not wait for a database that is away. */
const askAgainMs = 2_000
/** How long an answer is waited for before Postgres counts as away: it may hang as well as be gone. */
const askMs = 1_000

/** `find`: the one behind the token, or nobody. It throws when Postgres is away and the token was not known before. */
export function createFindSession({ db, now, kept, isAway, onTrouble }: Deps) {
  let awayUntil = 0

  const touch = (entry: Kept): Principal => {
    const at = now()
    entry.principal = { ...entry.principal, seenAt: at }
    if (at >= after(entry.touchedAt, sessionLimits.touchEveryMs)) {
      entry.touchedAt = at
      touchSession(db, entry.principal.session, at).catch(onTrouble) // the next minute writes it again
    }
    return entry.principal
  }
  const ask = async (key: string, known: Kept | undefined): Promise<Principal | undefined> => {
    const began = now()
    const endsBefore = kept.ends()
    const found = await findSession(db, Buffer.from(key, 'hex'))
    if (found && kept.ends() !== endsBefore) return ask(key, undefined)
    if (!found || !isAlive(newest(found, known), began)) {
      kept.drop(key)
      return undefined
    }
    const entry = { principal: newest(found, known), checkedAt: began, touchedAt: known?.touchedAt ?? found.seenAt }
    kept.keep(key, entry)
    return touch(entry)
  }

  const find = async (token: string): Promise<Principal | undefined> => {
    const key = hashOf(token).toString('hex')
    const known = kept.get(key)
    if (known && !isAlive(known.principal, now())) {
      kept.drop(key)
      return undefined
    }
    const isFresh = known && now() < after(known.checkedAt, sessionLimits.freshMs)
    if (known && (isFresh || now() < awayUntil)) return touch(known)
    // While it is away it is asked now and then whether it is back; nobody waits for that.
    if (known && awayUntil > 0) {
      awayUntil = after(now(), askAgainMs)
      within(askMs, ask(key, known)).then(
        () => {
          awayUntil = 0
        },
        (error: unknown) => isAway(error) || onTrouble(error),
      )
      return touch(known)
    }
    try {
      const principal = await within(askMs, ask(key, known))
      awayUntil = 0
      return principal
    } catch (error) {
      if (!isAway(error)) throw error
      awayUntil = after(now(), askAgainMs)
      const still = kept.get(key) // not there when its end was told meanwhile
      if (!still) throw error
      return touch(still)
    }
  }
  return {
    find,
    /** Postgres is there again, or may be: the next question is asked. */
    askAtOnce(): void {
      awayUntil = 0
    },
  }
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Refused('databaseAway')), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Use that is not yet written down counts. */
const newest = (found: Principal, known: Kept | undefined): Principal =>
  known && known.principal.seenAt > found.seenAt ? { ...found, seenAt: known.principal.seenAt } : found

/** 256 random bits, as text for a header. */
export const newToken = (): string => randomBytes(32).toString('base64url')
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
