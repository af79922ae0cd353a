/**
 * What becomes of a caller who is not let in: a short announcement without the call being answered, and then 503. When many
 * are turned away at once, 503 at once, for announcements cost what we have too little of.
 *
 * Asterisk makes the 503 of cause 42. It cannot add `Retry-After`: PJSIP_HEADER writes into requests only (`res_pjsip_header_funcs.c`).
 */
import type { CallId, LegId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import { mediaOf } from './prompt-media.ts'
import type { Timers } from './timers.ts'

const mostAnnouncements = 20
/** Longer than the announcement is. */
const announcedWithinMs = 15_000
/** Q.850: switching equipment congestion. */
export const congestion = 42

export type TurnedAway = ReturnType<typeof createTurnedAway>

export function createTurnedAway({
  client,
  timers,
  trouble,
}: {
  client: AriClient
  timers: Timers
  trouble: (error: unknown, what: string) => void
}) {
  /** By the playback that is heard. */
  const hearing = new Map<string, { readonly call: CallId; readonly leg: LegId }>()

  function hangUp(call: CallId, leg: LegId): void {
    client
      .lane(call)
      .hangup(leg, { reasonCode: congestion })
      .catch((error: unknown) => trouble(error, 'turnAway'))
  }

  function ended(playback: string): void {
    const about = hearing.get(playback)
    if (!about) return
    hearing.delete(playback)
    timers.stop(playback)
    hangUp(about.call, about.leg)
  }

  return {
    /** Once it is written down. */
    away(call: CallId, leg: LegId): void {
      if (hearing.size >= mostAnnouncements) {
        hangUp(call, leg)
        return
      }
      const playback = `${call}-overload`
      hearing.set(playback, { call, leg })
      timers.start(playback, announcedWithinMs, () => ended(playback))
      client
        .lane(call)
        .play(leg, playback, mediaOf('overload'))
        .then((done) => done === 'gone' && ended(playback))
        .catch((error: unknown) => {
          trouble(error, 'turnAway')
          ended(playback)
        })
    },
    /** Whether it hears the announcement. */
    hears: (channel: string): boolean => [...hearing.values()].some(({ leg }) => leg === channel),
    /** An announcement is over, or another prompt that is none of ours. */
    ended,
  }
}
