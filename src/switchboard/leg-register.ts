/**
 * Which call a leg, a bridge or a playback belongs to, written before Asterisk is asked to make it: news of it may
 * come before the answer does. Why a leg is about to leave is remembered here too, for the end itself does not say.
 */
import type { LeftCause } from '#calls/core'
import type { CallId, LegId, PlaybackId } from '#kernel'

type Leg = {
  readonly call: CallId
  /** Asterisk has said that it dials; a phone that says nothing is dialled all the same. */
  dialled: boolean
  /** It rings, or is answered: somebody is there. */
  rang: boolean
  up: boolean
  /** Its phone has put us on hold. */
  onHold: boolean
  cause: LeftCause | null
}

export type LegRegister = ReturnType<typeof createLegRegister>

export function createLegRegister() {
  const legs = new Map<LegId, Leg>()
  const playbacks = new Map<PlaybackId, CallId>()
  const byCall = new Map<CallId, Set<LegId | PlaybackId>>()
  /** Those that Asterisk has accepted: what it does not have of them any more is over. */
  const begun = new Set<PlaybackId>()
  /** Legs that have left, for as long as their call is remembered. */
  const gone = new Set<LegId>()

  const owned = (call: CallId, id: LegId | PlaybackId): void => {
    const ids = byCall.get(call) ?? new Set()
    byCall.set(call, ids.add(id))
  }

  return {
    addLeg(leg: LegId, call: CallId): void {
      if (legs.has(leg)) return
      legs.set(leg, { call, dialled: false, rang: false, up: false, onHold: false, cause: null })
      owned(call, leg)
    },
    addPlayback(playback: PlaybackId, call: CallId): void {
      playbacks.set(playback, call)
      owned(call, playback)
    },
    legOf: (leg: string): Leg | undefined => legs.get(leg as LegId),
    callOfPlayback: (playback: string): CallId | undefined => playbacks.get(playback as PlaybackId),
    /** The first cause told is the true one; what follows are its consequences. */
    noteCause(leg: string, cause: LeftCause): void {
      const known = legs.get(leg as LegId)
      if (known) known.cause ??= cause
    },
    dropLeg(leg: LegId): boolean {
      if (legs.has(leg)) gone.add(leg)
      return legs.delete(leg)
    },
    /** It was ours and has left: a list that Asterisk made a moment before may still name it. */
    hasLeft: (leg: string): boolean => gone.has(leg as LegId),
    playbackBegan(playback: PlaybackId): void {
      if (playbacks.has(playback)) begun.add(playback)
    },
    hasBegun: (playback: PlaybackId): boolean => begun.has(playback),
    dropPlayback(playback: string): boolean {
      begun.delete(playback as PlaybackId)
      return playbacks.delete(playback as PlaybackId)
    },
    /** Ended calls are forgotten, once their last news has had time to come. */
    dropCall(call: CallId): void {
      for (const id of byCall.get(call) ?? []) {
        legs.delete(id as LegId)
        gone.delete(id as LegId)
        playbacks.delete(id as PlaybackId)
        begun.delete(id as PlaybackId)
      }
      byCall.delete(call)
    },
    get size() {
      return legs.size
    },
  }
}
