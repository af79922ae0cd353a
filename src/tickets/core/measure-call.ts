/**
 * How long each part of a call took.
 *
 *   waiting ──connected──▶ talking ◀─held, resumed─▶ held
 *      ▲                    │   ▲
 *      │ agentLeft, queued  │   └─joined, partyLeft── consulting ◀─partyDialled (consult)
 *      └────────────────────┤
 *                           └──handedOver──▶ handedOver          ended stops the watch from anywhere
 */
import type { Instant } from '#kernel'
import type { Durations, KnownFact } from './call-record.ts'
import { isStep } from './order-facts.ts'

type Phase = 'waiting' | 'talking' | 'held' | 'consulting' | 'handedOver' | 'over'

export function measureCall(facts: readonly KnownFact[]): Durations {
  const spent: Record<Phase, number> = { waiting: 0, talking: 0, held: 0, consulting: 0, handedOver: 0, over: 0 }
  let phase: Phase = 'waiting'
  let agent: string | undefined
  const steps = facts.filter(isStep)
  let since = arrival(steps)
  for (const fact of steps) {
    spent[phase] += fact.at - since
    since = fact.at
    if (fact.type === 'call.connected') agent = fact.agent
    phase = next(phase, fact, agent)
  }
  return {
    waitedMs: spent.waiting,
    talkMs: spent.talking,
    heldMs: spent.held,
    consultMs: spent.consulting,
    handedOverMs: spent.handedOver,
    wrapUpMs: measureWrapUp(facts),
  }
}

/** The PBX took the call a little before we did; a stamp in the future is not believed. */
function arrival(facts: readonly KnownFact[]): Instant {
  const first = facts[0]?.at ?? (0 as Instant)
  const accepted = facts.find((fact) => fact.type === 'call.accepted' || fact.type === 'call.refused')
  return Math.min(accepted?.arrivedAt ?? first, first) as Instant
}

function next(phase: Phase, fact: KnownFact, agent: string | undefined): Phase {
  if (phase === 'over') return 'over'
  switch (fact.type) {
    case 'call.accepted':
    case 'call.queued':
      return 'waiting'
    case 'call.connected':
      return 'talking'
    case 'call.held':
      return phase === 'talking' ? 'held' : phase
    case 'call.resumed':
      return phase === 'held' ? 'talking' : phase
    case 'call.partyDialled': // a blind transfer is waiting again, from `agentLeft` on
      return fact.purpose === 'consult' && (phase === 'talking' || phase === 'held') ? 'consulting' : phase
    case 'call.joined':
    case 'call.partyLeft':
      return phase === 'consulting' ? 'talking' : phase
    case 'call.agentLeft': // of an agent who has already given the caller to another: no news
      return fact.agent === agent ? 'waiting' : phase
    case 'call.handedOver':
      return 'handedOver'
    case 'call.ended':
    case 'call.refused':
      return 'over'
    case 'call.offered':
    case 'call.offerEnded':
    case 'call.digitsSent':
    case 'call.partyAnswered':
    case 'call.partyRefused':
    case 'call.legLeft':
    case 'call.recovered':
    case 'call.callbackOwed':
    case 'call.rangBack':
    case 'call.wrapUpStarted':
    case 'call.wrapUpEnded':
    case 'ticket.written':
      return phase
  }
}

/** All wrap-ups that have come to their end, of all agents who had the call. */
function measureWrapUp(facts: readonly KnownFact[]): number {
  const began = new Map<string, Instant>()
  let spent = 0
  for (const fact of facts) {
    if (fact.type === 'call.wrapUpStarted') began.set(fact.agent, fact.at)
    if (fact.type !== 'call.wrapUpEnded') continue
    spent += fact.at - (began.get(fact.agent) ?? fact.at)
    began.delete(fact.agent)
  }
  return spent
}
