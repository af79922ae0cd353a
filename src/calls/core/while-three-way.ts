/** Caller, agent and party all hear each other (三方通话). */
import type { ThreeWay } from './call.ts'
import { agentLeftFact, end, legLeftFact, partyFreed, partyLeftFact, partyResultOf, partyRole } from './endings.ts'
import { agentDone, backToTalking, leaveTo } from './parties.ts'
import { baseOf, type Step, stay, step } from './step.ts'
import type { Happening } from './transition.ts'

export function whileThreeWay(call: ThreeWay, event: Happening): Step {
  switch (event.type) {
    case 'legLeft':
      return legLeft(call, event)
    case 'offered':
    case 'offerExpired':
    case 'offerWithdrawn':
    case 'legRinging':
    case 'legAnswered':
    case 'playbackEnded':
    case 'ringingExpired':
    case 'partyExpired':
      return stay(call)
  }
}

function legLeft(call: ThreeWay, { leg, cause, at }: Extract<Happening, { type: 'legLeft' }>): Step {
  const { caller, agentLeg, target } = call
  if (leg === caller.leg) return end(call, 'callerHungUp', at, leg, [legLeftFact(call, leg, 'caller', cause, at)])
  if (leg === target.leg)
    return step(
      backToTalking(call),
      [legLeftFact(call, leg, partyRole(target), cause, at), partyLeftFact(call, target, at, partyResultOf(cause))],
      [],
      partyFreed(call, target, true),
    )
  if (leg !== agentLeg) return stay(call)
  const before = [
    legLeftFact(call, leg, 'agent', cause, at),
    agentLeftFact(call, cause === 'normal' ? 'hungUp' : 'vanished', at),
  ]
  return leaveTo(baseOf(call), target, call.bridge, call.agent, at, before, [], [agentDone(call)])
}
