/** What the facts of one call add up to, as it is shown and counted. `null`: no fact has told it yet. */
import type { CallFact, Context, Cut, EndReason, LegRole, TicketFact, TicketFields, WrapUpFact } from '#calls/core'
import type { Fact } from '#journal/core'
import type { AgentId, CallId, Instant, LegId, OfferId, SeatId, TicketNo } from '#kernel'

/** A fact, and the journal that it comes from: together its name in the whole world. */
export type StoredFact = Fact & { readonly journal: string }
/** A fact of a kind that this room folds. */
export type KnownFact = (CallFact | TicketFact | WrapUpFact) & StoredFact

export type CallRecord = {
  readonly call: CallRow
  readonly legs: readonly LegRow[]
  readonly offers: readonly OfferRow[]
  readonly parties: readonly PartyRow[]
  readonly ticket: TicketRow | null
  readonly callback: CallbackRow | null
  readonly history: readonly HistoryLine[]
}

export type CallRow = Durations & {
  readonly id: CallId
  readonly ticket: TicketNo | null
  readonly callerNumber: string | null
  readonly callerName: string | null
  readonly dialled: string | null
  readonly queue: string | null
  readonly context: Context | null
  readonly arrivedAt: Instant | null
  /** When an agent and the caller first spoke. */
  readonly answeredAt: Instant | null
  readonly answeredBy: AgentId | null
  /** The seat whose phone the safety net rang; who sat there, `answeredBy`, may not be known. `null`: we connected the call. */
  readonly answeredSeat: SeatId | null
  readonly endedAt: Instant | null
  readonly endReason: EndReason | null
  readonly recovered: number
  readonly facts: number
}

/** Each moment from arrival to end is in exactly one of the first five; wrap-up comes on top. */
export type Durations = {
  /** Nobody with the caller: greeting, queue, phones that ring, blind transfer. */
  readonly waitedMs: number
  readonly talkMs: number
  readonly heldMs: number
  /** The agent with a consulted party, or on the way there and back; the caller has music. */
  readonly consultMs: number
  /** With a partner line, and no agent any more. */
  readonly handedOverMs: number
  readonly wrapUpMs: number
}

export type LegRow = {
  readonly id: LegId
  readonly role: LegRole
  readonly agent: string | null
  readonly line: string | null
  readonly startedAt: Instant | null
  readonly answeredAt: Instant | null
  readonly leftAt: Instant | null
  readonly cause: string | null
  readonly agentLeft: string | null
}

export type OfferRow = {
  readonly id: OfferId
  readonly agent: AgentId
  readonly leg: LegId | null
  readonly offeredAt: Instant | null
  readonly endedAt: Instant | null
  readonly outcome: string | null
  readonly cause: string | null
}

export type PartyRow = {
  /** The leg that was dialled, or `<journal>-<seq>` of a refusal. */
  readonly id: string
  readonly kind: 'agent' | 'line'
  readonly party: string
  readonly agent: AgentId | null
  readonly purpose: 'consult' | 'transfer' | null
  readonly dialledAt: Instant | null
  readonly answeredAt: Instant | null
  readonly joinedAt: Instant | null
  readonly handedOverAt: Instant | null
  readonly leftAt: Instant | null
  readonly result: string | null
  readonly seconds: number | null
}

export type TicketState = 'DRAFT' | 'REGISTERED' | 'DISCARDED'
export type TicketRow = Required<{ readonly [Field in keyof TicketFields]: string | null }> & {
  readonly no: TicketNo
  readonly state: TicketState
  readonly discardReason: EndReason | null
  readonly dialled: string | null
  readonly callerNumber: string | null
  readonly callerName: string | null
  /** Who answered the caller first. */
  readonly registrar: AgentId | null
  /** The number under which a partner line knows the matter. */
  readonly upstreamTicket: string | null
  readonly createdAt: Instant
  readonly registeredAt: Instant | null
}

/** A caller whom the death of Asterisk has cut. `number` null: withheld, and nobody can be called back. */
export type CallbackRow = {
  readonly number: string | null
  readonly queue: string
  readonly ticket: TicketNo
  readonly cut: Cut
  readonly arrivedAt: Instant
  readonly cutAt: Instant
  readonly rangBackAt: Instant | null
  /** The call as which the caller was reached. */
  readonly rangBackAs: CallId | null
}

/** One line of what is shown in the ticket: one fact. */
export type HistoryLine = {
  readonly journal: string
  readonly seq: number
  readonly epoch: number
  readonly at: Instant
  readonly kind: KnownFact['type']
  readonly agent: string | null
  readonly detail: Readonly<Record<string, unknown>>
}
