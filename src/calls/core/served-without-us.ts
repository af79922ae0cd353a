/** A call that ended while the switchboard was away, in the dialplan's safety net or before it was heard of: told afterwards. */
import type { AgentId, Instant, LegId, SeatId } from '#kernel'
import { accept } from './accept.ts'
import type { Base, Call } from './call.ts'
import { end, freed } from './endings.ts'
import type { LegEnd } from './events.ts'
import type { CallFact } from './facts.ts'
import { leaveToNet } from './in-net.ts'
import { nextLeg, type Step } from './step.ts'

export type Service = {
  /** Where the phone rang that was answered, and who sat there then, if that is known; null: nobody answered. */
  readonly answer: { readonly seat: SeatId; readonly agent: AgentId | null; readonly at: Instant } | null
  readonly endedAt: Instant
  readonly endedBy: 'caller' | 'agent'
  /** If not, the caller has only heard it ring. */
  readonly inNet: boolean
}

/** When what was under way has ended without us: legs of which it is known, and everything else. */
export type Unwatched = { readonly at: Instant; readonly legEnds: ReadonlyMap<LegId, LegEnd> }

/**
 * `call`: a call that we had taken in before we went away, or a caller whom we never saw. Facts carry the times of then; who had been with
 * the caller before was no more when the net took him (`unwatched`).
 */
export function servedWithoutUs(
  call: Call | Base,
  { answer, endedAt, endedBy, inNet }: Service,
  unwatched?: Unwatched,
): Step {
  const { call: now, ...before } =
    'state' in call
      ? leaveToNet(call, earliest(unwatched?.at, answer?.at, endedAt), unwatched?.legEnds)
      : accept({ ...call, manner: { answer: 'onArrival' } }, call.arrivedAt)
  const facts: CallFact[] = [
    ...before.facts,
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
  const alsoFreed = answer?.agent ? [freed(now, answer.agent, true)] : []
  const isKnown = 'state' in call
  return {
    ...ended,
    effects: isKnown ? [...before.effects, ...ended.effects] : ended.effects,
    news: [...(isKnown ? before.news : []), ...ended.news, ...alsoFreed],
  }
}

const earliest = (...moments: readonly (Instant | undefined)[]): Instant =>
  Math.min(...moments.filter((moment) => moment !== undefined)) as Instant
