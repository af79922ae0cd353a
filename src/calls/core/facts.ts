/**
 * What is written down about a call. The worker folds these into calls, legs and tickets; nothing else is needed
 * to know what happened. `leg` facts carry enough to make a row each.
 */
import type { AgentId, CallId, CommandId, Instant, LegId, LineCode, OfferId, QueueId, SeatId, TicketNo } from '#kernel'
import type { Context, EndReason, Party } from './call.ts'
import type { MissCause, OfferOutcome } from './effects.ts'
import type { LeftCause } from './events.ts'
import type { Cut } from './ring-back.ts'

export type LegRole = 'caller' | 'agent' | 'partner'
/** How a consultation or transfer to a party came out. */
export const partyResults = [
  'answered',
  'busy',
  'declined',
  'silent',
  'unreachable',
  'closed',
  'cancelled',
  'failed',
] as const
export type PartyResult = (typeof partyResults)[number]
/** How an agent's part in a call came to its end. */
export type AgentLeftHow =
  | 'hungUp'
  | 'callerHungUp'
  | 'left'
  | 'completed'
  | 'transferred'
  | 'vanished'
  | 'partnerHungUp'
  | 'lost'

type About = { readonly call: CallId; readonly at: Instant }
export type CallFact = About &
  (
    | {
        type: 'call.accepted'
        ticket: TicketNo
        leg: LegId
        number: string
        name: string
        dialled: string
        queue: QueueId
        arrivedAt: Instant
        context?: Context
      }
    /** Not let in: the hall has more than it can carry. The whole story of such a call; it has no ticket. */
    | {
        type: 'call.refused'
        reason: 'overload'
        why: string
        leg: LegId
        number: string
        name: string
        dialled: string
        queue: QueueId
        arrivedAt: Instant
      }
    | { type: 'call.queued'; queue: QueueId; since: Instant; front: boolean }
    | { type: 'call.offered'; offer: OfferId; agent: AgentId; leg: LegId }
    | { type: 'call.offerEnded'; offer: OfferId; agent: AgentId; outcome: OfferOutcome; cause?: MissCause }
    /**
     * Agent and caller speak; the first one is the answer of the call. `seat`: it was the safety net that rang the phone there, and
     * `agent` is left out when nobody is known to have sat at it.
     */
    | { type: 'call.connected'; agent?: AgentId; leg: LegId; seat?: SeatId }
    | { type: 'call.held'; agent: AgentId }
    | { type: 'call.resumed'; agent: AgentId }
    | { type: 'call.digitsSent'; agent: AgentId; count: number }
    | { type: 'call.partyDialled'; agent: AgentId; party: Party; leg: LegId; purpose: 'consult' | 'transfer' }
    | { type: 'call.partyAnswered'; party: Party; leg: LegId }
    /** The party is out again, or never came in. `seconds` since its answer. */
    | { type: 'call.partyLeft'; party: Party; leg: LegId; result: PartyResult; seconds: number }
    /** A consultation or transfer that the directory refused before anything was dialled. */
    | { type: 'call.partyRefused'; agent: AgentId; line: LineCode; result: 'closed' }
    | { type: 'call.joined'; agent: AgentId; leg: LegId }
    | { type: 'call.agentLeft'; agent?: AgentId; leg: LegId; how: AgentLeftHow }
    /** Caller and party speak without an agent from here on. */
    | { type: 'call.handedOver'; party: Party; leg: LegId; by: AgentId }
    | { type: 'call.legLeft'; leg: LegId; role: LegRole; cause: LeftCause }
    | { type: 'call.recovered'; state: string; missed: number }
    /** Asterisk has died: the caller is to be called back. `number` null: it was withheld. */
    | {
        type: 'call.callbackOwed'
        ticket: TicketNo
        number: string | null
        queue: QueueId
        arrivedAt: Instant
        cut: Cut
      }
    | { type: 'call.ended'; reason: EndReason }
    /** Who was owed a callback has rung back and been answered, as the call `as`. Told of a call that is over. */
    | { type: 'call.rangBack'; as: CallId }
  )

/** The ticket's own fields as the agent writes them; only those present change. */
export type TicketFields = { title?: string; content?: string; type?: string; category?: string; place?: string }
export type TicketFact = {
  type: 'ticket.written'
  call: CallId
  ticket: TicketNo
  agent: AgentId
  fields: TicketFields
  /** The command that wrote it: by this the one who asked learns that it has arrived. */
  command?: CommandId
  at: Instant
}
/** An agent's wrap-up is part of the call's record; the ticket is registered when it ends. */
export type WrapUpFact = {
  type: 'call.wrapUpStarted' | 'call.wrapUpEnded'
  call: CallId
  ticket: TicketNo
  agent: AgentId
  at: Instant
}
