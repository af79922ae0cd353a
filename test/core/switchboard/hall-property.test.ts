/**
 * A hall in which anything may happen at any time: callers come and go, phones answer, reject, vanish, timers fire late,
 * agents press every button. After each turn the invariants hold.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agentOf, agentsOf, commandAgent, mayBeTaken, waitingIn } from '#acd/core'
import { accept, type Call, type CallCommand, legsOf, obey } from '#calls/core'
import { type AgentId, type CallId, type LegId, type QueueId, type TicketNo, toInstant } from '#kernel'
import { emptyHall, type HallState } from '../../../src/switchboard/hall-state.ts'
import { followDirectory } from '../../../src/switchboard/restore-hall.ts'
import { type Outcome, Turn } from '../../../src/switchboard/turn.ts'

const queues = ['general', 'social'] as QueueId[]
const agents = ['a', 'b', 'c'].map((id) => ({ id: id as AgentId, name: id, queues }))
const commands: CallCommand[] = [
  { name: 'hold' },
  { name: 'resume' },
  { name: 'toggle' },
  { name: 'cancelConsult' },
  { name: 'join' },
  { name: 'complete' },
  { name: 'leave' },
  { name: 'dropParty' },
  { name: 'hangUp' },
  { name: 'consult', party: { kind: 'line', line: '12315' as never } },
  { name: 'consult', party: { kind: 'agent', agent: 'b' as AgentId } },
  { name: 'blindTransfer', party: { kind: 'line', line: '12333' as never } },
  { name: 'blindTransfer', party: { kind: 'agent', agent: 'c' as AgentId } },
]
const causes = ['normal', 'busy', 'declined', 'noAnswer', 'unreachable', 'vanished', 'failed'] as const

const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('arrive' as const), queue: fc.nat(1), greeting: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('answer' as const), call: fc.nat(9), leg: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('leave' as const), call: fc.nat(9), leg: fc.nat(2), cause: fc.nat(6) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('timer' as const), call: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('playback' as const), call: fc.nat(9) }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('ask' as const), call: fc.nat(9), command: fc.nat(12) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('agent' as const), agent: fc.nat(2), command: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('phone' as const), agent: fc.nat(2), reachable: fc.boolean() }),
  },
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

function createWorld() {
  const hall = emptyHall(1)
  followDirectory(hall, { agents, seats: [], queues: [], numbers: [], lines: [] })
  const outcomes: Outcome[] = []
  let clock = 1_000_000
  let arrived = 0
  const now = () => toInstant(clock)
  const take = (run: (turn: Turn) => void): void => {
    clock += 500
    const turn = new Turn(hall, now(), () => 10_000)
    run(turn)
    outcomes.push(turn.close())
  }
  const arrive = (queue: QueueId, greeting: boolean): void => {
    arrived += 1
    const id = `call${arrived}` as CallId
    take((turn) =>
      turn.takeCall(
        accept(
          {
            id,
            ticket: `T${arrived}` as TicketNo,
            caller: { leg: `${id}-caller` as LegId, number: '1', name: '' },
            dialled: '12345',
            queue,
            arrivedAt: now(),
            made: 0,
            answered: false,
            manner: { answer: 'onArrival', ...(greeting && { greeting: 'greeting' }) },
          },
          now(),
        ),
      ),
    )
  }
  return { hall, outcomes, now, take, arrive, arrived: () => arrived }
}

type World = ReturnType<typeof createWorld>
const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

function act(world: World, action: Action): void {
  const { hall, take, now } = world
  const call = 'call' in action ? pick([...hall.calls.values()], action.call) : undefined
  if ('call' in action) {
    if (call) actOnCall(world, call, action)
    return
  }
  const agent = 'agent' in action ? (agents[action.agent]?.id ?? ('a' as AgentId)) : ('a' as AgentId)
  if (action.what === 'arrive') world.arrive(queues[action.queue] ?? ('general' as QueueId), action.greeting)
  else if (action.what === 'agent') commandOf(world, agent, action.command)
  else
    take((turn) => {
      turn.touch(agent)
      turn.tell({ type: 'phoneChanged', agent, phone: action.reachable ? 'reachable' : 'unreachable', at: now() })
    })
}

function actOnCall(world: World, call: Call, action: Extract<Action, { call: number }>): void {
  const { take, now } = world
  const leg = 'leg' in action ? pick(legsOf(call), action.leg) : undefined
  if (action.what === 'answer' && leg) take((turn) => turn.post({ type: 'legAnswered', call: call.id, leg, at: now() }))
  if (action.what === 'leave' && leg)
    take((turn) =>
      turn.post({ type: 'legLeft', call: call.id, leg, cause: causes[action.cause] ?? 'normal', at: now() }),
    )
  if (action.what === 'timer') fireTimer(world, call)
  if (action.what === 'ask') ask(world, call, commands[action.command] ?? { name: 'hold' })
  if (action.what !== 'playback') return
  const playback = call.state === 'greeting' ? call.playback : 'target' in call ? call.target.playback : undefined
  if (playback) take((turn) => turn.post({ type: 'playbackEnded', call: call.id, playback, at: now() }))
}

function fireTimer({ take, now, hall }: World, call: Call): void {
  if (!call.answered)
    take((turn) => turn.post({ type: 'ringingExpired', call: call.id, leg: call.caller.leg, at: now() }))
  if (call.state === 'offering')
    take((turn) => turn.post({ type: 'offerExpired', call: call.id, offer: call.offer, at: now() }))
  else if ('target' in call)
    take((turn) => turn.post({ type: 'partyExpired', call: call.id, leg: call.target.leg, at: now() }))
  for (const { id, status } of agentsOf(hall.board))
    if (status.state === 'wrapUp')
      take((turn) => turn.tell({ type: 'wrapUpOver', agent: id, call: status.call, at: now() }))
}

function ask({ take, now, hall }: World, call: Call, command: CallCommand): void {
  const by = 'agent' in call ? call.agent : ('a' as AgentId)
  const obeyed = obey(call, { type: 'asked', call: call.id, command, by, id: 'x' as never, at: now() })
  if (!obeyed.ok) return
  const party = 'party' in command ? command.party : undefined
  const colleague = party?.kind === 'agent' ? agentOf(hall.board, party.agent) : undefined
  if (party?.kind === 'agent' && !(colleague && mayBeTaken(colleague))) return
  take((turn) => turn.takeCall(obeyed.value))
}

function commandOf({ take, now, hall }: World, agent: AgentId, n: number): void {
  const command = (
    [
      { name: 'logIn', seat: `seat-${agent}` },
      { name: 'ready' },
      { name: 'notReady', reason: 'break' },
      { name: 'endWrapUp' },
      { name: 'logOut' },
    ] as const
  )[n]
  const answer = commandAgent(hall.board, agent, command as never, now(), {
    name: agent,
    seatKnown: true,
    phone: 'reachable',
  })
  if (!answer.ok) return
  take((turn) => {
    turn.touch(agent)
    turn.takeHall(answer.value)
  })
}

function check({ hall, outcomes, arrived }: World): void {
  const facts = outcomes.flatMap((outcome) => outcome.facts)
  oneThingAtATime(hall)
  for (const queue of queues) {
    const free = agentsOf(hall.board).filter((agent) => agent.status.state === 'ready' && agent.phone === 'reachable')
    expect(free.length > 0 && waitingIn(hall.board, queue).length > 0, 'a ready agent while somebody waits').toBe(false)
    for (const { call } of waitingIn(hall.board, queue)) expect(hall.calls.get(call)?.state).toBe('waiting')
  }
  const waiting = [...hall.calls.values()].filter(({ state }) => state === 'waiting').map(({ id }) => id)
  expect(queues.flatMap((queue) => waitingIn(hall.board, queue).map(({ call }) => call)).toSorted()).toEqual(
    waiting.toSorted(),
  )
  const endings = facts.filter(({ type }) => type === 'call.offerEnded').map((fact) => fact.offer)
  expect(new Set(endings).size, 'an offer ended twice').toBe(endings.length)
  const open = [...hall.calls.values()].filter(({ state }) => state === 'offering').length
  expect(facts.filter(({ type }) => type === 'call.offered').length).toBe(endings.length + open)
  expect(facts.filter(({ type }) => type === 'call.ended').length + hall.calls.size, 'a call lost or doubled').toBe(
    arrived(),
  )
}

function oneThingAtATime(hall: HallState): void {
  for (const { id, status } of agentsOf(hall.board)) {
    const rung = [...hall.calls.values()].filter((call) => call.state === 'offering' && call.agent === id)
    const with_ = [...hall.calls.values()].filter(
      (call) =>
        (call.state !== 'offering' && 'agent' in call && call.agent === id) ||
        ('target' in call && call.target.party.kind === 'agent' && call.target.party.agent === id),
    )
    expect(rung.length + with_.length, `${id} has more than one call`).toBeLessThanOrEqual(1)
    expect(status.state === 'offered', `${id} ${status.state}`).toBe(rung.length === 1)
    expect(status.state === 'busy', `${id} ${status.state} ${with_[0]?.state}`).toBe(with_.length === 1)
  }
}

test('whatever happens, nobody is lost or doubled, no agent has two calls, and no ready agent idles while somebody waits', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 120 }), (actions) => {
      const world = createWorld()
      for (const { id } of agents) {
        commandOf(world, id, 0)
        commandOf(world, id, 1)
      }
      for (const each of actions) {
        act(world, each)
        check(world)
      }
    }),
    { numRuns: Number(process.env.HALL_RUNS ?? 150) },
  )
})

test('when every caller has hung up and every wrap-up has ended, nothing is left', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: 80 }), (actions) => {
      const world = createWorld()
      for (const { id } of agents) commandOf(world, id, 0)
      for (const each of actions) act(world, each)
      for (const call of [...world.hall.calls.values()])
        world.take((turn) =>
          turn.post({ type: 'legLeft', call: call.id, leg: call.caller.leg, cause: 'normal', at: world.now() }),
        )
      for (const { id, status } of agentsOf(world.hall.board))
        if (status.state === 'wrapUp')
          world.take((turn) => turn.tell({ type: 'wrapUpOver', agent: id, call: status.call, at: world.now() }))
      expect([world.hall.calls.size, world.hall.papers.size, world.hall.closing.size, world.hall.board.offers]).toEqual(
        [0, 0, 0, null],
      )
      for (const id of [...world.hall.leaving.keys()]) world.take((turn) => turn.forget(id))
      const kept: Record<string, unknown> = Object.assign({}, ...world.outcomes.map(({ keep }) => keep))
      expect(Object.entries(kept).filter(([key, value]) => !/^(agent|sat):/.test(key) && value !== null)).toEqual([])
    }),
    { numRuns: 100 },
  )
})
