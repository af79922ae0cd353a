/**
 * What happens in the hall. Every event is answered with a new board, facts, and orders for the switchboard.
 * The lease of an offer ends here exactly once: a second ending finds no lease and changes nothing.
 */
import type { DeskNews } from '#calls/core'
import { type AgentId, after, type CallId, type Instant, type QueueId, type TicketNo } from '#kernel'
import type { Agent, AgentFact, AgentStatus, NotReadyReason } from './agent.ts'
import { agentOf, type Board, offerOf, withAgent, withoutOffer, withoutWaiting, withWaiting } from './board.ts'
import { type DeskOrder, type DeskStep, unchanged } from './desk-step.ts'
import { serveAgent, serveAll, serveQueue } from './match.ts'

export type HallEvent =
  | { type: 'callWaiting'; call: CallId; queue: QueueId; since: Instant; front: boolean; at: Instant }
  | { type: 'callGone'; call: CallId; at: Instant }
  | ({ type: 'offerEnded'; at: Instant } & Omit<Extract<DeskNews, { tell: 'offerEnded' }>, 'tell'>)
  | { type: 'agentTaken'; agent: AgentId; call: CallId; at: Instant }
  /** The safety net has put a caller through to the agent's phone; and that is over, with nothing to write up. */
  | { type: 'takenInNet'; agent: AgentId; call: CallId; at: Instant }
  | { type: 'partedInNet'; agent: AgentId; at: Instant }
  | { type: 'agentFreed'; agent: AgentId; call: CallId; ticket: TicketNo; wrapUpMs: number; at: Instant }
  | { type: 'wrapUpOver'; agent: AgentId; call: CallId; at: Instant }
  | { type: 'phoneChanged'; agent: AgentId; phone: Agent['phone']; at: Instant }
  /** Asterisk is away; and we hear it again, and know what has become of our calls. */
  | { type: 'closed' }
  | { type: 'opened'; at: Instant }

export function happen(board: Board, event: HallEvent): DeskStep {
  switch (event.type) {
    case 'callWaiting':
      return serveQueue(withWaiting(board, event), event.queue, event.at)
    case 'callGone':
      return unchanged(withoutWaiting(board, event.call))
    case 'offerEnded':
      return offerEnded(board, event)
    case 'agentTaken':
      return agentTaken(board, event)
    case 'takenInNet':
      return takenInNet(board, event)
    case 'partedInNet':
      return partedInNet(board, event)
    case 'agentFreed':
      return agentFreed(board, event)
    case 'wrapUpOver':
      return wrapUpOver(board, event.agent, event.call, event.at)
    case 'phoneChanged':
      return phoneChanged(board, event)
    case 'closed':
      return unchanged({ ...board, open: false })
    case 'opened':
      return serveAll(board, event.at)
  }
}

type WrapUp = Extract<AgentStatus, { state: 'wrapUp' }>
type Ending = Extract<HallEvent, { type: 'offerEnded' }>

function offerEnded(board: Board, event: Ending): DeskStep {
  const lease = offerOf(board, event.offer)
  const agent = lease && agentOf(board, lease.agent)
  if (!lease || !agent) return unchanged(board)
  const free = withoutOffer(board, event.offer)
  if (agent.status.state !== 'offered' || agent.status.offer !== event.offer) return unchanged(free)
  const { readySince, call } = agent.status
  const back = (status: AgentStatus, facts: readonly AgentFact[] = []): DeskStep =>
    add(serveAgent(withAgent(free, { ...agent, status }), agent.id, event.at), facts)
  const stop = (reason: NotReadyReason) =>
    back({ state: 'notReady', since: event.at, reason }, [
      { type: 'agent.notReady', agent: agent.id, reason, at: event.at },
    ])
  if (event.outcome === 'accepted') return back({ state: 'busy', since: event.at, call })
  if (event.cause === 'unreachable') {
    const away = withAgent(free, { ...agent, phone: 'unreachable', status: { state: 'ready', since: readySince } })
    const told: AgentFact = { type: 'agent.phoneChanged', agent: agent.id, phone: 'unreachable', at: event.at }
    // Wants to work, but the phone is away: comes back by itself with the phone.
    return agent.afterwards === 'ready'
      ? { board: away, facts: [told], orders: [] }
      : add(afterwards(away, { ...agent, phone: 'unreachable' }, event.at), [told])
  }
  // Said while it rang; what became of the offer stands in its own record.
  if (agent.afterwards !== 'ready') return afterwards(free, agent, event.at)
  if (event.outcome === 'cancelled') return back({ state: 'ready', since: readySince })
  switch (event.cause ?? 'noAnswer') {
    case 'busy':
    case 'declined':
      return stop('rejected')
    case 'failed':
      return stop('phoneFailed')
    case 'noAnswer':
      return stop('missed')
  }
}

