/**
 * Whether one more caller is let in. What is let in beyond what the machine carries is paid for by those who are in it already.
 *
 *   open ──a limit is reached──▶ shut (for that reason) ──well below the limit again──▶ open
 *
 * Besides, new calls are let in at a rate, with some in reserve for a burst. An emergency is let in whatever the load.
 */
import type { Instant } from '#kernel'

export const overloads = ['callers', 'eventLoop', 'asterisk', 'rate'] as const
export type Overload = (typeof overloads)[number]

export type AdmissionLimits = {
  /** Most callers at once, waiting or talking. */
  readonly callers: number
  /** New calls a second, on the long run. */
  readonly perSecond: number
  /** New calls at once after a quiet while. */
  readonly burst: number
  /** How late the timers of the switchboard may be. */
  readonly loopDelayMs: number
  /** How long Asterisk may take to answer a command that waits for nothing. */
  readonly asteriskMs: number
}
/** What is measured at the moment of a call. */
export type Load = { readonly callers: number; readonly loopDelayMs: number; readonly asteriskMs: number }
export type Admission = {
  readonly shut: Exclude<Overload, 'rate'> | null
  readonly tokens: number
  readonly at: Instant
}

/** A limit that was reached counts until the load is below this share of it, or the gate would open and shut with each call. */
const wellBelow = 0.9

export const openAdmission = ({ burst }: AdmissionLimits, at: Instant): Admission => ({ shut: null, tokens: burst, at })

/** `refused` null: the caller is let in. */
export function admitCall(
  before: Admission,
  limits: AdmissionLimits,
  load: Load,
  isEmergency: boolean,
  at: Instant,
): { readonly admission: Admission; readonly refused: Overload | null } {
  const shut = shutBy(before.shut, limits, load)
  // A clock that was set back gives nothing and takes nothing.
  const earned = (Math.max(0, at - before.at) / 1000) * limits.perSecond
  const tokens = Math.min(limits.burst, before.tokens + earned)
  const refused = isEmergency ? null : (shut ?? (tokens < 1 ? 'rate' : null))
  return { admission: { shut, at, tokens: refused === null ? Math.max(0, tokens - 1) : tokens }, refused }
}

function shutBy(before: Admission['shut'], limits: AdmissionLimits, load: Load): Admission['shut'] {
  const measured = {
    callers: load.callers / limits.callers,
    eventLoop: load.loopDelayMs / limits.loopDelayMs,
    asterisk: load.asteriskMs / limits.asteriskMs,
  }
  const over = (['callers', 'eventLoop', 'asterisk'] as const).filter(
    (reason) => measured[reason] >= (reason === before ? wellBelow : 1),
  )
  return over.find((reason) => reason === before) ?? over[0] ?? null
}
