/**
 * Facts of one call → its record. The same facts give the same record, in whatever order, how often and in how many portions
 * they came; with some of them missing the record is what the others tell.
 */
import type { CallId } from '#kernel'
import type { CallRecord, StoredFact } from './call-record.ts'
import { callbackForCall } from './callback-for-call.ts'
import { measureCall } from './measure-call.ts'
import { orderFacts } from './order-facts.ts'
import { partsOfCall } from './parts-of-call.ts'
import { historyOf, ticketForCall } from './ticket-for-call.ts'

export function foldCall(id: CallId, unordered: readonly StoredFact[]): CallRecord {
  const facts = orderFacts(unordered)
  const accepted = facts.find((fact) => fact.type === 'call.accepted')
  const refused = facts.find((fact) => fact.type === 'call.refused')
  const came = accepted ?? refused
  const connected = facts.find((fact) => fact.type === 'call.connected')
  const ended = facts.find((fact) => fact.type === 'call.ended') ?? refused
  const ticket = ticketForCall(facts)
  return {
    call: {
      id,
      ticket: ticket?.no ?? null,
      callerNumber: came?.number ?? null,
      callerName: came?.name ?? null,
      dialled: came?.dialled ?? null,
      queue: facts.findLast((fact) => fact.type === 'call.queued')?.queue ?? came?.queue ?? null,
      context: accepted?.context ?? null,
      arrivedAt: came?.arrivedAt ?? null,
      answeredAt: connected?.at ?? null,
      answeredBy: connected?.agent ?? null,
      answeredSeat: connected?.seat ?? null,
      endedAt: ended?.at ?? null,
      endReason: ended?.reason ?? null,
      ...measureCall(facts),
      recovered: facts.filter((fact) => fact.type === 'call.recovered').length,
      facts: facts.length,
    },
    ...partsOfCall(facts),
    ticket,
    callback: callbackForCall(facts),
    history: historyOf(facts),
  }
}
