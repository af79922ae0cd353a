/** From the first word of the greeting to the first offer. */

import { enqueueAfterGreeting } from './accept.ts'
import type { Greeting, Offering, Waiting } from './call.ts'
import { end, legLeftFact } from './endings.ts'
import { ringingExpired } from './ringing.ts'
import { baseOf, nextBridge, nextLeg, type Step, stay, step } from './step.ts'
import type { Happening } from './transition.ts'

export function whileGreeting(call: Greeting, event: Happening): Step {
  switch (event.type) {
    case 'playbackEnded':
      return event.playback === call.playback ? enqueueAfterGreeting(baseOf(call), event.at) : stay(call)
    case 'legLeft':
      return event.leg === call.caller.leg
        ? end(call, 'abandonedInGreeting', event.at, event.leg, [
            legLeftFact(call, event.leg, 'caller', event.cause, event.at),
          ])
        : stay(call)
    case 'offered': // not in any queue yet: the desk never offers it
    case 'offerExpired':
    case 'offerWithdrawn':
    case 'legRinging':
    case 'legAnswered': // the caller's own leg, answered by us
    case 'partyExpired':
    case 'ringingExpired': // answered before the greeting
      return stay(call)
  }
}

export function whileWaiting(call: Waiting, event: Happening): Step {
  switch (event.type) {
    case 'offered':
      return offer(call, event)
    case 'ringingExpired':
      return ringingExpired(call, event.leg)
    case 'legLeft':
      return event.leg === call.caller.leg
        ? end(call, 'abandonedWaiting', event.at, event.leg, [
            legLeftFact(call, event.leg, 'caller', event.cause, event.at),
          ])
        : stay(call) // the phone of an offer that is over
    case 'offerExpired': // of an offer that is over
    case 'offerWithdrawn':
    case 'legRinging':
    case 'legAnswered': // a phone that was hung up a moment too late; its hang-up is under way
    case 'playbackEnded':
    case 'partyExpired':
      return stay(call)
  }
}

function offer(call: Waiting, { offer, agent, at }: Extract<Happening, { type: 'offered' }>): Step {
  const agentLeg = nextLeg(call, 1)
  const next: Offering = {
    ...baseOf(call),
    made: call.made + 2,
    state: 'offering',
    since: call.since,
    front: call.front,
    offer,
    agent,
    agentLeg,
    bridge: nextBridge(call, 2),
    offeredAt: at,
  }
  return step(
    next,
    [{ type: 'call.offered', call: call.id, offer, agent, leg: agentLeg, at }],
    [
      { do: 'startTimer', about: offer, kind: 'offer' },
      { do: 'dial', leg: agentLeg, party: { kind: 'agent', agent }, purpose: 'offer' },
    ],
  )
}
