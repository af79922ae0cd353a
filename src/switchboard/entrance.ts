/** A caller comes in from the dialplan: who, which number, since when, and what a partner line sent along. */
import { type AdmissionLimits, admitCall, type Directory, type Load, openAdmission } from '#acd/core'
import { accept, type Base, type Context } from '#calls/core'
import type { Journal } from '#journal'
import { type CallId, type LegId, type LineCode, limits, toInstant } from '#kernel'
import type { Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'
import { giveTicket, type HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'
import type { RingBack } from './ring-back.ts'
import type { SteadyClock } from './steady-clock.ts'
import { asText } from './text-from-outside.ts'
import type { TurnedAway } from './turned-away.ts'

export type Arrival = {
  readonly channel: Channel
  readonly call: string
  readonly arrivedMs: number
  readonly dialled: string
  /** Not the channel's own, which PJSIP ends at the first NUL. */
  readonly number?: string
  /** As the caller's side gave it; text from outside. */
  readonly name: string
  readonly context?: Context
}

/**
 * Stasis arguments: inbound, call id, arrival in ms, dialled number, kind of entry, line, and URI-encoded: ticket, note, From header.
 * The dialplan passes more bytes of each than we keep, so a cut of its own shows as one of ours.
 */
export function toArrival(channel: Channel, args: readonly string[]): Arrival | null {
  const [kind, call, arrived, dialled, entry, line, ticket, note, from] = args
  if (kind !== 'inbound' || !call || !dialled) return null
  const context = entry === 'partner' && line ? contextOf(line, decoded(ticket), decoded(note)) : undefined
  return {
    channel,
    call,
    arrivedMs: Number(arrived),
    dialled: asText(dialled, limits.numberFromOutside),
    number: wholeNumber(channel.caller.number, from),
    name: asText(wholeName(channel.caller.name, from), limits.textFromOutside),
    ...(context && { context }),
  }
}

/** What the hall can carry; `load` is measured when it is asked for. */
export type Capacity = {
  readonly limits: AdmissionLimits
  readonly load: () => Omit<Load, 'callers'>
  /** Let in whatever the load, besides the numbers and lines of the directory that are marked so. */
  readonly emergencyCallers: readonly string[]
}

/**
 * `known`: the call is taken in already, by an audit that was faster than the event, or it is over. `refused`: there are too many.
 * `noRoom`: the journal could not take what would become of it.
 */
export type Admitted = 'admitted' | 'known' | 'noSuchNumber' | 'refused' | 'noRoom'
export type Admit = (arrival: Arrival) => Admitted

export function createEntrance({
  hall,
  conductor,
  takes,
  legs,
  ringBack,
  directory,
  capacity,
  turnedAway,
  hasSettled,
  clock,
}: {
  hall: HallState
  conductor: Conductor
  takes: Journal['takes']
  legs: LegRegister
  ringBack: Pick<RingBack, 'of'>
  directory: () => Directory
  /** Not given: everybody is let in. */
  capacity: Capacity | undefined
  turnedAway: Pick<TurnedAway, 'away'>
  /** We were not away a moment ago, with calls in hand. */
  hasSettled: () => boolean
  clock: Pick<SteadyClock, 'now' | 'fromWall'>
}) {
  const { now } = clock
  let admission = capacity && openAdmission(capacity.limits, now())

  /** Null: let in. */
  function refusal({ channel, dialled, context }: Arrival): string | null {
    if (!capacity || !admission) return null
    const { numbers, lines } = directory()
    const isEmergency =
      numbers.some(({ number, emergency }) => number === dialled && emergency === true) ||
      lines.some(({ code, mode }) => code === context?.from && mode === 'emergency') ||
      capacity.emergencyCallers.includes(channel.caller.number)
    // Up before we have answered: the net has had him wait, and has promised to put him through.
    const hasWaited = channel.state === 'Up'
    // Coming back is work, too: it makes us late for a moment, and nobody is refused for that.
    const late = hasSettled() ? capacity.load() : { loopDelayMs: 0, asteriskMs: 0 }
    const load = { ...late, callers: hall.calls.size }
    const answer = admitCall(admission, capacity.limits, load, isEmergency || hasWaited, now())
    admission = answer.admission
    return answer.refused
  }

  return function admit(arrival: Arrival): Admitted {
    const { channel, call, arrivedMs, dialled, name, context } = arrival
    const id = call as CallId
    const at = now()
    const { numbers, queues } = directory()
    const dialledNumber = numbers.find((known) => known.number === dialled)
    const queue = queues.find((known) => known.id === dialledNumber?.queue)
    if (hall.calls.has(id) || hall.leaving.has(id)) return 'known'
    if (!queue) return 'noSuchNumber'
    if (!takes('newWork')) return 'noRoom'
    legs.addLeg(channel.id as LegId, id)
    const number = asText(arrival.number ?? channel.caller.number, limits.numberFromOutside)
    // Stamped by the dialplan, with the clock on the wall.
    const arrivedAt = arrivedMs > 0 ? toInstant(Math.min(clock.fromWall(arrivedMs), at)) : at
    const why = refusal(arrival)
    if (why !== null) {
      const leg = channel.id as LegId
      const about = { call: id, leg, number, name, dialled, queue: queue.id, arrivedAt, at }
      const { durable } = conductor.take((turn) =>
        turn.turnAway({ type: 'call.refused', reason: 'overload', why, ...about }),
      )
      durable.then(
        () => turnedAway.away(id, leg),
        () => {}, // told by the conductor
      )
      return 'refused'
    }
    conductor.take((turn) => {
      const ticket = giveTicket(hall, id, at)
      turn.outcome.keep.serial = hall.serial
      const base: Base = {
        id,
        ticket,
        caller: {
          leg: channel.id as LegId,
          number,
          name,
        },
        dialled,
        ...(context && { context }),
        queue: queue.id,
        arrivedAt,
        made: 0,
        answered: channel.state === 'Up',
        manner: queue.manner,
        ...ringBack.of(number),
      }
      turn.takeCall(accept(base, at))
    })
    return 'admitted'
  }
}

function contextOf(line: string, ticket: string, note: string): Context {
  const long = { ticket: ticket.length > limits.ticketFromOutside, note: note.length > limits.textFromOutside }
  const cut = (['ticket', 'note'] as const).filter((field) => long[field])
  return {
    from: line as LineCode,
    ...(ticket && { ticket: asText(ticket, limits.ticketFromOutside) }),
    ...(note && { note: asText(note, limits.textFromOutside) }),
    ...(cut.length > 0 && { cut }),
  }
}

/** Asterisk leaves quotes escaped, cuts a name at 79 bytes, and loses it whole when that is within a character. */
function wholeName(name: string, from: string | undefined): string {
  const isWhole = name !== '' && Buffer.byteLength(name) < 76 && !name.includes('\\')
  return isWhole ? name : displayName(bytesOf(from ?? '')) || name
}

/** With what stands behind a NUL: one caller could look like another. */
function wholeNumber(number: string, from: string | undefined): string {
  const user = bytesOf(/\bsips?:([^@>;]*)@/i.exec(bytesOf(from ?? ''))?.[1] ?? '')
  return user.startsWith(`${number}\0`) ? user : number
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
const decoded = (text: string | undefined): string => asText(bytesOf(text ?? '').trim(), Number.POSITIVE_INFINITY)
