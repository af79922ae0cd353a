/**
 * An agent's command. It is obeyed, or refused with a reason; a refusal changes nothing.
 *
 *                 talking  held  consulting          threeWay
 *   hold             ✓                                          resume: held only
 *   mute, unmute     ✓      ✓       ✓                   ✓
 *   sendDigits       ✓              party talking       ✓        to whoever the agent is with
 *   consult          ✓      ✓
 *   blindTransfer    ✓      ✓
 *   toggle                          party talking
 *   cancelConsult                   ✓
 *   join                            party talking
 *   complete                        party talking       ✓
 *   leave                                               ✓
 *   dropParty                       ✓                   ✓
 *   hangUp           ✓      ✓                           ✓
 */
import { ok, type Result, refuse } from '#kernel'
import type { Call, Consulting, Talking, ThreeWay } from './call.ts'
import type { CallEvent, CallRefusal } from './events.ts'
import { obeyTalking } from './obey-talking.ts'
import { obeyConsulting, obeyThreeWay } from './obey-with-party.ts'
import { type Step, step } from './step.ts'

export type Asked = Extract<CallEvent, { type: 'asked' }>
export type Obeyed = Result<Step, CallRefusal>

export function obey(call: Call, asked: Asked): Obeyed {
  switch (call.state) {
    case 'talking':
      return owned(call, asked, obeyTalking)
    case 'consulting':
      return asColleague(call, asked) ?? owned(call, asked, obeyConsulting)
    case 'threeWay':
      return asColleague(call, asked) ?? owned(call, asked, obeyThreeWay)
    case 'offering':
      return refuse(call.agent === asked.by ? 'notNow' : 'notYourCall')
    case 'greeting':
    case 'waiting':
    case 'transferring':
    case 'handedOver':
      return refuse('notYourCall')
    case 'ended':
      return refuse('callNotFound')
  }
}

function owned<C extends Talking | Consulting | ThreeWay>(
  call: C,
  asked: Asked,
  rule: (call: C, asked: Asked) => Obeyed,
): Obeyed {
  if (call.agent !== asked.by) return refuse('notYourCall')
  if (asked.command.name === 'mute' || asked.command.name === 'unmute') {
    const muted = asked.command.name === 'mute'
    return ok(step({ ...call, muted }, [], [{ do: asked.command.name, leg: call.agentLeg }]))
  }
  return rule(call, asked)
}

/** A consulted colleague may only go again; the hang-up of the phone then does the rest. */
function asColleague(call: Consulting | ThreeWay, { by, command }: Asked): Obeyed | undefined {
  const { target } = call
  if (target.party.kind !== 'agent' || target.party.agent !== by) return undefined
  if (command.name !== 'leave' && command.name !== 'hangUp') return refuse('notYourCall')
  return ok(step(call, [], [{ do: 'hangUp', leg: target.leg, because: 'normal' }]))
}
