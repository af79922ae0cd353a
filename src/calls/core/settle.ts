/**
 * The orders that bring the media of a call to what its state says, whatever was or was not performed before a crash.
 * Each may be repeated without harm. A leg that is put to somebody first loses what it heard alone: music, ringing.
 */
import type { LegId, PlaybackId } from '#kernel'
import type { Call, WithAgent } from './call.ts'
import type { Effect } from './effects.ts'

/** `callerIsUp`: by what Asterisk says. */
export function settle(call: Call, callerIsUp = true): Effect[] {
  if (call.state === 'greeting' && !callerIsUp) return answerAfter(call.playback, call.caller.leg)
  return needsNoAnswer(call) ? settleSound(call) : [{ do: 'answer', leg: call.caller.leg }, ...settleSound(call)]
}

/** The order to answer was lost, and the one to greet was not: while he is greeted, the channel would not listen to another. */
const answerAfter = (playback: PlaybackId, leg: LegId): Effect[] => [
  { do: 'stopPlayback', playback },
  { do: 'answer', leg },
]

/** A greeting that still plays began after the answer. */
const needsNoAnswer = ({ answered, state }: Call): boolean => !answered || state === 'greeting' || state === 'ended'

function settleSound(call: Call): Effect[] {
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
            ...agentAtWork(call),
            { do: 'connect', bridge: call.bridge, legs: [call.agentLeg] },
            { do: 'takeOut', bridge: call.bridge, leg: caller },
            { do: 'startMusic', leg: caller },
          ]
        : [
            ...agentAtWork(call),
            { do: 'stopMusic', leg: caller },
            { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg] },
          ]
    case 'consulting':
      return settleConsulting(call)
    case 'threeWay':
      return [
        ...agentAtWork(call),
        ...stopMusic(caller, call.target.leg),
        { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg, call.target.leg] },
        // the consult bridge, if it was still there, is found without a call and removed
      ]
    case 'transferring':
      return [{ do: 'startMusic', leg: caller }]
    case 'handedOver':
      return [
        ...stopMusic(caller, call.target.leg),
        { do: 'connect', bridge: call.bridge, legs: [caller, call.target.leg] },
      ]
    case 'ended':
      return [{ do: 'hangUp', leg: caller, because: 'normal' }]
  }
}

function settleConsulting(call: Extract<Call, { state: 'consulting' }>): Effect[] {
  const caller = call.caller.leg
  const { leg, state } = call.target
  if (call.side === 'caller')
    return [
      ...agentAtWork(call),
      { do: 'takeOut', bridge: call.consultBridge, leg },
      ...(state === 'talking' ? ([{ do: 'startMusic', leg }] as const) : []),
      { do: 'stopMusic', leg: caller },
      { do: 'connect', bridge: call.bridge, legs: [caller, call.agentLeg] },
    ]
  return [
    { do: 'takeOut', bridge: call.bridge, leg: caller },
    { do: 'startMusic', leg: caller },
    ...(state === 'talking'
      ? ([
          ...agentAtWork(call),
          ...stopMusic(leg),
          { do: 'connect', bridge: call.consultBridge, legs: [call.agentLeg, leg] },
        ] as const)
      : ([
          ...muteAsAsked(call),
          { do: 'takeOut', bridge: call.bridge, leg: call.agentLeg },
          { do: 'startRingback', leg: call.agentLeg },
        ] as const)),
  ]
}

/** A colleague who took the call over may have been on hold; one who consulted may have heard it ring. */
const agentAtWork = (call: WithAgent): Effect[] => [
  { do: 'stopRingback', leg: call.agentLeg },
  ...stopMusic(call.agentLeg),
  ...muteAsAsked(call),
]
const muteAsAsked = ({ muted, agentLeg }: WithAgent): Effect[] => [{ do: muted ? 'mute' : 'unmute', leg: agentLeg }]
const stopMusic = (...legs: readonly LegId[]): Effect[] => legs.map((leg) => ({ do: 'stopMusic', leg }))
