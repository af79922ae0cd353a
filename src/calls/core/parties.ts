/** What consulting, transferring and three-way have in common: a party that is dialled, greeted, joined and let go. */
import type { BridgeId, Instant, LegId } from '#kernel'
import type { Base, Consulting, HandedOver, Party, Talking, Target, ThreeWay, Transferring, WithAgent } from './call.ts'
import type { DeskNews, Effect } from './effects.ts'
import { freed } from './endings.ts'
import type { CallFact } from './facts.ts'
import { baseOf, nextPlayback, type Step, step } from './step.ts'

export const dialling = (party: Party, leg: LegId, at: Instant): Target => ({
  party,
  leg,
  state: 'dialling',
  startedAt: at,
})

/**
 * The party has answered. A line first hears the ticket number whispered, so that nobody has to repeat it;
 * a colleague has it on the screen and is let in at once (`admit`).
 */
export function partyAnswered<C extends Consulting | Transferring>(
  call: C,
  at: Instant,
  admit: (call: C, target: Target) => Step,
): Step {
  const { target } = call
  const answered: CallFact = { type: 'call.partyAnswered', call: call.id, party: target.party, leg: target.leg, at }
  const stop: Effect = { do: 'stopTimer', about: target.leg }
  if (target.party.kind === 'line') {
    const playback = nextPlayback(call)
    return step(
      { ...call, made: call.made + 1, target: { ...target, state: 'whispering', answeredAt: at, playback } },
      [answered],
      [stop, { do: 'play', leg: target.leg, playback, prompts: ['whisper-intro', `ticket:${call.ticket}`] }],
    )
  }
  const admitted = admit(call, { ...target, state: 'talking', answeredAt: at })
  return step(admitted.call, [answered, ...admitted.facts], [stop, ...admitted.effects], admitted.news)
}

export const talkingTarget = ({ playback: _, ...target }: Target): Target => ({ ...target, state: 'talking' })

/** Caller and party are left to themselves: with a colleague it is an ordinary conversation, with a line a hand-over. */
export function leaveTo(
  call: Base,
  target: Target,
  bridge: BridgeId,
  by: WithAgent['agent'],
  at: Instant,
  facts: readonly CallFact[],
  effects: readonly Effect[],
  news: readonly DeskNews[],
): Step {
  if (target.party.kind === 'agent') {
    const { agent } = target.party
    const next: Talking = {
      ...call,
      state: 'talking',
      agent,
      agentLeg: target.leg,
      bridge,
      since: at,
      muted: false,
      held: false,
    }
    return step(next, [...facts, { type: 'call.connected', call: call.id, agent, leg: target.leg, at }], effects, news)
  }
  const next: HandedOver = { ...call, state: 'handedOver', target, bridge, by }
  return step(
    next,
    [...facts, { type: 'call.handedOver', call: call.id, party: target.party, leg: target.leg, by, at }],
    effects,
    news,
  )
}

/** The agent has the caller back, in the main bridge. */
export const backToTalking = (call: Consulting | ThreeWay, held = false): Talking => ({
  ...baseOf(call),
  state: 'talking',
  agent: call.agent,
  agentLeg: call.agentLeg,
  bridge: call.bridge,
  since: call.since,
  muted: call.muted,
  held,
})

/** The agent's part is over; who has spoken with the caller writes it up. */
export const agentDone = (call: WithAgent): DeskNews => freed(call as Talking, call.agent, true)