/** A colleague is rung for a consultation or transfer: not offered anything else meanwhile. */
function agentTaken(board: Board, { agent: id, call, at }: Extract<HallEvent, { type: 'agentTaken' }>): DeskStep {
  const agent = agentOf(board, id)
  return agent && mayBeTaken(agent) ? unchanged(busyWith(board, agent, call, at)) : unchanged(board)
}

function busyWith(board: Board, agent: Agent, call: CallId, at: Instant): Board {
  const afterwards = agent.status.state === 'notReady' ? agent.status.reason : 'ready'
  return withAgent(board, { ...agent, status: { state: 'busy', since: at, call }, afterwards })
}

/** The phone is not reachable for us meanwhile: it talks. */
function takenInNet(board: Board, { agent: id, call, at }: Extract<HallEvent, { type: 'takenInNet' }>): DeskStep {
  const agent = agentOf(board, id)
  const isFree = agent?.status.state === 'ready' || agent?.status.state === 'notReady'
  if (agent && isFree) return unchanged(busyWith(board, agent, call, at))
  if (agent?.status.state !== 'wrapUp') return unchanged(board)
  // Or what is said now would be written on the ticket of the caller before.
  const status = { state: 'busy', since: at, call, before: agent.status.call } as const
  return { board: withAgent(board, { ...agent, status }), ...wrapUpEnded(agent.id, agent.status, at) }
}

function partedInNet(board: Board, { agent: id, at }: Extract<HallEvent, { type: 'partedInNet' }>): DeskStep {
  const agent = agentOf(board, id)
  return agent?.status.state === 'busy' ? afterwards(board, agent, at) : unchanged(board)
}

export const mayBeTaken = (agent: Agent): boolean =>
  agent.phone === 'reachable' && (agent.status.state === 'ready' || agent.status.state === 'notReady')

function agentFreed(
  board: Board,
  { agent: id, call, ticket, wrapUpMs, at }: Extract<HallEvent, { type: 'agentFreed' }>,
): DeskStep {
  const agent = agentOf(board, id)
  if (agent?.status.state !== 'busy' || agent.status.call !== call) return unchanged(board)
  if (wrapUpMs <= 0) return afterwards(board, agent, at)
  const until = after(at, wrapUpMs)
  return {
    board: withAgent(board, { ...agent, status: { state: 'wrapUp', since: at, call, ticket, until } }),
    facts: [{ type: 'call.wrapUpStarted', call, ticket, agent: id, at }],
    orders: [{ do: 'startWrapUp', agent: id, call, until }],
  }
}

/** Also when the time is up; a timer of an earlier call finds another call and changes nothing. */
export function wrapUpOver(board: Board, id: AgentId, call: CallId, at: Instant): DeskStep {
  const agent = agentOf(board, id)
  if (agent?.status.state !== 'wrapUp' || agent.status.call !== call) return unchanged(board)
  const { facts, orders } = wrapUpEnded(id, agent.status, at)
  return add(afterwards(board, agent, at), facts, orders)
}

const wrapUpEnded = (agent: AgentId, { call, ticket }: WrapUp, at: Instant): Pick<DeskStep, 'facts' | 'orders'> => ({
  facts: [{ type: 'call.wrapUpEnded', call, ticket, agent, at }],
  orders: [{ do: 'stopWrapUp', agent, call }],
})

/** What the agent asked for while busy; ready unless told otherwise. */
function afterwards(board: Board, agent: Agent, at: Instant): DeskStep {
  if (agent.afterwards === 'ready') {
    const next = withAgent(board, { ...agent, status: { state: 'ready', since: at } })
    return add(serveAgent(next, agent.id, at), [{ type: 'agent.ready', agent: agent.id, at }])
  }
  const reason = agent.afterwards
  const next = withAgent(board, { ...agent, afterwards: 'ready', status: { state: 'notReady', since: at, reason } })
  return { board: next, facts: [{ type: 'agent.notReady', agent: agent.id, reason, at }], orders: [] }
}

function phoneChanged(board: Board, { agent: id, phone, at }: Extract<HallEvent, { type: 'phoneChanged' }>): DeskStep {
  const agent = agentOf(board, id)
  if (!agent || agent.phone === phone) return unchanged(board)
  const next = withAgent(board, { ...agent, phone })
  const fact = { type: 'agent.phoneChanged', agent: id, phone, at } as const
  if (phone === 'reachable') return add(serveAgent(next, id, at), [fact])
  const { status } = agent
  const orders: DeskOrder[] =
    status.state === 'offered' ? [{ do: 'withdrawOffer', call: status.call, offer: status.offer }] : []
  return { board: next, facts: [fact], orders }
}

const add = (step: DeskStep, facts: DeskStep['facts'], orders: readonly DeskOrder[] = []): DeskStep => ({
  board: step.board,
  facts: [...facts, ...step.facts],
  orders: [...orders, ...step.orders],
})
