/** The facts of one call, read as a story: it begins once, goes on as it may, and ends once, for a reason that fits. */
import type { Fact } from '#journal'
import type { CallId } from '#kernel'
import type { Complain } from './failure.ts'

type Phase = 'greeting' | 'waiting' | 'ringing' | 'talking' | 'transferring' | 'handedOver'

const reasonsIn: Record<Phase, readonly string[]> = {
  greeting: ['abandonedInGreeting'],
  waiting: ['abandonedWaiting'],
  ringing: ['abandonedRinging'],
  talking: ['callerHungUp', 'agentHungUp'],
  transferring: ['abandonedInTransfer'],
  handedOver: ['callerHungUp', 'partnerHungUp'],
}
const always = ['lostWhileAway', 'mediaServerLost']
/** What may still be told of a call that is over. */
const afterwards = ['call.rangBack', 'call.wrapUpStarted', 'call.wrapUpEnded', 'ticket.written']

export function checkStory(id: CallId, facts: readonly Fact[], complain: Complain): void {
  const told = facts.map(({ type, at: _, seq: _1, epoch: _2, call: _3, ...rest }) => `${type} ${JSON.stringify(rest)}`)
  const wrong = (invariant: string): void => complain(invariant, `${id}\n  ${told.join('\n  ')}`)
  const types = facts.map(({ type }) => type)
  const count = (type: string): number => types.filter((one) => one === type).length
  if (types[0] !== 'call.accepted' || count('call.accepted') !== 1) wrong('a call begins once')
  if (count('call.ended') !== 1) wrong('a call ends once')
  if (types.slice(types.indexOf('call.ended') + 1).some((type) => !afterwards.includes(type)))
    wrong('nothing happens to a call that is over')
  const isCut = facts.some(({ reason }) => reason === 'mediaServerLost')
  if (count('call.callbackOwed') !== Number(isCut))
    wrong('who is cut by the death of Asterisk, and nobody else, is owed a callback')
  if (count('call.rangBack') > Number(isCut)) wrong('who is owed a callback rings back at most once')
  if (count('call.wrapUpStarted') !== count('call.wrapUpEnded')) wrong('wrap-up begins and ends')
  if (facts.filter(({ type }) => type === 'call.queued').some((fact, n) => fact.front !== n > 0))
    wrong('who has been spoken to stands in front')
  pairs(facts, 'call.offered', ['call.offerEnded'], 'offer', () => wrong('each offer ends exactly once'))
  pairs(facts, 'call.connected', ['call.agentLeft'], 'leg', () => wrong('each agent leaves exactly once'))
  pairs(facts, 'call.partyDialled', ['call.partyLeft', 'call.agentLeft'], 'leg', () =>
    wrong('each party leaves exactly once'),
  )
  const { phase, reason } = lastPhase(facts)
  if (!reasonsIn[phase].includes(reason) && !always.includes(reason)) wrong(`the reason fits (${reason} in ${phase})`)
}

function pairs(facts: readonly Fact[], begun: string, ended: string[], by: string, wrong: () => void): void {
  for (const fact of facts) {
    if (fact.type !== begun) continue
    const ends = facts.filter((other) => ended.includes(other.type) && other[by] === fact[by])
    if (ends.length !== 1) wrong()
  }
}

function lastPhase(facts: readonly Fact[]): { phase: Phase; reason: string } {
  let phase: Phase = 'greeting'
  for (const [n, fact] of facts.entries()) {
    switch (fact.type) {
      case 'call.queued':
        phase = 'waiting'
        break
      case 'call.offered':
        phase = 'ringing'
        break
      case 'call.recovered':
        // The dialplan's net has had the caller, whoever was rung for him.
        if (phase === 'ringing' && String(fact.state).startsWith('safetyNet')) phase = 'waiting'
        break
      case 'call.offerEnded': {
        // An offer that ends because the caller has gone is told just before the end.
        const isFarewell = fact.outcome === 'cancelled' && facts[n + 1]?.type === 'call.ended'
        if (!isFarewell && fact.outcome !== 'accepted') phase = 'waiting'
        break
      }
      case 'call.connected':
        phase = 'talking'
        break
      case 'call.partyDialled':
        if (fact.purpose === 'transfer') phase = 'transferring'
        break
      case 'call.handedOver':
        phase = 'handedOver'
        break
      case 'call.ended':
        return { phase, reason: String(fact.reason) }
    }
  }
  return { phase, reason: 'none' }
}
