declare const instant: unique symbol
/** A point in time, milliseconds since the Unix epoch. A duration is a plain number whose name ends in `Ms`. */
export type Instant = number & { readonly [instant]: true }
/** Where a shell gets the time from; a core is given it as data. */
export type Clock = () => Instant

export const toInstant = (ms: number): Instant => ms as Instant
export const after = (at: Instant, ms: number): Instant => (at + ms) as Instant
