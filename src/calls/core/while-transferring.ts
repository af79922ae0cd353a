/** The agent has let go (blind transfer): the caller hears music while the party is dialled. Not reached: front of the queue. */
import type { Instant } from '#kernel'
import type { Target, Transferring } from './call.ts'
import type { Effect } from './effects.ts'
import { backInFront, end, legLeftFact, partyFreed, partyLeftFact, partyResultOf, partyRole } from './endings.ts'
import type { CallFact, PartyResult } from './facts.ts'
import { leaveTo, partyAnswered, talkingTarget } from './parties.ts'
import { baseOf, type Step, stay } from './step.ts'
import type { Happening } from './transition.ts'

export function whileTransferring(call: Transferring, event: Happening): Step {
  const { target } = call
  switch (event.type) {
    case 'legAnswered':
      return event.leg === target.leg && target.state === 'dialling'
        ? partyAnswered(call, event.at, (now, reached) => admit(now, reached, event.at))
        : stay(call)
    case 'playbackEnded':
      return target.state === 'whispering' && event.playback === target.playback
        ? admit(call, talkingTarget(target), event.at)
        : stay(call)
    case 'ringingExpired': // of a caller who was answered long ago
      return stay(call)
    case 'partyExpired':
      return event.leg === target.leg && target.state === 'dialling'
        ? notReached(call, event.at, 'silent', [], [{ do: 'hangUp', leg: target.leg, because: 'normal' }])
        : stay(call)
    case 'legLeft':
      if (event.leg === call.caller.leg)
        return end(call, 'abandonedInTransfer', event.at, event.leg, [
          legLeftFact(call, event.leg, 'caller', event.cause, event.at),
        ])
      return event.leg === target.leg
        ? notReached(
            call,
            event.at,
            partyResultOf(event.cause),
            [legLeftFact(call, event.leg, partyRole(target), event.cause, event.at)],
            [],
          )
        : stay(call) // the agent's own phone, hung up by us
    case 'offered':
    case 'offerExpired':
    case 'offerWithdrawn':
    case 'legRinging':
      return stay(call)
  }
}

function admit(call: Transferring, target: Target, at: Instant): Step {
  return leaveTo(
    baseOf(call),
    target,
    call.bridge,
    call.by,
    at,
    [],
    [
      { do: 'stopMusic', leg: call.caller.leg },
      { do: 'connect', bridge: call.bridge, legs: [call.caller.leg, target.leg] },
    ],
    [],
  )
}

function notReached(
  call: Transferring,
  at: Instant,
  result: PartyResult,
  before: readonly CallFact[],
  effects: readonly Effect[],
): Step {
  return backInFront(
    call,
    at,
    [...before, partyLeftFact(call, call.target, at, result)],
    [{ do: 'stopTimer', about: call.target.leg }, ...effects, { do: 'removeBridge', bridge: call.bridge }],
    partyFreed(call, call.target, false),
  )
}
