/** A caller comes in from the dialplan: who, which number, since when, and what a partner line sent along. */
import type { Directory } from '#acd/core'
import { accept, type Base, type Context, nextTicketNo } from '#calls/core'
import { type CallId, type Clock, type LegId, type LineCode, limits, toInstant } from '#kernel'
import type { Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'
import type { HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'

export type Arrival = {
  readonly channel: Channel
  readonly call: string
  readonly arrivedMs: number
  readonly dialled: string
  /** As the caller's side gave it; text from outside. */
  readonly name: string
  readonly context?: Context
}

/** Stasis arguments: inbound, call id, arrival in ms, dialled number, kind of entry, line, ticket, note, From header (URI-encoded). */
export function toArrival(channel: Channel, args: readonly string[]): Arrival | null {
  const [kind, call, arrived, dialled, entry, line, ticket, note, from] = args
  if (kind !== 'inbound' || !call || !dialled) return null
  const context = entry === 'partner' && line ? contextOf(line, ticket, note) : undefined
  return {
    channel,
    call,
    arrivedMs: Number(arrived),
    dialled: cut(dialled, limits.numberFromOutside),
    name: cut(wholeName(channel.caller.name, from), limits.textFromOutside),
    ...(context && { context }),
  }
}

/** `known`: the call is taken in already, by an audit that was faster than the event, or it is over. */
export type Admitted = 'admitted' | 'known' | 'noSuchNumber'
export type Admit = (arrival: Arrival) => Admitted

export function createEntrance({
  hall,
  conductor,
  legs,
  directory,
  now,
  wall,
}: {
  hall: HallState
  conductor: Conductor
  legs: LegRegister
  directory: () => Directory
  now: Clock
  /** The clock by which the dialplan stamps arrivals. */
  wall: Clock
}) {
  return function admit({ channel, call, arrivedMs, dialled, name, context }: Arrival): Admitted {
    const id = call as CallId
    const at = now()
    const agoMs = wall() - arrivedMs
    const { numbers, queues } = directory()
    const number = numbers.find((known) => known.number === dialled)
    const queue = queues.find((known) => known.id === number?.queue)
    if (hall.calls.has(id) || hall.leaving.has(id) || legs.hasLeft(channel.id)) return 'known'
    if (!queue) return 'noSuchNumber'
    legs.addLeg(channel.id as LegId, id)
    conductor.take((turn) => {
      const numbered = nextTicketNo(hall.serial, at)
      hall.serial = numbered.serial
      turn.outcome.keep.serial = numbered.serial
      const base: Base = {
        id,
        ticket: numbered.ticket,
        caller: {
          leg: channel.id as LegId,
          number: cut(channel.caller.number, limits.numberFromOutside),
          name,
        },
        dialled,
        ...(context && { context }),
        queue: queue.id,
        arrivedAt: arrivedMs > 0 && agoMs > 0 ? toInstant(at - agoMs) : at,
        made: 0,
        answered: channel.state === 'Up',
        manner: queue.manner,
      }
      turn.takeCall(accept(base, at))
    })
    return 'admitted'
  }
}

function contextOf(line: string, ticket: string | undefined, note: string | undefined): Context {
  return {
    from: line as LineCode,
    ...(ticket && { ticket: decoded(ticket) }),
    ...(note && { note: decoded(note) }),
  }
}

/** Asterisk leaves quotes escaped, cuts a name at 79 bytes, and loses it whole when that is within a character. */
function wholeName(name: string, from: string | undefined): string {
  const isWhole = name !== '' && Buffer.byteLength(name) < 76 && !name.includes('\\')
  return isWhole ? name : displayName(bytesOf(from ?? '')) || name
}

/** The display name of a From header (RFC 3261, 20.10 and 25.1), also of one that was cut off. */
function displayName(header: string): string {
  const quoted = /^\s*"((?:\\.|[^"\\])*)/.exec(header)?.[1]
  return quoted === undefined ? (/^([^<"]*)</.exec(header)?.[1] ?? '').trim() : quoted.replace(/\\(.)/g, '$1')
}

/** Percent-encoded by the dialplan. A character that was cut in two is left out; what else does not decode stays as it came. */
function bytesOf(text: string): string {
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
}
const decoded = (text: string): string => cut(bytesOf(text), limits.textFromOutside)

const cut = (text: string, length: number): string => text.slice(0, length)
