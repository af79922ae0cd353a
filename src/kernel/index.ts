export type {
  AgentId,
  BridgeId,
  CallId,
  CommandId,
  LegId,
  LineCode,
  OfferId,
  PlaybackId,
  QueueId,
  SeatId,
  TicketNo,
} from './ids.ts'
export { after, type Clock, type Instant, toInstant } from './instant.ts'
export { limits } from './limits.ts'
export { ok, type Result, refuse } from './result.ts'
