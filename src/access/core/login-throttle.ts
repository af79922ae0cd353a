/**
 * How many wrong passwords are borne, counted over the last 15 minutes. Per person and source, so that nobody can lock
 * somebody else out; per source against spraying; and per person in all, beyond which only sources are heard from which
 * the person has been logged in before.
 */
export const throttleLimits = {
  windowMs: 15 * 60_000,
  perPersonAndSource: 5,
  perSource: 50,
  perPerson: 100,
} as const

export type Failures = {
  readonly ofPersonFromSource: number
  readonly fromSource: number
  readonly ofPerson: number
  /** The person has been logged in from this source within the last 30 days. */
  readonly knownSource: boolean
}

export function mayTry(failures: Failures): boolean {
  if (failures.ofPersonFromSource >= throttleLimits.perPersonAndSource) return false
  // A known source is usually the whole hall behind one address: one forgetful colleague must not lock the others out.
  if (failures.knownSource) return true
  return failures.fromSource < throttleLimits.perSource && failures.ofPerson < throttleLimits.perPerson
}
