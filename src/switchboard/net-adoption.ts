/**
 * Calls that ended while we were away, in the safety net or before we had heard of them, are taken into the journal, each exactly once:
 * it is written down together with a note of its id; only then is the dialplan's record removed; only then the note.
 */
import { type Directory, whoSat } from '#acd/core'
import { type Base, type Call, type LegEnd, legsOf, type Service, servedWithoutUs, type Unwatched } from '#calls/core'
import type { Journal } from '#journal'
import { type CallId, type Instant, type LegId, toInstant } from '#kernel'
import type { Conductor } from './conductor.ts'
import { giveTicket, type HallState } from './hall-state.ts'
import type { InNet } from './in-net.ts'
import type { LastSeen } from './last-seen.ts'
import { type NetRecord, readLeft, readLegEnd, readNetRecord } from './net-record.ts'
import type { NetRecords } from './net-records.ts'
import type { RingBack } from './ring-back.ts'
import { latestOf, type SteadyClock } from './steady-clock.ts'

const prefix = 'net:'
/** The first part of every key. */
const callOf = (key: string): string => key.split('~')[0] ?? ''
/** Records that are written down in one turn. */
const atOnce = 100

export type NetAdoption = ReturnType<typeof createNetAdoption>

export function createNetAdoption({
  hall,
  records,
  journal,
  conductor,
  directory,
  inNet,
  ringBack,
  lastSeen,
  clock,
  trouble,
}: {
  hall: HallState
  records: NetRecords
  journal: Journal
  conductor: Conductor
  directory: () => Directory
  inNet: InNet
  ringBack: Pick<RingBack, 'of'>
  lastSeen: Pick<LastSeen, 'endOf'>
  clock: Pick<SteadyClock, 'now' | 'fromWall'>
  trouble: (error: unknown, what: string) => void
}) {
  /** Written down, but their records may still be there. */
  const noted = new Set([...journal.kept].flatMap(([key, value]) => (key.startsWith(prefix) && value ? [key] : [])))

  /** When callers of ours have hung up while we were away, by the records of it that are still there. */
  const left = new Map<CallId, Instant>()
  /** When and how legs that we had dialled have left, by the same. */
  const legEnds = new Map<LegId, LegEnd>()
  /** Records of Asterisk's that these are from. */
  const told = new Set<string>()
  /** All that were read, and have not been seen to be gone. */
  let there = new Set<string>()

  let last: Promise<unknown> = Promise.resolve()
  /** When the last look at all records began. */
  let lookedAt = Number.NEGATIVE_INFINITY
  /** When the last comparison with Asterisk began that came to its end and had read the records. */
  let comparedAt = Number.NEGATIVE_INFINITY

  /**
   * Answers how many were taken in. What the journal has no room for stays with Asterisk, for a later audit. One after another: what is
   * being written down must not be found a second time.
   */
  function adopt(): Promise<number> {
    const next = last.then(adoptNow, adoptNow)
    last = next
    return next
  }

  /** The same; what cannot be read now is left to the next audit. */
  const tryToAdopt = (): Promise<number> =>
    adopt().catch((error: unknown) => {
      trouble(error, 'netRecords')
      return 0
    })

  async function adoptNow(): Promise<number> {
    if (!journal.takes('newWork')) return 0
    try {
      const begun = clock.now()
      if (noted.size + there.size > 0) records.forget() // whether these are still there
      const keys = await records.list()
      if (keys === undefined) return 0
      there = new Set(keys)
      const fresh: NetRecord[] = []
      const served: string[] = []
      for (const key of keys) {
        const one = readLeft(key)
        const isKnown = (one && (hall.calls.has(one.call as CallId) || one.unheard === null)) || readLegEnd(key)
        if (isKnown) {
          told.add(key)
          hear(key)
        } else served.push(key)
        const record = isKnown ? null : (one?.unheard ?? readNetRecord(key))
        if (record && isOfUs(record) && isNews(record.call as CallId)) fresh.push(record)
      }
      lookedAt = begun
      if (served.length === 0 && noted.size === 0) return 0
      if (fresh.some(({ call }) => hall.calls.has(call as CallId))) await hearJustLeft()
      for (let at = 0; at < fresh.length; at += atOnce) await write(fresh.slice(at, at + atOnce))
      await conductor.written() // what we know of the others
      // What is still there keeps its note, or it would be written down again.
      const still = new Set([...(await remove(served))].map((key) => prefix + callOf(key)))
      await forget([...noted].filter((note) => !still.has(note)))
      return fresh.length
    } catch (error) {
      records.forget()
      throw error
    }
  }

  /** The first word holds: who has hung up is told of once, and a record is read before the rest. */
  function hear(key: string): void {
    const caller = readLeft(key)
    const id = caller?.call as CallId
    if (caller && !left.has(id)) left.set(id, clock.fromWall(caller.at))
    const leg = readLegEnd(key)
    if (leg && !legEnds.has(leg.leg)) legEnds.set(leg.leg, { at: clock.fromWall(leg.at), cause: leg.cause })
  }

  /** Who has hung up so lately that it should have been heard. Never rejects: what is not known is as it was. */
  async function hearJustLeft(): Promise<void> {
    try {
      for (const key of await records.justLeft()) hear(key)
    } catch (error) {
      trouble(error, 'netRecords')
    }
  }

  /** When a call has ended that was over when we came back; `told`: as the dialplan says. */
  const endOf = (call: Call, told = left.get(call.id)): Instant => lastSeen.endOf(told, toInstant(latestOf(call)))

  /** Of which legs of a call the dialplan says when and how they have left. */
  function endsOf(call: Call): Map<LegId, LegEnd> {
    const callerLeft = left.get(call.id)
    const told = legsOf(call).flatMap((leg) => {
      const caller = callerLeft && { at: callerLeft, cause: 'normal' as const }
      const end = leg === call.caller.leg ? caller : legEnds.get(leg)
      return end ? [[leg, { cause: end.cause, at: endOf(call, end.at) }] as const] : []
    })
    return new Map(told)
  }

  const unwatched = (call: Call): Unwatched => ({ at: endOf(call), legEnds: endsOf(call) })

  /** Not written down by this record, nor ended by us: who hangs up on the way into the net is told of twice. */
  const isNews = (call: CallId): boolean =>
    !noted.has(prefix + call) && !(hall.leaving.has(call) && !hall.calls.has(call))

  /** Whom nobody has heard and who dialled no number of ours would have been told so; whom the net has served was served. */
  const isOfUs = ({ dialled, inNet: wasInNet }: NetRecord): boolean =>
    wasInNet || directory().numbers.some(({ number }) => number === dialled)

  /** Once the calls have ended at the times that were told: a comparison with Asterisk that began at this moment has come to its end. */
  async function forgetLeft(begun: Instant): Promise<void> {
    if (lookedAt >= begun) comparedAt = begun
    const keys = [...told]
    left.clear()
    legEnds.clear()
    told.clear()
    if (keys.length === 0) return
    await conductor.written()
    await remove(keys)
  }

  async function remove(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const still = new Set(await records.remove(keys))
    for (const key of keys) if (!still.has(key)) there.delete(key)
    return still
  }

  async function write(fresh: readonly NetRecord[]): Promise<void> {
    const { durable } = conductor.take((turn) => {
      for (const record of fresh) {
        turn.outcome.keep[prefix + record.call] = true
        inNet.ended(record.call as CallId)
        const known = hall.calls.get(record.call as CallId)
        turn.takeCall(servedWithoutUs(known ?? born(record), serviceOf(record), known && unwatched(known)))
      }
      turn.outcome.keep.serial = hall.serial
    })
    await durable
    for (const { call } of fresh) noted.add(prefix + call)
  }

  async function forget(notes: readonly string[]): Promise<void> {
    const { durable } = conductor.take((turn) => {
      for (const note of notes) turn.outcome.keep[note] = null
    })
    await durable
    for (const note of notes) noted.delete(note)
  }

  /** Who sat there when the phone was answered: by now it may be somebody else, or nobody. */
  function serviceOf({ answer, endedAt, endedBy, inNet: wasInNet }: NetRecord): Service {
    if (!answer) return { answer, endedAt, endedBy, inNet: wasInNet }
    const agent = whoSat(hall.sittings.get(answer.seat) ?? [], clock.fromWall(answer.at))
    return { answer: { ...answer, agent }, endedAt, endedBy, inNet: wasInNet }
  }

  function born({ call, arrivedAt, dialled, number, inNet: wasInNet }: NetRecord): Base {
    const { numbers, queues } = directory()
    const queue = queues.find(({ id }) => id === numbers.find((known) => known.number === dialled)?.queue) ?? queues[0]
    if (!queue) throw new Error('the directory has no queue')
    return {
      id: call as CallId,
      ticket: giveTicket(hall, call as CallId, arrivedAt),
      caller: { leg: call as LegId, number, name: '' },
      dialled,
      queue: queue.id,
      arrivedAt,
      made: 0,
      answered: wasInNet,
      manner: queue.manner,
      ...ringBack.of(number),
    }
  }

  return {
    adopt,
    tryToAdopt,
    hearJustLeft,
    endOf,
    endsOf,
    unwatched,
    forgetLeft,
    /** Of an ended call: whether nothing is written that we have not read since this moment, or not removed: it would be read once more. */
    isOver: (id: CallId, since: Instant): boolean =>
      comparedAt >= since && ![...there].some((key) => callOf(key) === id),
    /** Whether every record has been seen that was there at this moment. */
    hasLookedSince: (at: Instant): boolean => lookedAt >= at,
  }
}
