/**
 * What one event costs the ACD core with a full hall: all agents busy, callers waiting. One round is a whole turn of an agent: freed,
 * offered the next call, accepted; and a new caller comes, so the hall stays full. Ten times the size should cost little more
 * (O(log n)); ten times more would be a re-sort.
 */
import { agentOf, type Board, emptyBoard, happen, withAgent } from '#acd/core'
import { type AgentId, type CallId, type Instant, type OfferId, type QueueId, type TicketNo, toInstant } from '#kernel'
import { median } from '../lab/figures.ts'

export type AcdFigures = { readonly waiting: number; readonly agents: number; readonly eventUs: number }

const queues = ['a', 'b', 'c', 'd', 'e', 'f'] as unknown as readonly QueueId[]
const eventsARound = 3

export function measureAcd(
  sizes: readonly (readonly [waiting: number, agents: number])[],
  rounds: number,
): AcdFigures[] {
  return sizes.map(([waiting, agents]) => {
    const hall = fullHall(waiting, agents)
    turns(hall, rounds / 4) // for the compiler
    const times = Array.from({ length: 5 }, () => turns(hall, rounds))
    return { waiting, agents, eventUs: (median(times) * 1000) / (rounds * eventsARound) }
  })
}

type Hall = { board: Board; at: number; came: number; readonly busy: AgentId[] }

function fullHall(waiting: number, agents: number): Hall {
  const hall: Hall = { board: emptyBoard(1), at: 1, came: 0, busy: [] }
  for (let n = 0; n < agents; n++) {
    const id = `${2001 + n}` as AgentId
    const status = { state: 'busy', since: instant(hall), call: `before-${n}` as CallId } as const
    hall.board = withAgent(hall.board, {
      ...{ id, seat: null, status, phone: 'reachable', afterwards: 'ready', answered: [] },
      // Each agent serves three of the six queues.
      queues: queues.filter((_, index) => (index + n) % 2 === 0),
    })
    hall.busy.push(id)
  }
  for (let n = 0; n < waiting; n++) arrive(hall)
  return hall
}

/** Returns how long it took, ms. */
function turns(hall: Hall, rounds: number): number {
  const begun = performance.now()
  for (let round = 0; round < rounds; round++) {
    const agent = hall.busy[round % hall.busy.length] as AgentId
    const status = agentOf(hall.board, agent)?.status
    if (status?.state !== 'busy') throw new Error(`agent ${agent} is ${status?.state}`)
    const ticket = 'CZ' as TicketNo
    const freed = happen(hall.board, {
      type: 'agentFreed',
      agent,
      call: status.call,
      ticket,
      wrapUpMs: 0,
      at: instant(hall),
    })
    const order = freed.orders[0]
    if (order?.do !== 'offerCall') throw new Error('a freed agent was offered nothing, with callers waiting')
    hall.board = freed.board
    accept(hall, order.offer, agent)
    arrive(hall)
  }
  return performance.now() - begun
}

function accept(hall: Hall, offer: OfferId, agent: AgentId): void {
  hall.board = happen(hall.board, { type: 'offerEnded', offer, agent, outcome: 'accepted', at: instant(hall) }).board
}

function arrive(hall: Hall): void {
  const n = hall.came++
  const call = `node1-${1_700_000_000 + n}.${n}` as CallId
  const queue = queues[n % queues.length] as QueueId
  const at = instant(hall)
  hall.board = happen(hall.board, { type: 'callWaiting', call, queue, since: at, front: false, at }).board
}

const instant = (hall: Hall): Instant => toInstant(hall.at++)
