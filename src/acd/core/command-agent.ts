/** What an agent asks of the ACD: obeyed, or refused with a reason. */
import { type AgentId, type Instant, ok, type Result, refuse, type SeatId } from '#kernel'
import type { Agent, AgentFact, AgentStatus, NotReadyReason } from './agent.ts'
import { agentOf, agentsOf, type Board, withAgent } from './board.ts'
import type { AgentCommand, AgentRefusal } from './desk.ts'
import type { DeskStep } from './desk-step.ts'
import { wrapUpOver } from './hall.ts'
import { serveAgent } from './match.ts'

/** What logging in needs besides the command, looked up by the shell. */
export type LogIn = { name: string; seatKnown: boolean; phone: Agent['phone'] }
export type AskedAgent = Exclude<AgentCommand, { name: 'writeTicket' }>
type Commanded = Result<DeskStep, AgentRefusal>

export function commandAgent(board: Board, id: AgentId, command: AskedAgent, at: Instant, logIn: LogIn): Commanded {
  const agent = agentOf(board, id)
  if (!agent) return refuse('agentUnknown')
  if (command.name === 'logIn') return logInAt(board, agent, command.seat, at, logIn)
  const { status } = agent
  if (status.state === 'loggedOut') return refuse('notLoggedIn')
  switch (command.name) {
    case 'logOut':
      return logOut(board, agent, at)
    case 'ready':
      return beReady(board, agent, at)
    case 'notReady':
      return beNotReady(board, agent, command.reason, at)
    case 'endWrapUp':
      return status.state === 'wrapUp' ? ok(wrapUpOver(board, id, status.call, at)) : refuse('notInWrapUp')
  }
}

function logInAt(board: Board, agent: Agent, seat: SeatId, at: Instant, { name, seatKnown, phone }: LogIn): Commanded {
  if (!seatKnown) return refuse('seatUnknown')
  if (agent.status.state !== 'loggedOut')
    return agent.seat === seat ? ok({ board, facts: [], orders: [] }) : refuse('alreadyLoggedIn')
  if (agentsOf(board).some((other) => other.seat === seat)) return refuse('seatTaken')
  const status: AgentStatus = { state: 'notReady', since: at, reason: 'loggedIn' }
  return ok({
    board: withAgent(board, { ...agent, seat, phone, status, afterwards: 'ready' }),
    facts: [{ type: 'agent.loggedIn', agent: agent.id, seat, name, at }],
    orders: [],
  })
}

function logOut(board: Board, agent: Agent, at: Instant): Commanded {
  if (agent.status.state === 'busy' || agent.status.state === 'offered') return refuse('busyWithCall')
  const closed = withWrapUpClosed(board, agent, at)
  const now = agentOf(closed.board, agent.id) ?? agent
  return ok({
    board: withAgent(closed.board, { ...now, seat: null, status: { state: 'loggedOut' }, afterwards: 'ready' }),
    facts: [...closed.facts, { type: 'agent.loggedOut', agent: agent.id, at }],
    orders: closed.orders,
  })
}

function beReady(board: Board, agent: Agent, at: Instant): Commanded {
  switch (agent.status.state) {
    case 'ready':
      return ok({ board, facts: [], orders: [] })
    case 'offered':
    case 'busy':
      return ok({ board: withAgent(board, { ...agent, afterwards: 'ready' }), facts: [], orders: [] })
    case 'wrapUp':
      return ok(wrapUpOver(withAgent(board, { ...agent, afterwards: 'ready' }), agent.id, agent.status.call, at))
    case 'notReady':
    case 'loggedOut': {
      const next = withAgent(board, { ...agent, status: { state: 'ready', since: at }, afterwards: 'ready' })
      const served = serveAgent(next, agent.id, at)
      return ok({ ...served, facts: [{ type: 'agent.ready', agent: agent.id, at }, ...served.facts] })
    }
  }
}

function beNotReady(board: Board, agent: Agent, reason: NotReadyReason, at: Instant): Commanded {
  switch (agent.status.state) {
    case 'offered':
    case 'busy':
      return ok({ board: withAgent(board, { ...agent, afterwards: reason }), facts: [], orders: [] })
    case 'wrapUp':
      return ok(wrapUpOver(withAgent(board, { ...agent, afterwards: reason }), agent.id, agent.status.call, at))
    case 'ready':
    case 'notReady':
    case 'loggedOut': {
      const fact: AgentFact = { type: 'agent.notReady', agent: agent.id, reason, at }
      const next = withAgent(board, { ...agent, status: { state: 'notReady', since: at, reason } })
      return ok({ board: next, facts: [fact], orders: [] })
    }
  }
}

/** Who logs out in wrap-up has ended it. */
function withWrapUpClosed(board: Board, agent: Agent, at: Instant): DeskStep {
  if (agent.status.state !== 'wrapUp') return { board, facts: [], orders: [] }
  const { call, ticket } = agent.status
  return {
    board,
    facts: [{ type: 'call.wrapUpEnded', call, ticket, agent: agent.id, at }],
    orders: [{ do: 'stopWrapUp', agent: agent.id, call }],
  }
}
