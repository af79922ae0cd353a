/** What agents ask, through the api process: each command once, however often it is sent. */
import {
  agentOf,
  type DeskCommand,
  type DeskRefusal,
  type DeskReply,
  type Directory,
  mayBeTaken,
  withAgent,
} from '#acd/core'
import { type CallCommand, isOpen, obey, type Party } from '#calls/core'
import type { Journal, Purpose } from '#journal'
import { type AgentId, type CallId, type Clock, limits, ok, type Result, refuse, type SeatId } from '#kernel'
import { gistOf } from './asked-before.ts'
import type { Conductor } from './conductor.ts'
import { callOfAgent, type HallState, mayWriteUp } from './hall-state.ts'
import type { Turn } from './turn.ts'

type Deps = {
  hall: HallState
  conductor: Conductor
  takes: Journal['takes']
  directory: () => Directory
  phoneOf: (seat: SeatId) => 'reachable' | 'unreachable'
  now: Clock
}
type Answer = Result<null, DeskRefusal>

export function createDeskCommands({ hall, conductor, takes, directory, phoneOf, now }: Deps) {
  function obeyDesk(turn: Turn, { agent, call, command, id }: DeskCommand): Answer {
    switch (command.name) {
      case 'logIn':
      case 'logOut':
      case 'ready':
      case 'notReady':
      case 'endWrapUp':
        return conductor.command(
          turn,
          agent,
          command,
          logInFacts(agent, command.name === 'logIn' ? command.seat : null),
        ) as Answer
      case 'writeTicket':
        return writeTicket(turn, agent, command, id)
      default:
        return obeyCall(turn, agent, call ?? callOfAgent(hall, agent), command, id)
    }
  }

  const logInFacts = (agent: AgentId, seat: SeatId | null) => ({
    name: directory().agents.find((known) => known.id === agent)?.name ?? agent,
    seatKnown: directory().seats.some((known) => known.id === seat),
    phone: seat === null ? ('unreachable' as const) : phoneOf(seat),
  })

  function obeyCall(
    turn: Turn,
    agent: AgentId,
    id: CallId | undefined,
    command: CallCommand,
    by: DeskCommand['id'],
  ): Answer {
    const call = id && hall.calls.get(id)
    if (!call) return refuse('callNotFound')
    const at = now()
    const asked = { type: 'asked', call: call.id, command, by: agent, id: by, at } as const
    const obeyed = obey(call, asked)
    if (!obeyed.ok) return obeyed
    if ('party' in command) {
      const refused = partyRefused(command.party)
      if (refused === 'partyClosed' && command.party.kind === 'line')
        turn.addFact({
          type: 'call.partyRefused',
          call: call.id,
          agent,
          line: command.party.line,
          result: 'closed',
          at,
        })
      if (refused) return refuse(refused)
    }
    turn.takeCall(obeyed.value)
    return ok(null)
  }

  function partyRefused(party: Party): 'partyNotFound' | 'partyClosed' | 'partyNotAvailable' | null {
    if (party.kind === 'line') {
      const line = directory().lines.find(({ code }) => code === party.line)
      if (!line) return 'partyNotFound'
      return isOpen(line.hours, now()) ? null : 'partyClosed'
    }
    const colleague = agentOf(hall.board, party.agent)
    if (!colleague) return 'partyNotFound'
    return mayBeTaken(colleague) ? null : 'partyNotAvailable'
  }

  function writeTicket(
    turn: Turn,
    agent: AgentId,
    { ticket, fields }: Extract<DeskCommand['command'], { name: 'writeTicket' }>,
    by: DeskCommand['id'],
  ): Answer {
    const paper = hall.papers.get(ticket)
    // A call that goes on without the agent is others' to write up, once the agent's own wrap-up is over.
    const isAtHand = paper?.agents.includes(agent) && mayWriteUp(hall, agent, paper.call.id)
    if (!paper || !isAtHand) return refuse('notYourTicket')
    const at = now()
    turn.keepPaper(ticket, { ...paper, fields: { ...paper.fields, ...fields } })
    turn.addFact({ type: 'ticket.written', call: paper.call.id, ticket, agent, fields, command: by, at })
    turn.touch(agent)
    return ok(null)
  }

  function remember(turn: Turn, { id, agent }: DeskCommand, gist: string, refusal: string | null): void {
    const now = agentOf(hall.board, agent)
    if (!now) return
    const answered = [...now.answered, { id, gist, refusal }].slice(-limits.rememberedCommands)
    hall.board = withAgent(hall.board, { ...now, answered })
    turn.touch(agent)
  }

  /** Answers that are on their way to the disk: a repeat must not overtake them. */
  const writing = new Map<DeskCommand['id'], Promise<void>>()

  /** Resolves when the answer is on disk: what was acknowledged is never lost. */
  return async function handle(asked: DeskCommand): Promise<DeskReply> {
    const agent = agentOf(hall.board, asked.agent)
    if (!agent) return { ok: false, refusal: 'agentUnknown', repeated: false }
    const before = agent.answered.find(({ id }) => id === asked.id)
    const gist = gistOf(asked)
    if (before) {
      // Kept without a gist: by a version before this one.
      if (before.gist !== undefined && before.gist !== gist)
        return { ok: false, refusal: 'commandIdUsed', repeated: false }
      await writing.get(asked.id)
      return before.refusal === null
        ? { ok: true, repeated: true }
        : { ok: false, refusal: before.refusal as DeskRefusal, repeated: true }
    }
    if (!takes(purposeOf(asked.command))) return { ok: false, refusal: 'journalFull', repeated: false }
    const { answer, durable } = conductor.take((turn) => {
      const result = obeyDesk(turn, asked)
      remember(turn, asked, gist, result.ok ? null : result.refusal)
      return result
    })
    writing.set(asked.id, durable)
    try {
      await durable
    } finally {
      writing.delete(asked.id)
    }
    return answer.ok ? { ok: true, repeated: false } : { ok: false, refusal: answer.refusal, repeated: false }
  }
}

function purposeOf({ name }: DeskCommand['command']): Purpose {
  switch (name) {
    case 'logIn':
    case 'logOut':
    case 'ready':
    case 'notReady':
      return 'agentState'
    default:
      return 'newWork'
  }
}
