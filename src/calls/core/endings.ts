/** The ways out of a conversation: the end, and the way back into the queue. */
import type { AgentId, Instant, LegId } from '#kernel'
import type { Call, EndReason, Target, Waiting, WithAgent } from './call.ts'
import type { DeskNews, Effect } from './effects.ts'
import type { LeftCause } from './events.ts'
import type { AgentLeftHow, CallFact, LegRole, PartyResult } from './facts.ts'
import { stopsRinging } from './ringing.ts'
import { baseOf, type Step, step } from './step.ts'

/** Ends the call: every leg but the one that left is hung up, every bridge removed. Nothing stays behind. */
export function end(call: Call, reason: EndReason, at: Instant, left?: LegId, before: readonly CallFact[] = []): Step {
  const legs = legsOf(call).filter((leg) => leg !== left)
  return step(
    { ...baseOf(call), state: 'ended', reason },
    [...before, ...farewells(call, reason, at), { type: 'call.ended', call: call.id, reason, at }],
    [
      ...timersOf(call),
      ...legs.map((leg): Effect => ({ do: 'hangUp', leg, because: 'normal' })),
      ...bridgesOf(call).map((bridge): Effect => ({ do: 'removeBridge', bridge })),
    ],
    [...newsOfEnd(call), { tell: 'gone', call: call.id }],
  )
}

/** Puts the caller back, in front of all others, with music: an agent or a transfer was lost, not the caller. */
export function backInFront(
  call: Call,
  at: Instant,
  before: readonly CallFact[],
  effects: readonly Effect[],
  news: readonly DeskNews[],
): Step {
  const next: Waiting = { ...baseOf(call), state: 'waiting', since: at, front: true }
  return step(
    next,
    [...before, { type: 'call.queued', call: call.id, queue: call.queue, since: at, front: true, at }],
    effects,
    [...news, { tell: 'waiting', call: call.id }],
  )
}

export const legLeftFact = (call: Call, leg: LegId, role: LegRole, cause: LeftCause, at: Instant): CallFact => ({
  type: 'call.legLeft',
  call: call.id,
  leg,
  role,
  cause,
  at,
})

export const agentLeftFact = (call: WithAgent, how: AgentLeftHow, at: Instant): CallFact => ({
  type: 'call.agentLeft',
  call: call.id,
  agent: call.agent,
  leg: call.agentLeg,
  how,
  at,
})

/** How it went with a party, when it is out. */
export const partyLeftFact = (call: Call, target: Target, at: Instant, result: PartyResult): CallFact => ({
  type: 'call.partyLeft',
  call: call.id,
  party: target.party,
  leg: target.leg,
  result: target.answeredAt === undefined ? result : 'answered',
  seconds: target.answeredAt === undefined ? 0 : Math.max(0, Math.round((at - target.answeredAt) / 1000)),
  at,
})

/** The agent who spoke with the caller writes it up; a consulted colleague who never did is free at once. */
export const freed = (call: Call, agent: AgentId, wrapUp: boolean): DeskNews => ({
  tell: 'agentFreed',
  agent,
  call: call.id,
  ticket: call.ticket,
  wrapUp,
})

/** The colleague who was consulted or dialled is free again; a line has nobody to free. */
export const partyFreed = (call: Call, target: Target, wrapUp: boolean): DeskNews[] =>
  target.party.kind === 'agent' ? [freed(call, target.party.agent, wrapUp)] : []

export const partyRole = (target: Target): LegRole => (target.party.kind === 'agent' ? 'agent' : 'partner')

export const partyResultOf = (cause: LeftCause): PartyResult => {
  switch (cause) {
    case 'busy':
      return 'busy'
    case 'declined':
    case 'refused':
      return 'declined'
    case 'noAnswer':
      return 'silent'
    case 'unavailable':
    case 'unreachable':
    case 'vanished':
      return 'unreachable'
    case 'normal':
    case 'failed':
      return 'failed'
  }
}

export function legsOf(call: Call): LegId[] {
  switch (call.state) {
    case 'greeting':
    case 'waiting':
    case 'ended':
      return [call.caller.leg]
    case 'offering':
    case 'talking':
      return [call.caller.leg, call.agentLeg]
    case 'consulting':
    case 'threeWay':
      return [call.caller.leg, call.agentLeg, call.target.leg]
    case 'transferring':
    case 'handedOver':
      return [call.caller.leg, call.target.leg]
  }
}

/** The leg whose phone is being rung for this call. */
export function rungBy(call: Call | undefined): LegId | undefined {
  if (call?.state === 'offering') return call.agentLeg
  return call && 'target' in call && call.target.state === 'dialling' ? call.target.leg : undefined
}

function bridgesOf(call: Call) {
  switch (call.state) {
    case 'greeting':
    case 'waiting':
    case 'ended':
      return []
    case 'consulting':
      return [call.bridge, call.consultBridge]
    case 'offering':
    case 'talking':
    case 'threeWay':
    case 'transferring':
    case 'handedOver':
      return [call.bridge]
  }
}

function timersOf(call: Call): Effect[] {
  if (call.state === 'waiting') return stopsRinging(call)
  if (call.state === 'offering') return [{ do: 'stopTimer', about: call.offer }, ...stopsRinging(call)]
  if (call.state === 'consulting' || call.state === 'transferring') return [{ do: 'stopTimer', about: call.target.leg }]
  return []
}

function farewells(call: Call, reason: EndReason, at: Instant): CallFact[] {
  const how =
    reason === 'agentHungUp'
      ? 'hungUp'
      : reason === 'partnerHungUp'
        ? 'partnerHungUp'
        : reason === 'callerHungUp'
          ? 'callerHungUp'
          : 'lost'
  switch (call.state) {
    case 'offering':
      return [
        { type: 'call.offerEnded', call: call.id, offer: call.offer, agent: call.agent, outcome: 'cancelled', at },
      ]
    case 'talking':
      return [agentLeftFact(call, how, at)]
    case 'consulting':
    case 'threeWay':
      return [partyLeftFact(call, call.target, at, 'cancelled'), agentLeftFact(call, how, at)]
    case 'transferring':
    case 'handedOver':
      return [partyLeftFact(call, call.target, at, 'cancelled')]
    case 'greeting':
    case 'waiting':
    case 'ended':
      return []
  }
}

function newsOfEnd(call: Call): DeskNews[] {
  switch (call.state) {
    case 'offering':
      return [{ tell: 'offerEnded', offer: call.offer, agent: call.agent, outcome: 'cancelled' }]
    case 'talking':
      return [freed(call, call.agent, true)]
    case 'consulting':
      return [freed(call, call.agent, true), ...partyFreed(call, call.target, false)]
    case 'threeWay':
      return [freed(call, call.agent, true), ...partyFreed(call, call.target, true)]
    case 'transferring':
    case 'handedOver':
      return partyFreed(call, call.target, false)
    case 'greeting':
    case 'waiting':
    case 'ended':
      return []
  }
}
