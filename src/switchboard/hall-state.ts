/** Everything that the switchboard knows of the moment; changed only by a turn (turn.ts). */
import { type Agent, agentOf, type Board, emptyBoard, type Sittings } from '#acd/core'
import {
  type Call,
  nextTicketNo,
  type Party,
  type PartyResult,
  type Place,
  type Serial,
  type TicketFields,
} from '#calls/core'
import type { AgentId, CallId, Instant, LegId, SeatId, TicketNo } from '#kernel'

/** What is shown and written of a call beside its state; outlives the call until the last wrap-up ends. */
export type Paper = {
  readonly call: Call
  /** Who has had the call, and so may write its ticket. */
  readonly agents: readonly AgentId[]
  readonly fields: TicketFields
  readonly lastParty: { readonly party: Party; readonly result: PartyResult } | null
}

/** `since`: when its call was over. */
export type Leaving = { readonly leg: LegId; readonly since: Instant }

export type HallState = {
  board: Board
  readonly calls: Map<CallId, Call>
  readonly papers: Map<TicketNo, Paper>
  /** Papers whose call has ended; thrown away when nobody writes on them any more. */
  readonly closing: Set<TicketNo>
  /**
   * Callers whose call is over, by the call, for as long as they may still be seen: our order to hang up may have to be given again, and
   * the safety net may have written down an end that we have heard of.
   */
  readonly leaving: Map<CallId, Leaving>
  /** Of callers whom the death of Asterisk has cut, by the call that was cut. */
  readonly places: Map<CallId, Place>
  /** Who has sat at each seat. */
  readonly sittings: Map<SeatId, Sittings>
  serial: Serial | null
  /** Tickets of calls that are older than the journal. */
  given: ReadonlyMap<CallId, TicketNo>
  /** The run of Asterisk that our calls belong to, by its startup time. */
  asterisk: string | null
}

export const emptyHall = (epoch: number): HallState => ({
  board: emptyBoard(epoch),
  calls: new Map(),
  papers: new Map(),
  closing: new Set(),
  leaving: new Map(),
  places: new Map(),
  sittings: new Map(),
  serial: null,
  given: new Map(),
  asterisk: null,
})

/** Agents who have this call before them: the one who has it, one who is rung for it, a consulted colleague. */
export function agentsAt(call: Call): AgentId[] {
  switch (call.state) {
    case 'offering':
    case 'talking':
      return [call.agent]
    case 'consulting':
    case 'threeWay':
      return call.target.party.kind === 'agent' ? [call.agent, call.target.party.agent] : [call.agent]
    case 'transferring':
    case 'handedOver':
      return call.target.party.kind === 'agent' ? [call.target.party.agent] : []
    case 'greeting':
    case 'waiting':
    case 'ended':
      return []
  }
}

/** Busy with a call that the agent does not have from us: it is the safety net's. */
export function talksInNet({ calls }: Pick<HallState, 'calls'>, { id, status }: Agent): boolean {
  if (status.state !== 'busy') return false
  const call = calls.get(status.call)
  return !call || !agentsAt(call).includes(id)
}

/** The call that an agent is offered, has, or writes up. */
export function callOfAgent(hall: HallState, id: AgentId): CallId | undefined {
  const status = agentOf(hall.board, id)?.status
  return status && 'call' in status ? status.call : undefined
}

/** Whether the ticket of this call may be written by an agent who has had it: it is in hand, or written up. */
export function mayWriteUp({ board }: Pick<HallState, 'board'>, id: AgentId, call: CallId): boolean {
  const status = agentOf(board, id)?.status
  if (!status || !('call' in status)) return false
  return status.call === call || (status.state === 'busy' && status.before === call)
}

/** The leg by which an agent is in a call; not one that only rings. */
export function legOfAgent({ calls }: Pick<HallState, 'calls'>, id: AgentId): LegId | undefined {
  for (const call of calls.values()) {
    if ('agent' in call && call.agent === id && call.state !== 'offering') return call.agentLeg
    if ('target' in call && call.target.party.kind === 'agent' && call.target.party.agent === id) return call.target.leg
  }
  return undefined
}

/** For a call that is new to this journal. To be kept with the call: `serial`. */
export function giveTicket(hall: HallState, call: CallId, at: Instant): TicketNo {
  const given = hall.given.get(call)
  if (given) return given
  const { ticket, serial } = nextTicketNo(hall.serial, at)
  hall.serial = serial
  return ticket
}

/** What is given away already when a journal is new. */
export type Given = { readonly serial: Serial | null; readonly tickets: ReadonlyMap<CallId, TicketNo> }
