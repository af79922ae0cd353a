/** Takes up the state that the journal kept: calls, agents, papers and the queue, in their old order. */
import {
  type Agent,
  agentOf,
  agentsOf,
  type Directory,
  type Sittings,
  satDown,
  withAgent,
  withOffer,
  withWaiting,
} from '#acd/core'
import { type Call, legsOf, type Place, type Serial } from '#calls/core'
import type { Journal } from '#journal'
import type { CallId, Instant, LegId, SeatId } from '#kernel'
import { emptyHall, type Given, type HallState, type Leaving, type Paper } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'

export function restoreHall(
  journal: Pick<Journal, 'epoch' | 'kept'>,
  directory: Directory,
  legs: LegRegister,
  given?: Given,
): HallState {
  const hall = emptyHall(journal.epoch)
  hall.board = { ...hall.board, open: false } // until we have looked
  if (given) {
    hall.serial = given.serial
    hall.given = given.tickets
  }
  for (const [key, value] of journal.kept) {
    if (key === 'serial') hall.serial = value as Serial
    else if (key === 'asterisk') hall.asterisk = value as string
    else if (key.startsWith('place:')) hall.places.set(key.slice('place:'.length) as CallId, value as Place)
    else if (key.startsWith('sat:')) hall.sittings.set(key.slice('sat:'.length) as SeatId, value as Sittings)
    else if (key.startsWith('paper:')) keepPaper(hall, value as Paper)
    else if (key.startsWith('agent:')) hall.board = withAgent(hall.board, value as Agent)
    else if (key.startsWith('call:')) restoreCall(hall, value as Call, legs)
    else if (key.startsWith('leaving:'))
      restoreLeaving(hall, key.slice('leaving:'.length) as CallId, value as Leaving | LegId, legs)
  }
  for (const agent of agentsOf(hall.board)) rememberSitting(hall, agent)
  followDirectory(hall, directory)
  return hall
}

/** A journal of a version that did not keep who sat where: known is, that the agent sat there when last heard of. */
function rememberSitting({ sittings }: HallState, { id, seat, status }: Agent): void {
  if (seat === null || status.state === 'loggedOut') return
  const known = sittings.get(seat) ?? []
  if (!known.some(({ agent, until }) => agent === id && until === null))
    sittings.set(seat, satDown(known, id, status.since))
}

/** New people come in logged out; who is known keeps the state and gets the queues of now. */
export function followDirectory(hall: HallState, { agents }: Directory): void {
  for (const { id, queues } of agents) {
    const known = agentOf(hall.board, id)
    if (known && known.queues.join() === queues.join()) continue
    hall.board = withAgent(
      hall.board,
      known
        ? { ...known, queues }
        : {
            id,
            seat: null,
            queues,
            status: { state: 'loggedOut' },
            afterwards: 'ready',
            phone: 'unreachable',
            answered: [],
          },
    )
  }
}

function keepPaper(hall: HallState, paper: Paper): void {
  hall.papers.set(paper.call.ticket, paper)
  if (paper.call.state === 'ended') hall.closing.add(paper.call.ticket)
}

function restoreCall(hall: HallState, call: Call, legs: LegRegister): void {
  hall.calls.set(call.id, call)
  for (const leg of legsOf(call)) legs.addLeg(leg, call.id)
  if (call.state === 'waiting')
    hall.board = withWaiting(hall.board, { call: call.id, queue: call.queue, since: call.since, front: call.front })
  if (call.state === 'offering') hall.board = withOffer(hall.board, call.offer, call.id, call.agent)
}

/** Known as one of ours whose call is over: found in Asterisk, it is hung up, and not taken for a caller who has just come. */
function restoreLeaving(hall: HallState, call: CallId, kept: Leaving | LegId, legs: LegRegister): void {
  const leaving = typeof kept === 'string' ? { leg: kept, since: 0 as Instant } : kept // a journal of before: its leg alone
  hall.leaving.set(call, leaving)
  legs.addLeg(leaving.leg, call)
}
