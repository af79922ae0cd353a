/**
 * What a call can be: one type a state, each with only the data that state has.
 * Plain JSON throughout, for it is kept in the journal as it stands.
 */
import type {
  AgentId,
  BridgeId,
  CallId,
  Instant,
  LegId,
  LineCode,
  OfferId,
  PlaybackId,
  QueueId,
  TicketNo,
} from '#kernel'

/** The end reasons of a call: a closed list. */
export const endReasons = [
  'abandonedInGreeting',
  'abandonedWaiting',
  'abandonedRinging',
  'abandonedInTransfer',
  'callerHungUp',
  'agentHungUp',
  'partnerHungUp',
  'lostWhileAway',
  'mediaServerLost',
  'overload',
] as const
export type EndReason = (typeof endReasons)[number]

/** Whom a call can be taken to besides the queue: another agent, or a line of the directory. */
export type Party =
  | { readonly kind: 'agent'; readonly agent: AgentId }
  | { readonly kind: 'line'; readonly line: LineCode }

/** What a partner line sent along with a caller (SIP headers). Text from outside: shown, never dialled. */
export type Context = {
  readonly from: LineCode
  readonly ticket?: string
  readonly note?: string
  /** What was longer than we keep, and so ends in `…`. */
  readonly cut?: ('ticket' | 'note')[]
}

export type Caller = { readonly leg: LegId; readonly number: string; readonly name: string }

/** What every live call has. */
export type Base = {
  readonly id: CallId
  readonly ticket: TicketNo
  readonly caller: Caller
  readonly dialled: string
  readonly context?: Context
  readonly queue: QueueId
  /** When the PBX took the call. */
  readonly arrivedAt: Instant
  /** Legs, bridges, offers and playbacks made so far; their ids are `${id}-${n}`, so no id is ever used twice. */
  readonly made: number
  /** False while the caller's channel still rings (queue setting `answer: onAgent`). */
  readonly answered: boolean
  /** How the queue treats the caller, copied when the call came. */
  readonly manner: Manner
  /** The caller rings back: the call that the death of Asterisk cut, and the arrival that orders the queue. */
  readonly again?: { readonly call: CallId; readonly since: Instant }
}

/** `onArrival`: answer, greet, play music. `onAgent`: let it ring, answer when an agent does. */
export type Manner = { readonly answer: 'onArrival' | 'onAgent'; readonly greeting?: string }

export type Greeting = Base & { readonly state: 'greeting'; readonly playback: PlaybackId }
export type Waiting = Base & { readonly state: 'waiting'; readonly since: Instant; readonly front: boolean }
export type Offering = Base & {
  readonly state: 'offering'
  readonly since: Instant
  readonly front: boolean
  readonly offer: OfferId
  readonly agent: AgentId
  readonly agentLeg: LegId
  readonly bridge: BridgeId
  readonly offeredAt: Instant
}

/** What every call with an agent has. */
export type WithAgent = Base & {
  readonly agent: AgentId
  readonly agentLeg: LegId
  readonly bridge: BridgeId
  /** When this agent's conversation began. */
  readonly since: Instant
  readonly muted: boolean
}
export type Talking = WithAgent & { readonly state: 'talking'; readonly held: boolean }

/** A consulted party. `whispering`: the partner has answered and hears the ticket number before the agent is let in. */
export type Target = {
  readonly party: Party
  readonly leg: LegId
  readonly state: 'dialling' | 'whispering' | 'talking'
  readonly startedAt: Instant
  readonly answeredAt?: Instant
  readonly playback?: PlaybackId
}
/** The agent speaks with the target in `consultBridge`; the caller has music. `side` says whom the agent is with. */
export type Consulting = WithAgent & {
  readonly state: 'consulting'
  readonly target: Target
  readonly consultBridge: BridgeId
  readonly side: 'target' | 'caller'
}
export type ThreeWay = WithAgent & { readonly state: 'threeWay'; readonly target: Target }

/** The agent has let go; the caller hears music while the party's phone rings. */
export type Transferring = Base & {
  readonly state: 'transferring'
  readonly target: Target
  readonly bridge: BridgeId
  readonly by: AgentId
}
/** Caller and partner, no agent. */
export type HandedOver = Base & {
  readonly state: 'handedOver'
  readonly target: Target
  readonly bridge: BridgeId
  readonly by: AgentId
}
export type Ended = Base & { readonly state: 'ended'; readonly reason: EndReason }

export type Call = Greeting | Waiting | Offering | Talking | Consulting | ThreeWay | Transferring | HandedOver | Ended
export type CallState = Call['state']
