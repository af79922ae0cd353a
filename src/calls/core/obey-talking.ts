/** Commands to a call between caller and agent. */
import { type Instant, ok, refuse } from '#kernel'
import type { Consulting, Party, Talking, Transferring } from './call.ts'
import type { Effect } from './effects.ts'
import { agentLeftFact, end } from './endings.ts'
import type { CallFact } from './facts.ts'
import type { Asked, Obeyed } from './obey.ts'
import { agentDone, dialling } from './parties.ts'
import { baseOf, nextBridge, nextLeg, type Step, step } from './step.ts'

export function obeyTalking(call: Talking, { command, at }: Asked): Obeyed {
  switch (command.name) {
    case 'hold':
      return call.held ? refuse('notNow') : ok(hold(call, at))
    case 'resume':
      return call.held ? ok(resume(call, at)) : refuse('notNow')
    case 'sendDigits':
      return call.held
        ? refuse('notNow')
        : ok(
            step(
              call,
              [digitsFact(call, command.digits, at)],
              [{ do: 'sendDigits', leg: call.caller.leg, digits: command.digits }],
            ),
          )
    case 'consult':
      return isSelf(call, command.party) ? refuse('partyNotAvailable') : ok(consult(call, command.party, at))
    case 'blindTransfer':
      return isSelf(call, command.party) ? refuse('partyNotAvailable') : ok(blindTransfer(call, command.party, at))
    case 'hangUp':
      return ok(end(call, 'agentHungUp', at))
    case 'mute': // done for every state alike, in obey
    case 'unmute':
    case 'toggle':
    case 'cancelConsult':
    case 'join':
    case 'complete':
    case 'leave':
    case 'dropParty':
      return refuse('notNow')
  }
}

export const digitsFact = (
  call: Talking | Consulting | { id: Talking['id']; agent: Talking['agent'] },
  digits: string,
  at: Instant,
): CallFact => ({
  type: 'call.digitsSent',
  call: call.id,
  agent: call.agent,
  count: digits.length,
  at,
})

const isSelf = (call: Talking, party: Party): boolean => party.kind === 'agent' && party.agent === call.agent

/** Out of the bridge before the music starts: nobody is overheard on hold. */
const callerToMusic = (call: Talking): Effect[] =>
  call.held
    ? []
    : [
        { do: 'takeOut', bridge: call.bridge, leg: call.caller.leg },
        { do: 'startMusic', leg: call.caller.leg },
      ]

function hold(call: Talking, at: Instant): Step {
  return step(
    { ...call, held: true },
    [{ type: 'call.held', call: call.id, agent: call.agent, at }],
    callerToMusic(call),
  )
}

function resume(call: Talking, at: Instant): Step {
  return step(
    { ...call, held: false },
    [{ type: 'call.resumed', call: call.id, agent: call.agent, at }],
    [
      { do: 'stopMusic', leg: call.caller.leg },
      { do: 'connect', bridge: call.bridge, legs: [call.caller.leg] },
    ],
  )
}

function consult(call: Talking, party: Party, at: Instant): Step {
  const leg = nextLeg(call, 1)
  const { held, ...rest } = call
  const next: Consulting = {
    ...rest,
    made: call.made + 2,
    state: 'consulting',
    target: dialling(party, leg, at),
    consultBridge: nextBridge(call, 2),
    side: 'target',
  }
  return step(
    next,
    [
      ...(held ? [{ type: 'call.resumed', call: call.id, agent: call.agent, at } as const] : []),
      { type: 'call.partyDialled', call: call.id, agent: call.agent, party, leg, purpose: 'consult', at },
    ],
    [
      ...callerToMusic(call),
      { do: 'takeOut', bridge: call.bridge, leg: call.agentLeg },
      { do: 'startRingback', leg: call.agentLeg },
      { do: 'startTimer', about: leg, kind: 'party' },
      { do: 'dial', leg, party, purpose: 'consult' },
    ],
    party.kind === 'agent' ? [{ tell: 'agentTaken', agent: party.agent, call: call.id }] : [],
  )
}

function blindTransfer(call: Talking, party: Party, at: Instant): Step {
  const leg = nextLeg(call, 1)
  const next: Transferring = {
    ...baseOf(call),
    made: call.made + 1,
    state: 'transferring',
    target: dialling(party, leg, at),
    bridge: call.bridge,
    by: call.agent,
  }
  return step(
    next,
    [
      { type: 'call.partyDialled', call: call.id, agent: call.agent, party, leg, purpose: 'transfer', at },
      agentLeftFact(call, 'transferred', at),
    ],
    [
      ...callerToMusic(call),
      { do: 'hangUp', leg: call.agentLeg, because: 'normal' },
      { do: 'startTimer', about: leg, kind: 'party' },
      { do: 'dial', leg, party, purpose: 'transfer' },
    ],
    [
      agentDone(call),
      ...(party.kind === 'agent' ? [{ tell: 'agentTaken', agent: party.agent, call: call.id } as const] : []),
    ],
  )
}
