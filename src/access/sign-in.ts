/** From a staff number and a password to a session. */
import { after, type Clock, ok, type Result, refuse } from '#kernel'
import type { InTransaction, Reader } from '#platform/postgres/tx'
import { type Failures, mayTry, sessionLimits } from './core/index.ts'
import { hashOf, newToken } from './find-session.ts'
import { TooManyPasswords, verifyPassword } from './password.ts'
import { addSession, removeOldSessions, revokeOldest } from './session-store.ts'
import type { Sessions } from './sessions.ts'
import { addFailure, clearFailures, countFailures, findStaff } from './staff-store.ts'

type Deps = { db: Reader; inTransaction: InTransaction; now: Clock; sessions: Pick<Sessions, 'haveEnded'> }
type Asked = { staff: string; password: string; source: string }
export type SignInRefusal = 'wrongCredentials' | 'tooManyAttempts'
export type SignIn = ReturnType<typeof createSignIn>

/** Nobody learns from the answer, or from its time, whether the number exists or the password was the wrong part. */
export function createSignIn({ db, inTransaction, now, sessions }: Deps) {
  return async ({ staff, password, source }: Asked): Promise<Result<{ token: string }, SignInRefusal>> => {
    const failures: Failures = await countFailures(db, staff, source)
    if (!mayTry(failures)) return refuse('tooManyAttempts')
    const known = await findStaff(db, staff)
    const isRight = await verify(password, known?.passwordHash ?? null)
    if (isRight === undefined) return refuse('tooManyAttempts')
    if (!known || !isRight) {
      await addFailure(db, staff, source)
      return refuse('wrongCredentials')
    }
    const token = newToken()
    const at = now()
    const expiresAt = after(at, sessionLimits.absoluteMs)
    const ended = await inTransaction(async (tx) => {
      await clearFailures(tx, known.id, source)
      await removeOldSessions(tx)
      await addSession(tx, { tokenHash: hashOf(token), staff: known.id, source, at, expiresAt })
      return revokeOldest(tx, known.id, sessionLimits.perPerson)
    })
    sessions.haveEnded(ended)
    return ok({ token })
  }
}

/** `undefined`: too many wait already. */
async function verify(password: string, hash: string | null): Promise<boolean | undefined> {
  try {
    return await verifyPassword(password, hash)
  } catch (error) {
    if (error instanceof TooManyPasswords) return undefined
    throw error
  }
}
