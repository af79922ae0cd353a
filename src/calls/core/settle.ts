/**
 * The orders that bring the media of a call to what its state says, whatever was or was not performed before a crash.
 * Each may be repeated without harm.
 */
import type { Call } from './call.ts'
import type { Effect } from './effects.ts'

export function settle(call: Call): Effect[] {
  const caller = call.caller.leg
  switch (call.state) {
    case 'greeting':
      return []
    case 'waiting':
    case 'offering':
      return call.answered ? [{ do: 'startMusic', leg: caller }] : [{ do: 'indicateRinging', leg: caller }]
    case 'talking':
      return call.held
        ? [
            { do: 'connect', bridge: call.bridge, legs: [call.agentLeg] },
            { do: 'takeOut', bridge: call.bridge, leg: caller },
            { do: 'startMusic', leg: caller },
          ]
        : [
            { do: 'answer', leg: caller },
            { do: 'stopMusic', leg: caller },
            { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg] },
          ]
    case 'consulting':
      return settleConsulting(call)
    case 'threeWay':
      return [
        { do: 'stopMusic', leg: caller },
        { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg, call.target.leg] },
        // the consult bridge, if it was still there, is found without a call and removed
      ]
    case 'transferring':
      return [{ do: 'startMusic', leg: caller }]
    case 'handedOver':
      return [
        { do: 'stopMusic', leg: caller },
        { do: 'connect', bridge: call.bridge, legs: [caller, call.target.leg] },
      ]
    case 'ended':
      return [{ do: 'hangUp', leg: caller, because: 'normal' }]
  }
}

function settleConsulting(call: Extract<Call, { state: 'consulting' }>): Effect[] {
  const caller = call.caller.leg
  if (call.side === 'caller')
    return [
      { do: 'takeOut', bridge: call.consultBridge, leg: call.target.leg },
      ...(call.target.state === 'talking' ? ([{ do: 'startMusic', leg: call.target.leg }] as const) : []),
      { do: 'stopMusic', leg: caller },
      { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg] },
    ]
  return [
    { do: 'takeOut', bridge: call.bridge, leg: caller },
    { do: 'startMusic', leg: caller },
    ...(call.target.state === 'talking'
      ? ([{ do: 'connect', bridge: call.consultBridge, legs: [call.agentLeg, call.target.leg] }] as const)
      : []),
  ]
}
