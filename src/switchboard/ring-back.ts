/**
 * The places of callers whom the death of Asterisk has cut, kept in the journal for a while. A place is given up when the caller
 * who has rung back is answered, or when its time is over: who rings back and gives up before may ring back again.
 */
import { type Base, type Call, placeFor, placeOf } from '#calls/core'
import type { Clock } from '#kernel'
import type { Conductor } from './conductor.ts'
import type { HallState } from './hall-state.ts'
import type { Turn } from './turn.ts'

export type RingBack = ReturnType<typeof createRingBack>

export function createRingBack({
  hall,
  conductor,
  now,
  keptMs,
}: {
  hall: HallState
  conductor: Conductor
  now: Clock
  /** How long a place is kept. */
  keptMs: number
}) {
  return {
    /** In the turn that ends the call. */
    keep(turn: Turn, call: Call): void {
      if (call.again && hall.places.has(call.again.call)) turn.replacePlace(call) // cut again before anybody answered
      const place = placeOf(call, now(), keptMs)
      if (place) turn.keepPlace(place)
    },
    /** What a new call of this number continues. */
    of(number: string): Pick<Base, 'again'> {
      const isTaken = (id: string): boolean => [...hall.calls.values()].some(({ again }) => again?.call === id)
      const place = placeFor(hall.places.values(), number, now(), isTaken)
      return place ? { again: { call: place.call, since: place.since } } : {}
    },
    /** Forgets the places whose time is over. */
    sweep(): void {
      const over = [...hall.places.values()].filter(({ until }) => until < now())
      if (over.length > 0)
        conductor.take((turn) => {
          for (const { call } of over) turn.dropPlace(call)
        })
    },
  }
}
