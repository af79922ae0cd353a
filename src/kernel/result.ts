/** What a rule answers: a value, or a refusal with a name. Refusals are closed unions of text. */
export type Result<T, R extends string> = { ok: true; value: T } | { ok: false; refusal: R }

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const refuse = <R extends string>(refusal: R): { ok: false; refusal: R } => ({ ok: false, refusal })
