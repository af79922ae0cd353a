export type {
  CallbackRow,
  CallRecord,
  CallRow,
  Durations,
  HistoryLine,
  KnownFact,
  LegRow,
  OfferRow,
  PartyRow,
  StoredFact,
  TicketRow,
  TicketState,
} from './call-record.ts'
export { foldCall } from './fold-call.ts'
