/** Brings the facts of a call into their order, whatever the order and number of times in which they came. */
import type { Instant } from '#kernel'
import type { KnownFact, StoredFact } from './call-record.ts'

const known: Record<KnownFact['type'], true> = {
  'call.accepted': true,
  'call.refused': true,
  'call.queued': true,
  'call.offered': true,
  'call.offerEnded': true,
  'call.connected': true,
  'call.held': true,
  'call.resumed': true,
  'call.digitsSent': true,
  'call.partyDialled': true,
  'call.partyAnswered': true,
  'call.partyLeft': true,
  'call.partyRefused': true,
  'call.joined': true,
  'call.agentLeft': true,
  'call.handedOver': true,
  'call.legLeft': true,
  'call.recovered': true,
  'call.callbackOwed': true,
  'call.ended': true,
  'call.rangBack': true,
  'call.wrapUpStarted': true,
  'call.wrapUpEnded': true,
  'ticket.written': true,
}
const isKnown = (fact: StoredFact): fact is KnownFact => Object.hasOwn(known, fact.type)

/**
 * By (epoch, seq), each fact once, those of kinds that we do not know left out. Where the clock was set back between two
 * facts, the later one is given the time of the earlier: no duration of ours is ever negative.
 */
export function orderFacts(facts: readonly StoredFact[]): KnownFact[] {
  const ordered: KnownFact[] = []
  let latest = Number.NEGATIVE_INFINITY as Instant
  for (const fact of facts.toSorted(byOrder)) {
    const before = ordered.at(-1)
    if (!isKnown(fact) || (before?.seq === fact.seq && before.journal === fact.journal)) continue
    latest = Math.max(latest, fact.at) as Instant
    ordered.push(latest === fact.at ? fact : { ...fact, at: latest })
  }
  return ordered
}

// The journal's name is last: a call that moved to a new journal (a new disk) is still put in order the same way each time.
const byOrder = (a: StoredFact, b: StoredFact): number =>
  a.epoch - b.epoch || a.seq - b.seq || (a.journal < b.journal ? -1 : a.journal > b.journal ? 1 : 0)
