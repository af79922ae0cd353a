/** What the api process asks of the switchboard for an agent, and what it hears back. */
import type { CallCommand, CallRefusal, CallState, Context, Party, PartyResult, TicketFields } from '#calls/core'
import type { AgentId, CallId, CommandId, Instant, OfferId, QueueId, SeatId, TicketNo } from '#kernel'
import type { Agent, AgentStatus, askableNotReadyReasons } from './agent.ts'

export type AgentCommand =
  /** Sent by the api once the password was right. Takes the seat; a seat or agent in use elsewhere is refused. */
  | { name: 'logIn'; seat: SeatId }
  | { name: 'logOut' }
  | { name: 'ready' }
  | { name: 'notReady'; reason: (typeof askableNotReadyReasons)[number] }
  | { name: 'endWrapUp' }
  /** Writes fields of the ticket of the call in hand, or of the one in wrap-up. */
  | { name: 'writeTicket'; ticket: TicketNo; fields: TicketFields }

export const agentRefusals = [
  'notLoggedIn',
  'seatTaken',
  'seatUnknown',
  'alreadyLoggedIn',
  'busyWithCall',
  'notInWrapUp',
  'notYourTicket',
  'agentUnknown',
  /** The id was given to another command, or to this one with other arguments: nothing was done. */
  'commandIdUsed',
  /** The switchboard's journal has no room for this now: nothing was done. */
  'journalFull',
] as const
export type AgentRefusal = (typeof agentRefusals)[number]
export type DeskRefusal = CallRefusal | AgentRefusal

/**
 * `call` is left out for agent commands. The same id again answers the same and changes nothing; with anything else asked under it,
 * it is refused.
 */
export type DeskCommand = {
  readonly id: CommandId
  readonly agent: AgentId
  readonly call?: CallId
  readonly command: CallCommand | AgentCommand
}
export type DeskReply =
  | { readonly ok: true; readonly repeated: boolean }
  | { readonly ok: false; readonly refusal: DeskRefusal; readonly repeated: boolean }

/** Everything that an agent's screen shows of the moment. Sent whole on each change. */
export type AgentView = {
  readonly agent: AgentId
  readonly name: string
  readonly seat: SeatId | null
  readonly status: AgentStatus
  readonly afterwards: Agent['afterwards']
  readonly phone: 'reachable' | 'unreachable'
  readonly call: CallView | null
  /** False while facts wait for Postgres: the screen says "saved locally" (已在本机保存). */
  readonly savedCentrally: boolean
}

export type CallView = {
  readonly call: CallId
  readonly ticket: TicketNo
  readonly state: CallState
  /** In full: only the agent who has the call is sent this. */
  readonly callerNumber: string
  readonly callerName: string
  readonly dialled: string
  readonly queue: QueueId
  readonly arrivedAt: Instant
  readonly offer: OfferId | null
  readonly held: boolean
  readonly muted: boolean
  readonly context: Context | null
  readonly target: {
    readonly party: Party
    readonly name: string
    readonly state: 'dialling' | 'whispering' | 'talking'
    readonly side: 'target' | 'caller'
  } | null
  /** How the last consultation or transfer of this call came out, so that the agent is told why the caller is back. */
  readonly lastParty: { readonly party: Party; readonly result: PartyResult } | null
  /** What this agent has written so far. */
  readonly ticketFields: TicketFields
}

/** Counts for the hall. */
export type HallView = {
  readonly at: Instant
  readonly waiting: Readonly<Record<string, number>>
  readonly agents: Readonly<Record<AgentStatus['state'], number>>
}

/** What travels over the link between api and switchboard, besides requests and replies. */
export type DeskPush =
  | { readonly push: 'agent'; readonly view: AgentView }
  | { readonly push: 'hall'; readonly view: HallView }
