/** An invariant that did not hold: which, where, when. */
export type Failure = { readonly invariant: string; readonly detail: string; readonly at: number }

/** Told of whatever is wrong; the first is what counts. */
export type Complain = (invariant: string, detail: string) => void
