/**
 * The hall as the ACD sees it: who waits, who is ready, who has what. A value: each change answers a new board.
 * One discipline so far: callers by arrival (those put in front first), agents by longest idle. Ties end on the id.
 */
import type { AgentId, CallId, Instant, OfferId, QueueId } from '#kernel'
import type { Agent } from './agent.ts'
import { drop, entries, find, first, type Order, put, type Tree } from './tree.ts'

export type WaitingCall = {
  readonly call: CallId
  readonly queue: QueueId
  readonly since: Instant
  readonly front: boolean
}
type ReadyAgent = { readonly agent: AgentId; readonly since: Instant }

export type Board = {
  readonly agents: Tree<AgentId, Agent>
  readonly calls: Tree<CallId, WaitingCall>
  readonly waiting: Tree<QueueId, Tree<WaitingCall, true>>
  readonly ready: Tree<QueueId, Tree<ReadyAgent, true>>
  /** Who has which lease. */
  readonly offers: Tree<OfferId, { readonly call: CallId; readonly agent: AgentId }>
  /** Offers made by this process; with its epoch they make ids that are never used twice. */
  readonly epoch: number
  readonly made: number
  /** If not, nobody is offered a call: it could not be rung, and who hangs up would not be heard. */
  readonly open: boolean
}

export const emptyBoard = (epoch: number): Board => ({
  agents: null,
  calls: null,
  waiting: null,
  ready: null,
  offers: null,
  epoch,
  made: 0,
  open: true,
})

export const byText: Order<string> = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
/** In front first, then the longest waiting. */
export const byPlace: Order<WaitingCall> = (a, b) =>
  Number(b.front) - Number(a.front) || a.since - b.since || byText(a.call, b.call)
/** The longest idle first. */
export const byIdle: Order<ReadyAgent> = (a, b) => a.since - b.since || byText(a.agent, b.agent)

export const agentOf = (board: Board, id: AgentId): Agent | undefined => find(board.agents, byText, id)
export const agentsOf = (board: Board): Agent[] => [...entries(board.agents)].map(([, agent]) => agent)
export const waitingIn = (board: Board, queue: QueueId): WaitingCall[] =>
  [...entries(find(board.waiting, byText, queue) ?? null)].map(([call]) => call)
export const queuesWaiting = (board: Board): [QueueId, number][] =>
  [...entries(board.waiting)].map(([queue, calls]) => [queue, [...entries(calls)].length])

/** Replaces an agent and keeps the ready lists right: ready, logged in, phone reachable, or in none of them. */
export function withAgent(board: Board, agent: Agent): Board {
  const before = agentOf(board, agent.id)
  let { ready } = board
  const was = before && readyAs(before)
  if (before && was) for (const queue of before.queues) ready = remove(ready, queue, byIdle, was)
  const is = readyAs(agent)
  if (is) for (const queue of agent.queues) ready = insert(ready, queue, byIdle, is)
  return { ...board, ready, agents: put(board.agents, byText, agent.id, agent) }
}

const readyAs = (agent: Agent): ReadyAgent | undefined =>
  agent.status.state === 'ready' && agent.phone === 'reachable'
    ? { agent: agent.id, since: agent.status.since }
    : undefined

export function withWaiting(board: Board, call: WaitingCall): Board {
  const clean = withoutWaiting(board, call.call)
  return {
    ...clean,
    calls: put(clean.calls, byText, call.call, call),
    waiting: insert(clean.waiting, call.queue, byPlace, call),
  }
}

export function withoutWaiting(board: Board, id: CallId): Board {
  const call = find(board.calls, byText, id)
  if (!call) return board
  return { ...board, calls: drop(board.calls, byText, id), waiting: remove(board.waiting, call.queue, byPlace, call) }
}

export const withOffer = (board: Board, offer: OfferId, call: CallId, agent: AgentId): Board => ({
  ...board,
  made: board.made + 1,
  offers: put(board.offers, byText, offer, { call, agent }),
})
export const withoutOffer = (board: Board, offer: OfferId): Board => ({
  ...board,
  offers: drop(board.offers, byText, offer),
})
export const offerOf = (board: Board, offer: OfferId) => find(board.offers, byText, offer)

/** The agent who has been idle longest in this queue. */
export const bestAgent = (board: Board, queue: QueueId): AgentId | undefined =>
  first(find(board.ready, byText, queue) ?? null)?.key.agent

/** The caller who comes first among these queues. */
export function nextCaller(board: Board, queues: readonly QueueId[]): WaitingCall | undefined {
  let best: WaitingCall | undefined
  for (const queue of queues) {
    const head = first(find(board.waiting, byText, queue) ?? null)?.key
    if (head && (!best || byPlace(head, best) < 0)) best = head
  }
  return best
}

const insert = <M>(lists: Tree<QueueId, Tree<M, true>>, queue: QueueId, order: Order<M>, member: M) =>
  put(lists, byText, queue, put(find(lists, byText, queue) ?? null, order, member, true))
const remove = <M>(lists: Tree<QueueId, Tree<M, true>>, queue: QueueId, order: Order<M>, member: M) =>
  put(lists, byText, queue, drop(find(lists, byText, queue) ?? null, order, member))
