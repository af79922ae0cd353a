/** A call that the dialplan's safety net took, from arrival to end, while the switchboard was away: told afterwards. */
import type { AgentId, Instant } from '#kernel'
import { accept } from './accept.ts'
import type { Base, Call, WithAgent } from './call.ts'
import { agentLeftFact, end } from './endings.ts'
import type { CallFact } from './facts.ts'
import { baseOf, nextLeg, type Step } from './step.ts'

export type Service = {
  /** Where the phone rang that was answered; null: nobody answered. */
  readonly answer: { readonly seat: string; readonly agent: AgentId | null; readonly at: Instant } | null
  readonly endedAt: Instant
  readonly endedBy: 'caller' | 'agent'
}

/** `call`: a call that we had taken in before we went away, or a caller whom we never saw. Facts carry the times of then. */
export function servedWithoutUs(call: Call | Base, { answer, endedAt, endedBy }: Service): Step {
  const known = 'state' in call
  const born = known ? null : accept({ ...call, manner: { answer: 'onArrival' } }, call.arrivedAt)
  const now = known ? call : born?.call
  if (!now) throw new Error('a call that is neither known nor born')
  const facts: CallFact[] = [
    ...(born?.facts ?? []),
    // The seat stands here, for who sat there may not be known any more.
    {
      type: 'call.recovered',
      call: now.id,
      state: answer ? `safetyNet:${answer.seat}` : 'safetyNet',
      missed: 0,
      at: answer?.at ?? endedAt,
    },
  ]
  if (answer?.agent) {
    const { agent, at } = answer
    const leg = nextLeg(now)
    const talking: WithAgent = { ...baseOf(now), agent, agentLeg: leg, bridge: leg as never, since: at, muted: false }
    facts.push({ type: 'call.connected', call: now.id, agent, leg, at })
    facts.push(agentLeftFact(talking, endedBy === 'agent' ? 'hungUp' : 'callerHungUp', endedAt))
  }
  const reason = answer ? (endedBy === 'agent' ? 'agentHungUp' : 'callerHungUp') : 'abandonedWaiting'
  return end(now, reason, endedAt, now.caller.leg, facts)
}
