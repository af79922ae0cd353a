/** A waiting caller whom the rescue watchdog hands to the dialplan's safety net while we are away, and who comes back. */
import type { Instant, LegId } from '#kernel'
import type { Call, Target, Waiting, WithAgent } from './call.ts'
import { agentLeftFact, end, legLeftFact, partyLeftFact, partyResultOf, partyRole } from './endings.ts'
import type { LegEnd } from './events.ts'
import type { CallFact } from './facts.ts'
import { baseOf, type Step, stay, step } from './step.ts'

/**
 * What was under way for the caller ends; the call itself and its place are kept, but nobody is offered it. `legEnds`: when and how the
 * legs of the others have left, as far as that is known; `at`: the end of everything else.
 */
export function leaveToNet(call: Call, at: Instant, legEnds: ReadonlyMap<LegId, LegEnd> = new Map()): Step {
  if (call.state === 'ended') return stay(call)
  const facts = partings(call, at, legEnds).sort((one, other) => one.at - other.at)
  const { effects, news } = end(call, 'lostWhileAway', at, call.caller.leg)
  const next: Waiting = { ...baseOf(call), answered: true, state: 'waiting', ...placeOf(call, facts.at(-1)?.at ?? at) }
  return step(next, facts, effects, news)
}

function partings(call: Call, at: Instant, legEnds: ReadonlyMap<LegId, LegEnd>): CallFact[] {
  const ofParty = (target: Target): CallFact[] => {
    const told = legEnds.get(target.leg)
    if (!told) return [partyLeftFact(call, target, at, 'cancelled')]
    const { cause, at: leftAt } = told
    return [
      legLeftFact(call, target.leg, partyRole(target), cause, leftAt),
      partyLeftFact(call, target, leftAt, partyResultOf(cause)),
    ]
  }
  const ofAgent = (by: WithAgent): CallFact[] => {
    const told = legEnds.get(by.agentLeg)
    if (!told) return [agentLeftFact(by, 'lost', at)]
    const { cause, at: leftAt } = told
    const left = agentLeftFact(by, cause === 'normal' ? 'hungUp' : 'vanished', leftAt)
    return [legLeftFact(call, by.agentLeg, 'agent', cause, leftAt), left]
  }
  switch (call.state) {
    case 'offering': {
      const { offer, agent, agentLeg } = call
      const endedAt = legEnds.get(agentLeg)?.at ?? at
      return [{ type: 'call.offerEnded', call: call.id, offer, agent, outcome: 'cancelled', at: endedAt }]
    }
    case 'talking':
      return ofAgent(call)
    case 'consulting':
    case 'threeWay':
      return [...ofParty(call.target), ...ofAgent(call)]
    case 'transferring':
    case 'handedOver':
      return ofParty(call.target)
    case 'greeting':
    case 'waiting':
    case 'ended':
      return []
  }
}

/** In front, when somebody was with the caller: it was not the caller who was lost. */
function placeOf(call: Exclude<Call, { state: 'ended' }>, at: Instant): Pick<Waiting, 'since' | 'front'> {
  switch (call.state) {
    case 'greeting':
      return { since: call.again?.since ?? call.arrivedAt, front: false }
    case 'waiting':
    case 'offering':
      return { since: call.since, front: call.front }
    case 'talking':
    case 'consulting':
    case 'threeWay':
    case 'transferring':
    case 'handedOver':
      return { since: at, front: true }
  }
}

export const comeBackFromNet = (call: Waiting, at: Instant): Step =>
  step(
    call,
    [{ type: 'call.recovered', call: call.id, state: 'safetyNet', missed: 0, at }],
    [{ do: 'startMusic', leg: call.caller.leg }],
    [{ tell: 'waiting', call: call.id }],
  )
