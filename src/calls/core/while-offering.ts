/**
 * One agent's phone rings. The offer is a lease: it ends accepted, missed, cancelled or expired, and exactly one of them.
 * Events of earlier phones are old news.
 */
import type { Instant } from '#kernel'
import type { Offering, Talking, Waiting } from './call.ts'
import type { Effect, MissCause, OfferOutcome } from './effects.ts'
import { end, legLeftFact } from './endings.ts'
import type { LeftCause } from './events.ts'
import type { CallFact } from './facts.ts'
import { ringingExpired, stopsRinging } from './ringing.ts'
import { baseOf, type Step, stay, step } from './step.ts'
import type { Happening } from './transition.ts'

export function whileOffering(call: Offering, event: Happening): Step {
  switch (event.type) {
    case 'legAnswered':
      return event.leg === call.agentLeg ? connect(call, event.at) : stay(call)
    case 'legLeft':
      if (event.leg === call.caller.leg)
        return end(call, 'abandonedRinging', event.at, event.leg, [
          legLeftFact(call, event.leg, 'caller', event.cause, event.at),
        ])
      if (event.leg !== call.agentLeg) return stay(call)
      return backToQueue(call, event.at, 'missed', missCauseOf(event.cause), [
        legLeftFact(call, event.leg, 'agent', event.cause, event.at),
      ])
    case 'offerExpired':
      return event.offer === call.offer
        ? backToQueue(call, event.at, 'expired', 'noAnswer', [], hangUpPhone(call))
        : stay(call)
    case 'offerWithdrawn':
      return event.offer === call.offer
        ? backToQueue(call, event.at, 'cancelled', undefined, [], hangUpPhone(call))
        : stay(call)
    case 'ringingExpired':
      return ringingExpired(call, event.leg)
    case 'offered': // one offer at a time; the desk holds the lease
    case 'legRinging':
    case 'playbackEnded':
    case 'partyExpired':
      return stay(call)
  }
}

function connect(call: Offering, at: Instant): Step {
  const { offer, agent, agentLeg, bridge } = call
  const next: Talking = {
    ...baseOf(call),
    answered: true,
    state: 'talking',
    agent,
    agentLeg,
    bridge,
    since: at,
    muted: false,
    held: false,
  }
  const welcome: Effect = call.answered
    ? { do: 'stopMusic', leg: call.caller.leg }
    : { do: 'answer', leg: call.caller.leg }
  return step(
    next,
    [
      { type: 'call.offerEnded', call: call.id, offer, agent, outcome: 'accepted', at },
      { type: 'call.connected', call: call.id, agent, leg: agentLeg, at },
    ],
    [
      { do: 'stopTimer', about: offer },
      ...stopsRinging(call),
      welcome,
      { do: 'connect', bridge, legs: [call.caller.leg, agentLeg] },
    ],
    [{ tell: 'offerEnded', offer, agent, outcome: 'accepted' }],
  )
}

/** The caller keeps the place: same time of arrival, same side of the queue. */
function backToQueue(
  call: Offering,
  at: Instant,
  outcome: Exclude<OfferOutcome, 'accepted'>,
  cause: MissCause | undefined,
  before: readonly CallFact[],
  effects: readonly Effect[] = [],
): Step {
  const { offer, agent, since, front } = call
  const why = cause && { cause }
  const next: Waiting = { ...baseOf(call), state: 'waiting', since, front }
  return step(
    next,
    [...before, { type: 'call.offerEnded', call: call.id, offer, agent, outcome, ...why, at }],
    [{ do: 'stopTimer', about: offer }, ...effects],
    [
      { tell: 'offerEnded', offer, agent, outcome, ...why },
      { tell: 'waiting', call: call.id },
    ],
  )
}

const hangUpPhone = (call: Offering): Effect[] => [{ do: 'hangUp', leg: call.agentLeg, because: 'normal' }]

const missCauseOf = (cause: LeftCause): MissCause => {
  switch (cause) {
    case 'busy':
    case 'declined':
    case 'noAnswer':
    case 'unreachable':
    case 'failed':
      return cause
    case 'refused':
    case 'unavailable':
      return 'declined'
    case 'normal': // a phone that takes the call and drops it at once has declined it
      return 'declined'
    case 'vanished':
      return 'unreachable'
  }
}
