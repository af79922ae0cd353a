/** What must hold after every turn, whatever has just gone wrong. */
import { type Agent, agentsOf, type WaitingCall, waitingIn } from '#acd/core'
import type { Call, Offering } from '#calls/core'
import type { NewFact } from '#journal'
import type { AgentId, CallId, Instant, QueueId } from '#kernel'
import { agentsAt, type HallState } from '../../src/switchboard/hall-state.ts'
import { checkReplay } from './check-replay.ts'
import type { Complain } from './failure.ts'
import type { Running } from './hall.ts'
import { house } from './house.ts'

/** Comparing everything with the journal is dear: once in so many turns, and whenever things have settled. */
const replayEvery = 40

/** When a caller has truly come, by the clock that nobody sets, and how exactly that can be known. */
export type Arrived = { readonly at: number; readonly within: number }
type ArrivalOf = (call: CallId) => Arrived | undefined

/** The checks of one life of the switchboard; they remember who stood in the queue before the turn. */
export function createStepChecks(complain: Complain, arrived: ArrivalOf) {
  let turns = 0
  const places = new Map<CallId, WaitingCall>()
  let stood: readonly WaitingCall[] = []

  return (facts: readonly NewFact[], { board, journal }: Running): void => {
    const { hall } = board
    const held = callsByAgent(hall)
    const hasRungBack = (id: CallId): boolean => hall.calls.get(id)?.again !== undefined
    for (const agent of agentsOf(hall.board)) oneThingAtATime(agent, held.get(agent.id) ?? [], complain)
    seatsAreTakenOnce(hall, complain)
    const now = house.queues.flatMap(({ id }) => waitingIn(hall.board, id))
    for (const { id } of house.queues) queueIsRight(hall, id, now, complain)
    for (const fact of facts) {
      const call = fact.type === 'call.offered' ? hall.calls.get(fact.call as CallId) : undefined
      if (call?.state === 'offering') firstComeFirstServed(call, stood, now, arrived, hasRungBack, complain)
    }
    for (const fact of facts) if (fact.type === 'call.queued') places.set(fact.call as CallId, placeOf(fact))
    for (const one of now) keepsItsPlace(one, places, complain)
    stood = now
    turns += 1
    if (turns % replayEvery === 0) checkReplay(hall, journal, complain)
  }
}

/** Whoever stood before the one who is rung, and still stands, has been passed over. */
function firstComeFirstServed(
  rung: Offering,
  before: readonly WaitingCall[],
  now: readonly WaitingCall[],
  arrived: ArrivalOf,
  hasRungBack: (call: CallId) => boolean,
  complain: Complain,
): void {
  // His place is older than his call; `queueIsRight` judges it.
  if (hasRungBack(rung.id)) return
  const place = { call: rung.id, queue: rung.queue, since: rung.since, front: rung.front }
  const passed = before.find(
    (one) =>
      one.queue === rung.queue &&
      !hasRungBack(one.call) &&
      stoodBefore(one, place, arrived) &&
      now.some(({ call, front }) => call === one.call && front === one.front),
  )
  if (passed) complain('first come, first served', `${rung.id} is rung, ${JSON.stringify(passed)} came before`)
}

/** Said again here, for the board's own order may be what is wrong. */
function stoodBefore(a: WaitingCall, b: WaitingCall, arrived: ArrivalOf): boolean {
  if (a.front !== b.front) return a.front
  if (a.front) return a.since < b.since
  const [one, other] = [arrived(a.call), arrived(b.call)]
  return one !== undefined && other !== undefined && other.at - one.at > one.within + other.within
}

const placeOf = (queued: NewFact): WaitingCall => ({
  call: queued.call as CallId,
  queue: queued.queue as QueueId,
  since: queued.since as Instant,
  front: queued.front === true,
})

/** From the moment of joining the queue to the next: whatever offers fail meanwhile. */
function keepsItsPlace(one: WaitingCall, places: Map<CallId, WaitingCall>, complain: Complain): void {
  const before = places.get(one.call) ?? one
  places.set(one.call, before)
  if (before.since !== one.since || before.front !== one.front)
    complain('a place is kept', `${JSON.stringify(one)}, before ${JSON.stringify(before)}`)
}

function callsByAgent(hall: Readonly<HallState>): Map<AgentId, Call[]> {
  const held = new Map<AgentId, Call[]>()
  for (const call of hall.calls.values()) {
    for (const agent of agentsAt(call)) held.set(agent, [...(held.get(agent) ?? []), call])
  }
  return held
}

function oneThingAtATime({ id, status }: Agent, calls: readonly Call[], complain: Complain): void {
  const told = `${id} is ${JSON.stringify(status)} with ${calls.map((call) => `${call.state} ${call.id}`).join(', ')}`
  if (calls.length > 1) complain('an agent has at most one call', told)
  const [call] = calls
  const isRung = call?.state === 'offering'
  if ((status.state === 'offered') !== isRung) complain('offered is who is rung', told)
  if (status.state === 'offered' && call?.state === 'offering' && call.offer !== status.offer)
    complain('offered is who is rung', told)
  if ((status.state === 'busy') !== (call !== undefined && !isRung)) complain('busy is who has a call', told)
  if (status.state === 'busy' && call && status.call !== call.id) complain('busy is who has a call', told)
}

function seatsAreTakenOnce(hall: Readonly<HallState>, complain: Complain): void {
  const seats = agentsOf(hall.board).flatMap(({ seat }) => seat ?? [])
  if (new Set(seats).size < seats.length) complain('a seat has one agent', seats.join(' '))
}

function queueIsRight(
  hall: Readonly<HallState>,
  queue: QueueId,
  standing: readonly WaitingCall[],
  complain: Complain,
): void {
  const inQueue = standing.filter((one) => one.queue === queue).map(({ call }) => call)
  const calls = [...hall.calls.values()].filter((call) => call.queue === queue && call.state === 'waiting')
  if (inQueue.length !== calls.length || inQueue.some((id) => hall.calls.get(id)?.state !== 'waiting'))
    complain('who waits stands in the queue', `${inQueue.join(' ')} / ${calls.map(({ id }) => id).join(' ')}`)
  const [head] = inQueue
  if (!head) return
  const idle = agentsOf(hall.board).find(
    ({ status, phone, queues }) => status.state === 'ready' && phone === 'reachable' && queues.includes(queue),
  )
  if (idle && hall.board.open) complain('nobody waits while an agent is ready', `${head} waits, ${idle.id} is ready`)
}
