/** Sets a password, one's own or somebody else's, and ends the person's other sessions with it. */
import { type AgentId, ok, type Result, refuse } from '#kernel'
import type { InTransaction, Reader } from '#platform/postgres/tx'
import { checkPassword, may, type Principal, type WeakPassword } from './core/index.ts'
import { hashPassword, TooManyPasswords, verifyPassword } from './password.ts'
import type { Sessions } from './sessions.ts'
import { findStaff, setPasswordHash } from './staff-store.ts'

type Deps = { db: Reader; inTransaction: InTransaction; sessions: Pick<Sessions, 'endAllOf'> }
type Asked = { by: Principal; staff: string; newPassword: string; oldPassword?: string | undefined }
type Refusal = 'notAllowed' | 'staffNotFound' | 'wrongOldPassword' | 'tooManyAttempts' | WeakPassword
export type ChangePassword = ReturnType<typeof createChangePassword>

export function createChangePassword({ db, inTransaction, sessions }: Deps) {
  return async ({ by, staff, newPassword, oldPassword }: Asked): Promise<Result<AgentId, Refusal>> => {
    const own = by.staff === staff
    if (!own && !may(by.roles, 'staff.setPassword')) return refuse('notAllowed')
    const known = await findStaff(db, staff)
    if (!known) return refuse('staffNotFound')
    const checked = checkPassword(newPassword, staff)
    if (!checked.ok) return checked
    try {
      if (own && !(await verifyPassword(oldPassword ?? '', known.passwordHash))) return refuse('wrongOldPassword')
      const hash = await hashPassword(newPassword)
      await inTransaction((tx) => setPasswordHash(tx, known.id, hash))
    } catch (error) {
      if (error instanceof TooManyPasswords) return refuse('tooManyAttempts')
      throw error
    }
    await sessions.endAllOf(known.id, own ? by.session : null)
    return ok(known.id)
  }
}
