/**
 * The callback that is owed for a call which the death of Asterisk has cut.
 *
 *   open ──the caller rings back and is answered──▶ rangBack
 *     └────somebody says so (not a fact: callback-store.ts)──▶ done
 */
import type { CallbackRow, KnownFact } from './call-record.ts'

export function callbackForCall(facts: readonly KnownFact[]): CallbackRow | null {
  const owed = facts.find((fact) => fact.type === 'call.callbackOwed')
  if (!owed) return null
  const rang = facts.find((fact) => fact.type === 'call.rangBack')
  return {
    number: owed.number,
    queue: owed.queue,
    ticket: owed.ticket,
    cut: owed.cut,
    arrivedAt: owed.arrivedAt,
    cutAt: owed.at,
    rangBackAt: rang?.at ?? null,
    rangBackAs: rang?.as ?? null,
  }
}
