/** Who has sat at a seat and when: a phone that rang while we were away was answered by who sat there then, not by who does now. */
import type { AgentId, Instant } from '#kernel'

export type Sitting = { readonly agent: AgentId; readonly from: Instant; readonly until: Instant | null }
/** Of one seat, oldest first. */
export type Sittings = readonly Sitting[]

/** Remembered a seat: more than a seat sees while one call lasts. */
const remembered = 8

export const satDown = (sittings: Sittings, agent: AgentId, at: Instant): Sittings =>
  [...sittings, { agent, from: at, until: null }].slice(-remembered)

export const stoodUp = (sittings: Sittings, agent: AgentId, at: Instant): Sittings =>
  sittings.map((one) => (one.agent === agent && one.until === null ? { ...one, until: at } : one))

/** `null`: nobody, or it is not known any more. */
export const whoSat = (sittings: Sittings, at: Instant): AgentId | null =>
  sittings.findLast(({ from, until }) => from <= at && (until === null || at < until))?.agent ?? null
