export { accept } from './accept.ts'
export type {
  Base,
  Call,
  Caller,
  CallState,
  Consulting,
  Context,
  Ended,
  EndReason,
  Greeting,
  HandedOver,
  Manner,
  Offering,
  Party,
  Talking,
  Target,
  ThreeWay,
  Transferring,
  Waiting,
  WithAgent,
} from './call.ts'
export { endReasons } from './call.ts'
export type { DeskNews, Effect, MissCause, OfferOutcome } from './effects.ts'
export { offerOutcomes } from './effects.ts'
export type { CallCommand, CallCommandName, CallEvent, CallRefusal, LeftCause, LegEnd } from './events.ts'
export { callRefusals, leftCauses } from './events.ts'
export type { AgentLeftHow, CallFact, LegRole, PartyResult, TicketFact, TicketFields, WrapUpFact } from './facts.ts'
export { partyResults } from './facts.ts'
export { comeBackFromNet, leaveToNet } from './in-net.ts'
export type { Hours } from './lines-open.ts'
export { isOpen } from './lines-open.ts'
export { legsOf, lose, rungBy } from './lose.ts'
export { obey } from './obey.ts'
export type { Cut, Place } from './ring-back.ts'
export { callableNumber, cuts, placeFor, placeOf } from './ring-back.ts'
export type { Service, Unwatched } from './served-without-us.ts'
export { servedWithoutUs } from './served-without-us.ts'
export { settle } from './settle.ts'
export type { Step } from './step.ts'
export type { Serial } from './ticket-number.ts'
export { dayOf, isTicketNo, nextTicketNo, serialOf } from './ticket-number.ts'
export type { Happening } from './transition.ts'
export { transition } from './transition.ts'
