/** A call that ended while the switchboard was away, in the dialplan's safety net or before it was heard of: told afterwards. */
import type { AgentId, Instant, SeatId } from '#kernel'
import { accept } from './accept.ts'
import type { Base, Call } from './call.ts'
import { end, freed } from './endings.ts'
import type { CallFact } from './facts.ts'
import { nextLeg, type Step } from './step.ts'

export type Service = {
  /** Where the phone rang that was answered, and who sat there then, if that is known; null: nobody answered. */
  readonly answer: { readonly seat: SeatId; readonly agent: AgentId | null; readonly at: Instant } | null
  readonly endedAt: Instant
  readonly endedBy: 'caller' | 'agent'
  /** If not, the caller has only heard it ring. */
  readonly inNet: boolean
}

/** `call`: a call that we had taken in before we went away, or a caller whom we never saw. Facts carry the times of then. */
export function servedWithoutUs(call: Call | Base, { answer, endedAt, endedBy, inNet }: Service): Step {
  const known = 'state' in call
  const born = known ? null : accept({ ...call, manner: { answer: 'onArrival' } }, call.arrivedAt)
  const now = known ? call : born?.call
  if (!now) throw new Error('a call that is neither known nor born')
  const facts: CallFact[] = [
    ...(born?.facts ?? []),
    {
      type: 'call.recovered',
      call: now.id,
      state: answer ? `safetyNet:${answer.seat}` : inNet ? 'safetyNet' : 'unheard',
      missed: 0,
      at: answer?.at ?? endedAt,
    },
  ]
  if (answer) {
    const { seat, agent, at } = answer
    const leg = nextLeg(now)
    const how = endedBy === 'agent' ? 'hungUp' : 'callerHungUp'
    const who = agent === null ? {} : { agent }
    facts.push({ type: 'call.connected', call: now.id, ...who, leg, seat, at })
    facts.push({ type: 'call.agentLeft', call: now.id, ...who, leg, how, at: endedAt })
  }
  const reason = answer ? (endedBy === 'agent' ? 'agentHungUp' : 'callerHungUp') : 'abandonedWaiting'
  const ended = end(now, reason, endedAt, now.caller.leg, facts)
  // Heard only where the agent is known to be busy with this call, because we were back before its end.
  return answer?.agent ? { ...ended, news: [...ended.news, freed(now, answer.agent, true)] } : ended
}
