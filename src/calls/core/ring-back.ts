/**
 * Whom the death of Asterisk has cut, waiting or talking: each is owed a callback, and who rings back in time stands where he would
 * have stood.
 */
import type { CallId, Instant } from '#kernel'
import type { Call } from './call.ts'
import type { CallFact } from './facts.ts'

/** What was cut: nobody was with the caller yet, or somebody had been. */
export const cuts = ['waiting', 'talking'] as const
export type Cut = (typeof cuts)[number]

/** The place in the queue that is kept for a caller who was cut, by the number he rings back from. */
export type Place = {
  readonly call: CallId
  readonly number: string
  /** Orders the queue: when the caller first came. */
  readonly since: Instant
  readonly until: Instant
}

/** A number that can be dialled; null when the caller's was withheld. */
export const callableNumber = (number: string): string | null => (/^\+?[0-9]{3,20}$/.test(number) ? number : null)

export const callbackOwed = (call: Call, at: Instant): CallFact => ({
  type: 'call.callbackOwed',
  call: call.id,
  ticket: call.ticket,
  number: callableNumber(call.caller.number),
  queue: call.queue,
  arrivedAt: call.arrivedAt,
  cut: cutOf(call),
  at,
})

function cutOf({ state }: Call): Cut {
  switch (state) {
    case 'greeting':
    case 'waiting':
    case 'offering':
    case 'ended':
      return 'waiting'
    case 'talking':
    case 'consulting':
    case 'threeWay':
    case 'transferring':
    case 'handedOver':
      return 'talking'
  }
}

/** Null for a caller whom we would not know again. Who was cut a second time keeps the first arrival. */
export function placeOf(call: Call, at: Instant, keptMs: number): Place | null {
  const number = callableNumber(call.caller.number)
  if (number === null) return null
  return { call: call.id, number, since: call.again?.since ?? call.arrivedAt, until: (at + keptMs) as Instant }
}

/** The oldest place of this number that is still kept and nobody has taken up. */
export function placeFor(
  places: Iterable<Place>,
  number: string,
  at: Instant,
  isTaken: (call: CallId) => boolean,
): Place | undefined {
  let oldest: Place | undefined
  for (const place of places) {
    if (place.number !== number || place.until < at || (oldest && oldest.since <= place.since)) continue
    if (!isTaken(place.call)) oldest = place
  }
  return oldest
}
