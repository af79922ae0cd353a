/** What agents and the hall see of the moment, made from the state; sent when it has changed. */
import {
  type Agent,
  type AgentView,
  agentOf,
  agentsOf,
  type CallView,
  type Directory,
  type HallView,
  queuesWaiting,
} from '#acd/core'
import type { Call, Party } from '#calls/core'
import type { AgentId, Instant } from '#kernel'
import { callOfAgent, type HallState, type Paper, talksInNet } from './hall-state.ts'

export function agentView(hall: HallState, directory: Directory, savedCentrally: boolean, agent: Agent): AgentView {
  const call = callOfAgent(hall, agent.id)
  const ticket = agent.status.state === 'wrapUp' ? agent.status.ticket : undefined
  const live = call && hall.calls.get(call)
  const paper = live ? hall.papers.get(live.ticket) : ticket && hall.papers.get(ticket)
  const inNet = talksInNet(hall, agent)
  const shown = inNet && live ? talking(live) : live
  return {
    agent: agent.id,
    name: directory.agents.find(({ id }) => id === agent.id)?.name ?? agent.id,
    seat: agent.seat,
    status: agent.status,
    afterwards: agent.afterwards,
    // It talks, though not with us.
    phone: inNet ? 'reachable' : agent.phone,
    call: paper ? callView(ticket ? ended(paper.call) : (shown ?? paper.call), paper, directory) : null,
    savedCentrally,
  }
}

/** Whoever writes up a call that goes on without them (hand-over) sees it as over. */
const ended = (call: Call): Call => ({ ...call, state: 'ended', reason: 'callerHungUp' }) as Call

/** A caller of ours whom the safety net has put through to an agent. */
const talking = (call: Call): Call => ({ ...call, state: 'talking', held: false, muted: false }) as Call

function callView(call: Call, paper: Paper, directory: Directory): CallView {
  const target = 'target' in call ? call.target : null
  return {
    call: call.id,
    ticket: call.ticket,
    state: call.state,
    callerNumber: call.caller.number,
    callerName: call.caller.name,
    dialled: call.dialled,
    queue: call.queue,
    arrivedAt: call.arrivedAt,
    offer: call.state === 'offering' ? call.offer : null,
    held: call.state === 'talking' && call.held,
    muted: 'muted' in call && call.muted,
    context: call.context ?? null,
    target: target && {
      party: target.party,
      name: partyName(target.party, directory),
      state: target.state,
      side: call.state === 'consulting' ? call.side : 'target',
    },
    lastParty: paper.lastParty,
    ticketFields: paper.fields,
  }
}

const partyName = (party: Party, directory: Directory): string =>
  party.kind === 'line'
    ? (directory.lines.find(({ code }) => code === party.line)?.name ?? party.line)
    : (directory.agents.find(({ id }) => id === party.agent)?.name ?? party.agent)

export function hallView(hall: HallState, at: Instant): HallView {
  const agents = { loggedOut: 0, notReady: 0, ready: 0, offered: 0, busy: 0, wrapUp: 0 }
  for (const agent of agentsOf(hall.board)) agents[agent.status.state] += 1
  return { at, waiting: Object.fromEntries(queuesWaiting(hall.board)), agents }
}

export const viewOf = (
  hall: HallState,
  directory: Directory,
  savedCentrally: boolean,
  id: AgentId,
): AgentView | undefined => {
  const agent = agentOf(hall.board, id)
  return agent && agentView(hall, directory, savedCentrally, agent)
}
