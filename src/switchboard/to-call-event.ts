/** Says an Asterisk event in our own words. `undefined`: news that no call acts on. */
import type { Happening } from '#calls/core'
import type { Instant, LegId, PlaybackId } from '#kernel'
import type { AriEvent } from '#platform/asterisk/ari-client'
import { causeOfDial, causeOfHangup } from './left-cause.ts'
import type { LegRegister } from './leg-register.ts'

export function toCallEvent(wire: AriEvent, legs: LegRegister, at: Instant): Happening | undefined {
  switch (wire.type) {
    case 'ChannelStateChange':
      return wire.channel.state === 'Up' ? answered(wire.channel.id, legs, at) : undefined
    case 'StasisStart': // a dialled leg that is up already when it comes to us
      return wire.channel.state === 'Up' ? answered(wire.channel.id, legs, at) : undefined
    case 'ChannelHangupRequest':
      // A soft hang-up is Asterisk's own order (cause 32 is none of Q.850); the cause comes with the end.
      if (!wire.soft) note(wire, legs)
      return undefined
    case 'Dial': {
      const cause = causeOfDial(wire.dialstatus)
      if (cause) legs.noteCause(wire.peer.id, cause)
      return wire.dialstatus === 'RINGING' ? ringing(wire.peer.id, legs, at) : undefined
    }
    case 'ChannelHold':
    case 'ChannelUnhold': {
      const leg = legs.legOf(wire.channel.id)
      if (leg) leg.onHold = wire.type === 'ChannelHold'
      return undefined
    }
    case 'ChannelDestroyed':
      note(wire, legs)
      return left(wire.channel.id, legs, at)
    case 'StasisEnd':
      return left(wire.channel.id, legs, at)
    case 'PlaybackFinished': {
      const call = legs.callOfPlayback(wire.playback.id)
      legs.dropPlayback(wire.playback.id)
      return call && { type: 'playbackEnded', call, playback: wire.playback.id as PlaybackId, at }
    }
    default:
      return undefined
  }
}

/**
 * Asterisk has been told to stop, and hangs up every channel: the "cause" of such a request is no Q.850 but Asterisk's own flag,
 * AST_SOFTHANGUP_SHUTDOWN. It is the first word of the end, and the only one that tells whose doing it is.
 */
export const isStopping = (wire: AriEvent): boolean =>
  wire.type === 'ChannelHangupRequest' && wire.soft === true && wire.cause === shutdownFlag
const shutdownFlag = 4

/** A 408 from a phone that never rang is our own transaction timer (RFC 3261, 17.1.1.2): nobody is there. */
function note(wire: { channel: { id: string }; cause?: number; tech_cause?: number }, legs: LegRegister): void {
  const isDead = wire.tech_cause === 408 && legs.legOf(wire.channel.id)?.rang === false
  legs.noteCause(wire.channel.id, isDead ? 'unreachable' : causeOfHangup(wire.cause, wire.tech_cause))
}

/** Told once: the state of an answered leg is repeated by many events. */
export function answered(id: string, legs: LegRegister, at: Instant): Happening | undefined {
  const leg = legs.legOf(id)
  if (!leg || leg.up) return undefined
  leg.up = true
  return { type: 'legAnswered', call: leg.call, leg: id as LegId, at }
}

function ringing(id: string, legs: LegRegister, at: Instant): Happening | undefined {
  const leg = legs.legOf(id)
  if (leg) leg.rang = true
  return leg && { type: 'legRinging', call: leg.call, leg: id as LegId, at }
}

/** The first of StasisEnd and ChannelDestroyed ends the leg; a leg that left Stasis by hanging up gives only the former. */
function left(id: string, legs: LegRegister, at: Instant): Happening | undefined {
  const leg = legs.legOf(id)
  if (!leg) return undefined
  legs.dropLeg(id as LegId)
  return { type: 'legLeft', call: leg.call, leg: id as LegId, cause: leg.cause ?? 'normal', at }
}
