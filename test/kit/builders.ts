/** Calls, agents and events for tests; each mentions only what matters to it. */
import type { Agent } from '#acd/core'
import type {
  Call,
  CallCommand,
  CallEvent,
  Consulting,
  HandedOver,
  Happening,
  Offering,
  Party,
  Talking,
  ThreeWay,
  Transferring,
  Waiting,
} from '#calls/core'
import {
  type AgentId,
  type CallId,
  type CommandId,
  type LegId,
  type OfferId,
  type QueueId,
  type SeatId,
  type TicketNo,
  toInstant,
} from '#kernel'

export const at = toInstant(1_000_000)
export const callId = 'call' as CallId
export const amina = 'amina' as AgentId
export const bao = 'bao' as AgentId
export const general = 'general' as QueueId
export const line12315 = { kind: 'line', line: '12315' as never } as const satisfies Party
export const colleague: Party = { kind: 'agent', agent: bao }
export const leg = (id: string): LegId => id as LegId

const base = {
  id: callId,
  ticket: 'CZ261124C00001-5' as TicketNo,
  caller: { leg: leg('caller'), number: '13800000000', name: '' },
  dialled: '12345',
  queue: general,
  arrivedAt: toInstant(900_000),
  made: 10,
  answered: true,
  manner: { answer: 'onArrival' },
} as const

export const aWaitingCall = (more: Partial<Waiting> = {}): Waiting => ({
  ...base,
  state: 'waiting',
  since: base.arrivedAt,
  front: false,
  ...more,
})
export const anOfferingCall = (more: Partial<Offering> = {}): Offering => ({
  ...base,
  state: 'offering',
  since: base.arrivedAt,
  front: false,
  offer: 'offer' as OfferId,
  agent: amina,
  agentLeg: leg('amina'),
  bridge: 'main' as never,
  offeredAt: at,
  ...more,
})
const withAgent = { agent: amina, agentLeg: leg('amina'), bridge: 'main' as never, since: at, muted: false }
export const aTalkingCall = (more: Partial<Talking> = {}): Talking => ({
  ...base,
  ...withAgent,
  state: 'talking',
  held: false,
  ...more,
})
const target = (party: Party, state: 'dialling' | 'whispering' | 'talking') => ({
  party,
  leg: leg('party'),
  state,
  startedAt: at,
  ...(state !== 'dialling' && { answeredAt: at }),
  ...(state === 'whispering' && { playback: 'whisper' as never }),
})
export const aConsultingCall = (
  state: 'dialling' | 'whispering' | 'talking' = 'talking',
  party: Party = line12315,
  more: Partial<Consulting> = {},
): Consulting => ({
  ...base,
  ...withAgent,
  state: 'consulting',
  target: target(party, state),
  consultBridge: 'consult' as never,
  side: 'target',
  ...more,
})
export const aThreeWayCall = (party: Party = line12315): ThreeWay => ({
  ...base,
  ...withAgent,
  state: 'threeWay',
  target: target(party, 'talking'),
})
export const aTransferringCall = (
  state: 'dialling' | 'whispering' = 'dialling',
  party: Party = line12315,
): Transferring => ({
  ...base,
  state: 'transferring',
  target: target(party, state),
  bridge: 'main' as never,
  by: amina,
})
export const aHandedOverCall = (): HandedOver => ({
  ...base,
  state: 'handedOver',
  target: target(line12315, 'talking'),
  bridge: 'main' as never,
  by: amina,
})
export const everyState = (): Call[] => [
  { ...base, state: 'greeting', playback: 'greeting' as never },
  aWaitingCall(),
  anOfferingCall(),
  aTalkingCall(),
  aTalkingCall({ held: true }),
  aConsultingCall('dialling'),
  aConsultingCall('whispering'),
  aConsultingCall('talking'),
  aConsultingCall('talking', colleague),
  aConsultingCall('talking', line12315, { side: 'caller' }),
  aThreeWayCall(),
  aThreeWayCall(colleague),
  aTransferringCall(),
  aTransferringCall('whispering'),
  aTransferringCall('dialling', colleague),
  aHandedOverCall(),
]

export const legLeft = (id: string, cause: Extract<CallEvent, { type: 'legLeft' }>['cause'] = 'normal'): Happening => ({
  type: 'legLeft',
  call: callId,
  leg: leg(id),
  cause,
  at,
})
export const legAnswered = (id: string): Happening => ({ type: 'legAnswered', call: callId, leg: leg(id), at })
export const offerExpired = (offer = 'offer'): Happening => ({
  type: 'offerExpired',
  call: callId,
  offer: offer as OfferId,
  at,
})
export const offerWithdrawn = (offer = 'offer'): Happening => ({
  type: 'offerWithdrawn',
  call: callId,
  offer: offer as OfferId,
  at,
})
export const playbackEnded = (playback: string): Happening => ({
  type: 'playbackEnded',
  call: callId,
  playback: playback as never,
  at,
})
export const partyExpired = (id = 'party'): Happening => ({ type: 'partyExpired', call: callId, leg: leg(id), at })
export const asked = (command: CallCommand, by: AgentId = amina) =>
  ({ type: 'asked', call: callId, command, by, id: 'c1' as CommandId, at }) as const

export const anAgent = (more: Partial<Agent> = {}): Agent => ({
  id: amina,
  seat: '8001' as SeatId,
  queues: [general],
  status: { state: 'ready', since: at },
  afterwards: 'ready',
  phone: 'reachable',
  answered: [],
  ...more,
})
