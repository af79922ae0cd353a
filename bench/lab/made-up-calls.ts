/** Calls that nobody made, told by the very core that tells real ones: what the journal and the worker are fed with. */
import {
  accept,
  type Base,
  type Call,
  type CallFact,
  type Happening,
  nextTicketNo,
  type Serial,
  transition,
} from '#calls/core'
import type { Step } from '#journal'
import {
  type AgentId,
  after,
  type CallId,
  type Instant,
  type LegId,
  type OfferId,
  type QueueId,
  toInstant,
} from '#kernel'

/** One after another without end, each step with the facts and the kept state of one event. */
export function* hallInFullSwing(prefix = 'made'): Generator<Step, never> {
  // A day of their own: ticket numbers of today are for calls that are made.
  const firstAt = Date.UTC(2020, 0, 1)
  let serial: Serial | null = null
  for (let n = 0; ; n++) {
    // Twenty a second, as a hall of 200 is never asked to do.
    const at = toInstant(firstAt + n * 50)
    const numbered = nextTicketNo(serial, at)
    serial = numbered.serial
    yield* wholeCall(baseOf(`${prefix}-${n}`, numbered.ticket, at), `${2001 + (n % 200)}` as AgentId, at)
  }
}

/** Accepted, offered, answered, hung up by the caller a minute later. */
export function* wholeCall(base: Base, agent: AgentId, at: Instant): Generator<Step> {
  const begun = accept(base, at)
  yield stepOf(begun.call, begun.facts)
  let call = begun.call
  const offer = `${call.id}~1.1` as OfferId
  const agentLeg = `${call.id}-1` as LegId
  const happenings: Happening[] = [
    { type: 'offered', call: call.id, offer, agent, at: after(at, 5) },
    { type: 'legAnswered', call: call.id, leg: agentLeg, at: after(at, 4_000) },
    { type: 'legLeft', call: call.id, leg: call.caller.leg, cause: 'normal', at: after(at, 64_000) },
  ]
  for (const event of happenings) {
    const next = transition(call, event)
    if (next.facts.length === 0) throw new Error(`${event.type} changed nothing in ${call.state}`)
    call = next.call
    yield stepOf(call, next.facts)
  }
}

const stepOf = (call: Call, facts: readonly CallFact[]): Step => ({
  facts,
  keep: { [`call:${call.id}`]: call.state === 'ended' ? null : call },
})

const baseOf = (id: string, ticket: Base['ticket'], at: Instant): Base => ({
  id: id as CallId,
  ticket,
  caller: { leg: id as LegId, number: '13812345678', name: '' },
  dialled: '12345',
  queue: 'bench' as QueueId,
  arrivedAt: at,
  made: 0,
  answered: false,
  manner: { answer: 'onAgent' },
})
