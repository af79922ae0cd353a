/** What a new password must be like. Long beats strange: 16 characters of any kind will do. */
import { ok, type Result, refuse } from '#kernel'

export const passwordLimits = { shortest: 10, longest: 128, longEnoughOfOneKind: 16 } as const
export type WeakPassword = 'tooShort' | 'tooLong' | 'holdsStaffNumber' | 'tooFewKinds' | 'tooUniform'

const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]

export function checkPassword(password: string, staff: string): Result<string, WeakPassword> {
  const length = Array.from(password).length
  if (length < passwordLimits.shortest) return refuse('tooShort')
  if (length > passwordLimits.longest) return refuse('tooLong')
  if (password.includes(staff)) return refuse('holdsStaffNumber')
  if (new Set(password.toLowerCase()).size < 5) return refuse('tooUniform')
  const used = kinds.filter((kind) => kind.test(password)).length
  if (length < passwordLimits.longEnoughOfOneKind && used < 3) return refuse('tooFewKinds')
  return ok(password)
}
