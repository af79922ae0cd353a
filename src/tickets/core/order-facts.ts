/** Brings the facts of a call into their order, whatever the order and number of times in which they came. */
import type { Instant } from '#kernel'
import type { KnownFact, StoredFact } from './call-record.ts'

/**
 * By what clock a fact's time is put right. `call`: what happened to the call, one after another. `desk`: what an agent does besides, who
 * may write up this call while another has the caller; it is told at once, and what happened to the call may be told later, with the
 * time of then. `none`: when a call was found again is a word about both.
 */
const clockOf: Record<KnownFact['type'], 'call' | 'desk' | 'none'> = {
  'call.accepted': 'call',
  'call.refused': 'call',
  'call.queued': 'call',
  'call.offered': 'call',
  'call.offerEnded': 'call',
  'call.connected': 'call',
  'call.held': 'call',
  'call.resumed': 'call',
  'call.digitsSent': 'call',
  'call.partyDialled': 'call',
  'call.partyAnswered': 'call',
  'call.partyLeft': 'call',
  'call.partyRefused': 'call',
  'call.joined': 'call',
  'call.agentLeft': 'call',
  'call.handedOver': 'call',
  'call.legLeft': 'call',
  'call.recovered': 'none',
  'call.callbackOwed': 'call',
  'call.ended': 'call',
  'call.rangBack': 'call',
  'call.wrapUpStarted': 'desk',
  'call.wrapUpEnded': 'desk',
  'ticket.written': 'desk',
}
const isKnown = (fact: StoredFact): fact is KnownFact => Object.hasOwn(clockOf, fact.type)

/** Whether it is a step in the life of the call, from one part of it to the next. */
export const isStep = (fact: KnownFact): boolean => clockOf[fact.type] === 'call'

/**
 * By (epoch, seq), each fact once, those of kinds that we do not know left out. Where the clock was set back between two
 * facts of the same clock, the later one is given the time of the earlier: no duration of ours is ever negative.
 */
export function orderFacts(facts: readonly StoredFact[]): KnownFact[] {
  const ordered: KnownFact[] = []
  const latest = { call: Number.NEGATIVE_INFINITY, desk: Number.NEGATIVE_INFINITY }
  for (const fact of facts.toSorted(byOrder)) {
    const before = ordered.at(-1)
    if (!isKnown(fact) || (before?.seq === fact.seq && before.journal === fact.journal)) continue
    const clock = clockOf[fact.type]
    if (clock !== 'none') latest[clock] = Math.max(latest[clock], fact.at)
    const at = clock === 'none' ? fact.at : (latest[clock] as Instant)
    ordered.push(at === fact.at ? fact : { ...fact, at })
  }
  return ordered
}

// The journal's name is last: a call that moved to a new journal (a new disk) is still put in order the same way each time.
const byOrder = (a: StoredFact, b: StoredFact): number =>
  a.epoch - b.epoch || a.seq - b.seq || (a.journal < b.journal ? -1 : a.journal > b.journal ? 1 : 0)
