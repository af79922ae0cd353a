export type { Admission, AdmissionLimits, Load, Overload } from './admission.ts'
export { admitCall, openAdmission, overloads } from './admission.ts'
export type { Agent, AgentFact, AgentStatus, NotReadyReason } from './agent.ts'
export { askableNotReadyReasons, notReadyReasons } from './agent.ts'
export { isAtWork } from './at-work.ts'
export type { Board, WaitingCall } from './board.ts'
export {
  agentOf,
  agentsOf,
  emptyBoard,
  offerOf,
  queuesWaiting,
  waitingIn,
  withAgent,
  withOffer,
  withWaiting,
} from './board.ts'
export type { AskedAgent, LogIn } from './command-agent.ts'
export { commandAgent } from './command-agent.ts'
export type {
  AgentCommand,
  AgentRefusal,
  AgentView,
  CallView,
  DeskCommand,
  DeskPush,
  DeskRefusal,
  DeskReply,
  HallView,
} from './desk.ts'
export { agentRefusals } from './desk.ts'
export {
  AgentCommandBody,
  CallCommandBody,
  CommandIdText,
  checkDeskCommand,
  DigitsText,
  IdText,
  NotReadyReasonText,
  PartyBody,
  TicketFieldsBody,
} from './desk-schema.ts'
export type { DeskOrder, DeskStep } from './desk-step.ts'
export type { Directory, Line } from './directory.ts'
export type { HallEvent } from './hall.ts'
export { happen, mayBeTaken } from './hall.ts'
export type { Sittings } from './sittings.ts'
export { satDown, stoodUp, whoSat } from './sittings.ts'
export { AgentViewBody, agentStates, callStates, HallViewBody } from './view-schema.ts'
