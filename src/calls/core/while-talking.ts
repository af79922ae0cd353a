/** Caller and agent speak, or the caller is on hold. */
import type { Talking } from './call.ts'
import { agentLeftFact, backInFront, end, freed, legLeftFact } from './endings.ts'
import { baseOf, type Step, stay } from './step.ts'
import type { Happening } from './transition.ts'

export function whileTalking(call: Talking, event: Happening): Step {
  switch (event.type) {
    case 'legLeft':
      if (event.leg === call.caller.leg)
        return end(call, 'callerHungUp', event.at, event.leg, [
          legLeftFact(call, event.leg, 'caller', event.cause, event.at),
        ])
      return event.leg === call.agentLeg ? agentLegLeft(call, event) : stay(call)
    case 'offered': // the desk holds no lease on a call in hand
    case 'offerExpired': // accepted in the same moment: the answer came first
    case 'offerWithdrawn':
    case 'legRinging':
    case 'legAnswered':
    case 'playbackEnded':
    case 'ringingExpired':
    case 'partyExpired': // of a party that has left
      return stay(call)
  }
}

/** A phone that hangs up ends the call; one that vanishes does not: the caller goes to the front of the queue. */
function agentLegLeft(call: Talking, { leg, cause, at }: Extract<Happening, { type: 'legLeft' }>): Step {
  const left = legLeftFact(call, leg, 'agent', cause, at)
  if (cause === 'normal') return end(call, 'agentHungUp', at, leg, [left])
  return backInFront(
    { ...call, ...baseOf(call) },
    at,
    [left, agentLeftFact(call, 'vanished', at)],
    [
      { do: 'removeBridge', bridge: call.bridge },
      { do: 'startMusic', leg: call.caller.leg },
    ],
    [freed(call, call.agent, true)],
  )
}
