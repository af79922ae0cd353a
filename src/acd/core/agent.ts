/**
 * An agent as the ACD sees one. One of these states at a time:
 *
 *   loggedOut ──logIn──▶ notReady ◀──ready/notReady──▶ ready ──offer──▶ offered ──accepted──▶ busy ──freed──▶ wrapUp ──▶ ready
 *                            ▲                                             │                                     (or notReady,
 *                            └──────────── missed, rejected ◀──────────────┘                                      if asked meanwhile)
 *
 * Whether the phone can be reached is told apart from what the agent wants: a ready agent whose phone is gone is
 * not offered calls, and is again when the phone is back, with nobody touching anything.
 */
import type { AgentId, CallId, CommandId, Instant, OfferId, QueueId, SeatId, TicketNo } from '#kernel'

export type AgentStatus =
  | { readonly state: 'loggedOut' }
  | { readonly state: 'notReady'; readonly since: Instant; readonly reason: NotReadyReason }
  | { readonly state: 'ready'; readonly since: Instant }
  | {
      readonly state: 'offered'
      readonly since: Instant
      readonly offer: OfferId
      readonly call: CallId /** Kept: a caller who gives up costs the agent no place. */
      readonly readySince: Instant
    }
  | {
      readonly state: 'busy'
      readonly since: Instant
      readonly call: CallId
      /** Whose wrap-up the safety net has cut short with this call: its ticket may still be written. */
      readonly before?: CallId
    }
  | {
      readonly state: 'wrapUp'
      readonly since: Instant
      readonly call: CallId
      readonly ticket: TicketNo
      readonly until: Instant
    }

/** Reasons an agent may give (小休, 用餐, 培训, 会议, 后台工作), and those that the system sets. */
export const notReadyReasons = [
  'break',
  'meal',
  'training',
  'meeting',
  'backOffice',
  'loggedIn',
  'missed',
  'rejected',
  'phoneFailed',
] as const
export type NotReadyReason = (typeof notReadyReasons)[number]
export const askableNotReadyReasons = ['break', 'meal', 'training', 'meeting', 'backOffice'] as const

/** `gist`: what was asked under this id, so that another command under the same one is no repeat. */
type Answered = { readonly id: CommandId; readonly gist?: string; readonly refusal: string | null }

export type Agent = {
  readonly id: AgentId
  readonly seat: SeatId | null
  readonly queues: readonly QueueId[]
  readonly status: AgentStatus
  /** What becomes of the agent after the call in hand: asked for while busy. */
  readonly afterwards: 'ready' | NotReadyReason
  readonly phone: 'reachable' | 'unreachable'
  /** The last commands and what they answered, oldest first. */
  readonly answered: readonly Answered[]
}

export type AgentFact = { readonly agent: AgentId; readonly at: Instant } & (
  | { type: 'agent.loggedIn'; seat: SeatId; name: string }
  | { type: 'agent.loggedOut' }
  | { type: 'agent.ready' }
  | { type: 'agent.notReady'; reason: NotReadyReason }
  | { type: 'agent.phoneChanged'; phone: 'reachable' | 'unreachable' }
)
