/**
 * The ticket that is born with a call and grows with it.
 *
 *   DRAFT ──the call has ended and an agent had spoken, or an agent's wrap-up has ended──▶ REGISTERED
 *     └─────the call has ended and nobody had spoken──▶ DISCARDED, for the reason of the end
 */
import type { TicketFields } from '#calls/core'
import type { TicketNo } from '#kernel'
import type { HistoryLine, KnownFact, TicketRow } from './call-record.ts'

const fieldNames = ['title', 'content', 'type', 'category', 'place'] as const satisfies (keyof TicketFields)[]

/** `null`: no fact has named the ticket yet. */
export function ticketForCall(facts: readonly KnownFact[]): TicketRow | null {
  const named = facts.find(namesTicket)
  if (!named) return null
  const accepted = facts.find((fact) => fact.type === 'call.accepted')
  return {
    no: named.ticket,
    ...writtenFields(facts),
    ...stateOf(facts),
    dialled: accepted?.dialled ?? null,
    callerNumber: accepted?.number ?? null,
    callerName: accepted?.name ?? null,
    registrar: facts.find((fact) => fact.type === 'call.connected')?.agent ?? null,
    upstreamTicket: accepted?.context?.ticket ?? null,
    createdAt: accepted?.at ?? named.at,
  }
}

type Naming = Extract<KnownFact, { readonly ticket: TicketNo }>
const namesTicket = (fact: KnownFact): fact is Naming => 'ticket' in fact && typeof fact.ticket === 'string'

function stateOf(facts: readonly KnownFact[]): Pick<TicketRow, 'state' | 'discardReason' | 'registeredAt'> {
  const ended = facts.find((fact) => fact.type === 'call.ended')
  const hasSpoken = facts.some((fact) => fact.type === 'call.connected')
  const registered = facts.find(({ type }) => type === 'call.wrapUpEnded' || (type === 'call.ended' && hasSpoken))
  if (registered) return { state: 'REGISTERED', discardReason: null, registeredAt: registered.at }
  if (ended) return { state: 'DISCARDED', discardReason: ended.reason, registeredAt: null }
  return { state: 'DRAFT', discardReason: null, registeredAt: null }
}

/** Facts are in order, so the last one that has a field has the word. */
function writtenFields(facts: readonly KnownFact[]) {
  const fields: { [Field in keyof Required<TicketFields>]: string | null } = {
    title: null,
    content: null,
    type: null,
    category: null,
    place: null,
  }
  for (const fact of facts) {
    if (fact.type !== 'ticket.written') continue
    for (const name of fieldNames) {
      const text = fact.fields[name]
      if (text !== undefined) fields[name] = text
    }
  }
  return fields
}

/** Everything that happened, for whoever opens the ticket. */
export const historyOf = (facts: readonly KnownFact[]): HistoryLine[] =>
  facts.map(({ journal, seq, epoch, type, call: _, at, agent, ticket: __, ...detail }: KnownFact & Unnamed) => ({
    journal,
    seq,
    epoch,
    at,
    kind: type,
    agent: agent ?? null,
    detail,
  }))

type Unnamed = { readonly agent?: string; readonly ticket?: string }
