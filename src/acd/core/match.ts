/** Brings a caller and an agent together. Same board, same answer. */
import type { AgentId, CallId, Instant, OfferId, QueueId } from '#kernel'
import {
  agentOf,
  type Board,
  bestAgent,
  nextCaller,
  queuesWaiting,
  withAgent,
  withOffer,
  withoutWaiting,
} from './board.ts'
import type { DeskOrder, DeskStep } from './desk-step.ts'
import { unchanged } from './desk-step.ts'

/** A caller has come to this queue: is somebody ready? */
export function serveQueue(board: Board, queue: QueueId, at: Instant): DeskStep {
  const agent = bestAgent(board, queue)
  const caller = nextCaller(board, [queue])
  return agent && caller ? offer(board, caller.call, agent, at) : unchanged(board)
}

/** An agent has become ready: does somebody wait? */
export function serveAgent(board: Board, id: AgentId, at: Instant): DeskStep {
  const agent = agentOf(board, id)
  if (agent?.status.state !== 'ready' || agent.phone !== 'reachable') return unchanged(board)
  const caller = nextCaller(board, agent.queues)
  return caller ? offer(board, caller.call, id, at) : unchanged(board)
}

/** The hall opens: whoever can be brought together is, callers in their order over all queues. */
export function serveAll(closed: Board, at: Instant): DeskStep {
  let board: Board = { ...closed, open: true }
  const orders: DeskOrder[] = []
  for (;;) {
    const staffed = queuesWaiting(board).flatMap(([queue]) => (bestAgent(board, queue) ? [queue] : []))
    const caller = nextCaller(board, staffed)
    if (!caller) return { board, facts: [], orders }
    const step = serveQueue(board, caller.queue, at)
    if (step.orders.length === 0) return { board, facts: [], orders }
    board = step.board
    orders.push(...step.orders)
  }
}

function offer(board: Board, call: CallId, id: AgentId, at: Instant): DeskStep {
  const agent = agentOf(board, id)
  if (!board.open || agent?.status.state !== 'ready') return unchanged(board)
  const lease = `${call}~${board.epoch}.${board.made + 1}` as OfferId
  const offered = { state: 'offered', since: at, offer: lease, call, readySince: agent.status.since } as const
  const next = withAgent(withOffer(withoutWaiting(board, call), lease, call, id), {
    ...agent,
    status: offered,
    afterwards: 'ready',
  })
  return { board: next, facts: [], orders: [{ do: 'offerCall', call, offer: lease, agent: id }] }
}
