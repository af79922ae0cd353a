/**
 * The agent asks a colleague or a partner line while the caller hears music.
 *
 *   target: dialling ──answers──▶ whispering (lines) ──▶ talking        side: target ⇄ caller (toggle)
 *
 * Whatever breaks off, nobody is lost: the party gone, the agent has the caller back; the agent gone, caller and party
 * are joined when the party has answered, else the caller goes to the front of the queue.
 */
import type { Instant } from '#kernel'
import type { Consulting, Target } from './call.ts'
import type { Effect } from './effects.ts'
import {
  agentLeftFact,
  backInFront,
  end,
  legLeftFact,
  partyFreed,
  partyLeftFact,
  partyResultOf,
  partyRole,
} from './endings.ts'
import type { CallFact, PartyResult } from './facts.ts'
import { agentDone, backToTalking, leaveTo, partyAnswered, talkingTarget } from './parties.ts'
import { baseOf, type Step, stay, step } from './step.ts'
import type { Happening } from './transition.ts'

export function whileConsulting(call: Consulting, event: Happening): Step {
  switch (event.type) {
    case 'legAnswered':
      return event.leg === call.target.leg && call.target.state === 'dialling'
        ? partyAnswered(call, event.at, admit)
        : stay(call)
    case 'playbackEnded':
      return call.target.state === 'whispering' && event.playback === call.target.playback
        ? admit(call, talkingTarget(call.target))
        : stay(call)
    case 'ringingExpired': // of a caller who was answered long ago
      return stay(call)
    case 'partyExpired':
      return event.leg === call.target.leg && call.target.state === 'dialling'
        ? callerBack(call, event.at, 'silent', [], [{ do: 'hangUp', leg: event.leg, because: 'normal' }])
        : stay(call)
    case 'legLeft':
      return legLeft(call, event)
    case 'offered':
    case 'offerExpired':
    case 'offerWithdrawn':
    case 'legRinging':
      return stay(call)
  }
}

/** Party and agent are put together; until then the agent has heard ringing. */
function admit(call: Consulting, target: Target): Step {
  const next: Consulting = { ...call, target: { ...target, state: 'talking' } }
  return step(
    next,
    [],
    [
      { do: 'stopRingback', leg: call.agentLeg },
      { do: 'connect', bridge: call.consultBridge, legs: [call.agentLeg, target.leg] },
    ],
  )
}

function legLeft(call: Consulting, event: Extract<Happening, { type: 'legLeft' }>): Step {
  const { leg, cause, at } = event
  if (leg === call.caller.leg) return end(call, 'callerHungUp', at, leg, [legLeftFact(call, leg, 'caller', cause, at)])
  if (leg === call.target.leg)
    return callerBack(call, at, partyResultOf(cause), [legLeftFact(call, leg, partyRole(call.target), cause, at)], [])
  if (leg !== call.agentLeg) return stay(call)
  const before = [
    legLeftFact(call, leg, 'agent', cause, at),
    agentLeftFact(call, cause === 'normal' ? 'hungUp' : 'vanished', at),
  ]
  return call.target.state === 'talking' ? joinWithoutAgent(call, at, before) : callerToQueue(call, at, before)
}

/** The party is out; the agent has the caller back at once. */
export function callerBack(
  call: Consulting,
  at: Instant,
  result: PartyResult,
  before: readonly CallFact[],
  effects: readonly Effect[],
): Step {
  return step(
    backToTalking(call),
    [...before, partyLeftFact(call, call.target, at, result)],
    [
      { do: 'stopTimer', about: call.target.leg },
      ...(call.target.state !== 'talking' ? ([{ do: 'stopRingback', leg: call.agentLeg }] as const) : []),
      ...effects,
      ...(call.side === 'target'
        ? ([
            { do: 'stopMusic', leg: call.caller.leg },
            { do: 'connect', bridge: call.bridge, legs: [call.caller.leg, call.agentLeg] },
          ] as const)
        : []),
      { do: 'removeBridge', bridge: call.consultBridge },
    ],
    partyFreed(call, call.target, false),
  )
}

/** Caller and party are joined; the agent is out. */
export function joinWithoutAgent(
  call: Consulting,
  at: Instant,
  facts: readonly CallFact[],
  last: readonly Effect[] = [],
): Step {
  const music = call.side === 'target' ? call.caller.leg : call.target.leg
  return leaveTo(
    baseOf(call),
    call.target,
    call.bridge,
    call.agent,
    at,
    facts,
    [
      { do: 'stopMusic', leg: music },
      { do: 'connect', bridge: call.bridge, legs: [call.caller.leg, call.target.leg] },
      ...last,
      { do: 'removeBridge', bridge: call.consultBridge },
    ],
    [agentDone(call)],
  )
}

function callerToQueue(call: Consulting, at: Instant, before: readonly CallFact[]): Step {
  return backInFront(
    call,
    at,
    [...before, partyLeftFact(call, call.target, at, 'cancelled')],
    [
      { do: 'stopTimer', about: call.target.leg },
      { do: 'hangUp', leg: call.target.leg, because: 'normal' },
      { do: 'removeBridge', bridge: call.consultBridge },
      { do: 'removeBridge', bridge: call.bridge },
      { do: 'startMusic', leg: call.caller.leg },
    ],
    [agentDone(call), ...partyFreed(call, call.target, false)],
  )
}
