/** Commands while a third party is dialled, consulted or joined. */
import { type Instant, ok, refuse } from '#kernel'
import type { Consulting, ThreeWay } from './call.ts'
import type { Effect } from './effects.ts'
import { agentLeftFact, end, partyFreed, partyLeftFact } from './endings.ts'
import type { Asked, Obeyed } from './obey.ts'
import { digitsFact } from './obey-talking.ts'
import { agentDone, backToTalking, leaveTo } from './parties.ts'
import { baseOf, type Step, step } from './step.ts'
import { callerBack, joinWithoutAgent } from './while-consulting.ts'

export function obeyConsulting(call: Consulting, { command, at }: Asked): Obeyed {
  const reached = call.target.state === 'talking'
  switch (command.name) {
    case 'cancelConsult':
    case 'dropParty':
      return ok(callerBack(call, at, 'cancelled', [], [{ do: 'hangUp', leg: call.target.leg, because: 'normal' }]))
    case 'toggle':
      return reached ? ok(toggle(call)) : refuse('partyNotReached')
    case 'join':
      return reached ? ok(join(call, at)) : refuse('partyNotReached')
    case 'complete':
      return reached
        ? ok(
            joinWithoutAgent(
              call,
              at,
              [agentLeftFact(call, 'completed', at)],
              [{ do: 'hangUp', leg: call.agentLeg, because: 'normal' }],
            ),
          )
        : refuse('partyNotReached')
    case 'sendDigits':
      return reached
        ? ok(
            step(
              call,
              [digitsFact(call, command.digits, at)],
              [{ do: 'sendDigits', leg: withAgentNow(call), digits: command.digits }],
            ),
          )
        : refuse('partyNotReached')
    case 'mute':
    case 'unmute':
    case 'hold': // the caller is on hold already
    case 'resume':
    case 'consult': // one party at a time
    case 'leave': // nobody may leave the caller with a party that has not been joined: complete does that
    case 'blindTransfer':
    case 'hangUp': // would end it for the caller: cancel the consultation first
      return refuse('notNow')
  }
}

export function obeyThreeWay(call: ThreeWay, { command, at }: Asked): Obeyed {
  switch (command.name) {
    case 'leave':
    case 'complete':
      return ok(leave(call, at))
    case 'dropParty':
      return ok(
        step(
          backToTalking(call),
          [partyLeftFact(call, call.target, at, 'cancelled')],
          [{ do: 'hangUp', leg: call.target.leg, because: 'normal' }],
          partyFreed(call, call.target, true),
        ),
      )
    case 'sendDigits':
      return ok(
        step(
          call,
          [digitsFact(call, command.digits, at)],
          [{ do: 'sendDigits', leg: call.target.leg, digits: command.digits }],
        ),
      )
    case 'hangUp':
      return ok(end(call, 'agentHungUp', at))
    case 'mute':
    case 'unmute':
    case 'hold':
    case 'resume':
    case 'consult':
    case 'toggle':
    case 'cancelConsult':
    case 'join':
    case 'blindTransfer':
      return refuse('notNow')
  }
}

const withAgentNow = (call: Consulting) => (call.side === 'target' ? call.target.leg : call.caller.leg)

/** The one whom the agent leaves is taken out first and given music; then the other has the agent. */
function toggle(call: Consulting): Step {
  const { caller, target, agentLeg, bridge, consultBridge } = call
  if (call.side === 'target')
    return step(
      { ...call, side: 'caller' },
      [],
      [
        { do: 'takeOut', bridge: consultBridge, leg: target.leg },
        { do: 'startMusic', leg: target.leg },
        { do: 'stopMusic', leg: caller.leg },
        { do: 'connect', bridge, legs: [caller.leg, agentLeg] },
      ],
    )
  return step(
    { ...call, side: 'target' },
    [],
    [
      { do: 'takeOut', bridge, leg: caller.leg },
      { do: 'startMusic', leg: caller.leg },
      { do: 'stopMusic', leg: target.leg },
      { do: 'connect', bridge: consultBridge, legs: [agentLeg, target.leg] },
    ],
  )
}

function join(call: Consulting, at: Instant): Step {
  const { caller, target, agentLeg, bridge, consultBridge, side } = call
  const next: ThreeWay = {
    ...baseOf(call),
    state: 'threeWay',
    agent: call.agent,
    agentLeg,
    bridge,
    since: call.since,
    muted: call.muted,
    target,
  }
  const stop: Effect = { do: 'stopMusic', leg: side === 'target' ? caller.leg : target.leg }
  return step(
    next,
    [{ type: 'call.joined', call: call.id, agent: call.agent, leg: target.leg, at }],
    [
      stop,
      { do: 'connect', bridge, legs: [caller.leg, agentLeg, target.leg] },
      { do: 'removeBridge', bridge: consultBridge },
    ],
  )
}

function leave(call: ThreeWay, at: Instant): Step {
  return leaveTo(
    baseOf(call),
    call.target,
    call.bridge,
    call.agent,
    at,
    [agentLeftFact(call, 'left', at)],
    [{ do: 'hangUp', leg: call.agentLeg, because: 'normal' }],
    [agentDone(call)],
  )
}
