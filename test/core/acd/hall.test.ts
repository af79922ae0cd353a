import { expect, test } from 'vitest'
import {
  type Agent,
  agentOf,
  type Board,
  commandAgent,
  emptyBoard,
  type HallEvent,
  happen,
  waitingIn,
  withAgent,
} from '#acd/core'
import { type AgentId, type CallId, type Instant, type OfferId, type QueueId, type SeatId, toInstant } from '#kernel'
import { amina, anAgent, at, bao, general } from '../../kit/builders.ts'

const later = (ms: number): Instant => toInstant(at + ms)
const hallOf = (...agents: Agent[]): Board => agents.reduce(withAgent, emptyBoard(1))
const waits = (
  call: string,
  since: number,
  more: Partial<Extract<HallEvent, { type: 'callWaiting' }>> = {},
): HallEvent => ({
  type: 'callWaiting',
  call: call as CallId,
  queue: general,
  since: toInstant(since),
  front: false,
  at,
  ...more,
})
const offersOf = (step: { orders: readonly { do: string; call?: CallId; agent?: AgentId }[] }) =>
  step.orders.filter((order) => order.do === 'offerCall').map(({ call, agent }) => `${call} to ${agent}`)
const readySince = (since: number): Agent['status'] => ({ state: 'ready', since: toInstant(since) })
const logIn = { name: 'Amina', seatKnown: true, phone: 'reachable' } as const

test('given two ready agents, the one idle longest is offered the call', () => {
  const board = hallOf(anAgent({ status: readySince(2_000) }), anAgent({ id: bao, status: readySince(1_000) }))
  expect(offersOf(happen(board, waits('call', 1)))).toEqual(['call to bao'])
})

test('given three callers wait, an agent who becomes ready is offered the one who came first', () => {
  let board = hallOf(anAgent({ status: { state: 'notReady', since: at, reason: 'break' } }))
  for (const [call, since] of [
    ['late', 3_000],
    ['early', 1_000],
    ['middle', 2_000],
  ] as const)
    board = happen(board, waits(call, since)).board
  expect(waitingIn(board, general).map(({ call }) => call)).toEqual(['early', 'middle', 'late'])
  const step = commandAgent(board, amina, { name: 'ready' }, at, logIn)
  expect(step.ok && offersOf(step.value)).toEqual(['early to amina'])
})

test('a caller put in front comes before those who came earlier', () => {
  let board = hallOf()
  board = happen(board, waits('early', 1_000)).board
  board = happen(board, waits('back', 9_000, { front: true })).board
  expect(waitingIn(board, general).map(({ call }) => call)).toEqual(['back', 'early'])
})

test('an agent is offered calls of own queues only', () => {
  const board = hallOf(anAgent({ queues: ['other' as QueueId] }))
  expect(offersOf(happen(board, waits('call', 1)))).toEqual([])
})

function offered(): { board: Board; offer: OfferId } {
  const step = happen(hallOf(anAgent({ status: readySince(1_000) })), waits('call', 1))
  const order = step.orders[0]
  if (order?.do !== 'offerCall') throw new Error('nothing was offered')
  return { board: step.board, offer: order.offer }
}
const ending = (
  offer: OfferId,
  outcome: 'accepted' | 'missed' | 'cancelled' | 'expired',
  cause?: 'busy' | 'declined' | 'noAnswer' | 'unreachable',
): HallEvent => ({
  type: 'offerEnded',
  offer,
  agent: amina,
  outcome,
  ...(cause && { cause }),
  at: later(5_000),
})

const endings = [
  ['accepted', undefined, { state: 'busy' }, 'reachable'],
  ['cancelled', undefined, { state: 'ready', since: 1_000 }, 'reachable'],
  ['expired', 'noAnswer', { state: 'notReady', reason: 'missed' }, 'reachable'],
  ['missed', 'declined', { state: 'notReady', reason: 'rejected' }, 'reachable'],
  ['missed', 'busy', { state: 'notReady', reason: 'rejected' }, 'reachable'],
  ['missed', 'unreachable', { state: 'ready', since: 1_000 }, 'unreachable'],
] as const
for (const [outcome, cause, status, phone] of endings)
  test(`given an offer that is ${outcome} (${cause ?? 'no cause'}), then the agent is ${status.state}`, () => {
    const { board, offer } = offered()
    const agent = agentOf(happen(board, ending(offer, outcome, cause)).board, amina)
    expect(agent?.status).toMatchObject(status)
    expect(agent?.phone).toBe(phone)
  })

const unanswered = [
  ['cancelled', undefined],
  ['expired', 'noAnswer'],
  ['missed', 'declined'],
  ['missed', 'unreachable'],
] as const
for (const [outcome, cause] of unanswered)
  test(`given an agent who asks for a break while it rings, when the offer is ${outcome} (${cause ?? 'no cause'}), it is a break`, () => {
    const { board, offer } = offered()
    const asked = commandAgent(board, amina, { name: 'notReady', reason: 'break' }, at, logIn)
    if (!asked.ok) throw new Error(asked.refusal)
    const step = happen(asked.value.board, ending(offer, outcome, cause))
    const agent = agentOf(step.board, amina)
    expect(agent).toMatchObject({ status: { state: 'notReady', reason: 'break' }, afterwards: 'ready' })
    expect(agent?.phone).toBe(cause === 'unreachable' ? 'unreachable' : 'reachable')
    expect(step.facts).toContainEqual(expect.objectContaining({ type: 'agent.notReady', reason: 'break' }))
  })

test('an offer ends once: what comes later changes nothing', () => {
  const { board, offer } = offered()
  const once = happen(board, ending(offer, 'accepted')).board
  for (const again of ['accepted', 'missed', 'cancelled', 'expired'] as const)
    expect(happen(once, ending(offer, again, 'noAnswer')).board).toBe(once)
})

test('given a ready agent whose phone is away, nothing is offered; when the phone is back, the caller is, with nobody touching anything', () => {
  let board = hallOf(anAgent({ phone: 'unreachable' }))
  const waiting = happen(board, waits('call', 1))
  expect(offersOf(waiting)).toEqual([])
  board = waiting.board
  expect(offersOf(happen(board, { type: 'phoneChanged', agent: amina, phone: 'reachable', at }))).toEqual([
    'call to amina',
  ])
})

test('while the hall is closed nothing is offered; once it opens, all are who can be, in the order of arrival over all queues', () => {
  const other = 'other' as QueueId
  let board = hallOf(
    anAgent({ queues: [general, other], status: { state: 'notReady', since: at, reason: 'break' } }),
    anAgent({ id: bao, queues: [other], status: readySince(1_000) }),
  )
  board = happen(board, { type: 'closed' }).board
  for (const event of [waits('late', 3_000), waits('first', 1_000, { queue: other }), waits('next', 2_000)]) {
    const step = happen(board, event)
    expect(offersOf(step)).toEqual([])
    board = step.board
  }
  const ready = commandAgent(board, amina, { name: 'ready' }, at, logIn)
  if (!ready.ok) throw new Error('refused')
  expect(offersOf(ready.value)).toEqual([])
  const opened = happen(ready.value.board, { type: 'opened', at })
  expect(offersOf(opened)).toEqual(['first to bao', 'next to amina'])
  expect(waitingIn(opened.board, general).map(({ call }) => call)).toEqual(['late'])
  expect(offersOf(happen(opened.board, { type: 'opened', at }))).toEqual([])
})

test('given an offer, when the phone goes away, the offer is withdrawn', () => {
  const { board } = offered()
  expect(happen(board, { type: 'phoneChanged', agent: amina, phone: 'unreachable', at }).orders).toMatchObject([
    { do: 'withdrawOffer', call: 'call' },
  ])
})

test('given a busy agent who asked for a break, then after wrap-up it is a break', () => {
  let board = hallOf(anAgent({ status: { state: 'busy', since: at, call: 'call' as CallId } }))
  const asked = commandAgent(board, amina, { name: 'notReady', reason: 'break' }, at, logIn)
  if (!asked.ok) throw new Error(asked.refusal)
  board = happen(asked.value.board, {
    type: 'agentFreed',
    agent: amina,
    call: 'call' as CallId,
    ticket: 't' as never,
    wrapUpMs: 30_000,
    at,
  }).board
  expect(agentOf(board, amina)?.status).toMatchObject({ state: 'wrapUp', until: later(30_000) })
  const over = happen(board, { type: 'wrapUpOver', agent: amina, call: 'call' as CallId, at: later(30_000) })
  expect(agentOf(over.board, amina)?.status).toMatchObject({ state: 'notReady', reason: 'break' })
  expect(over.facts.map(({ type }) => type)).toEqual(['call.wrapUpEnded', 'agent.notReady'])
})

test('a wrap-up timer of an earlier call ends nothing', () => {
  const board = hallOf(
    anAgent({ status: { state: 'wrapUp', since: at, call: 'now' as CallId, ticket: 't' as never, until: at } }),
  )
  expect(happen(board, { type: 'wrapUpOver', agent: amina, call: 'before' as CallId, at }).board).toBe(board)
})

const loggedOut = anAgent({ seat: null, status: { state: 'loggedOut' } })
const refusals = [
  ['an unknown agent', hallOf(), { name: 'ready' }, 'agentUnknown'],
  ['who has not logged in', hallOf(loggedOut), { name: 'ready' }, 'notLoggedIn'],
  [
    'a seat that is taken',
    hallOf(loggedOut, anAgent({ id: bao })),
    { name: 'logIn', seat: '8001' as SeatId },
    'seatTaken',
  ],
  ['another seat while logged in', hallOf(anAgent()), { name: 'logIn', seat: '8002' as SeatId }, 'alreadyLoggedIn'],
  [
    'going home with a caller',
    hallOf(anAgent({ status: { state: 'busy', since: at, call: 'c' as CallId } })),
    { name: 'logOut' },
    'busyWithCall',
  ],
  ['ending no wrap-up', hallOf(anAgent()), { name: 'endWrapUp' }, 'notInWrapUp'],
] as const
for (const [what, board, command, refusal] of refusals)
  test(`${what} is refused: ${refusal}`, () => {
    expect(commandAgent(board, amina, command, at, logIn)).toEqual({ ok: false, refusal })
  })

test('logging in again on the same seat changes nothing', () => {
  const board = hallOf(anAgent())
  expect(commandAgent(board, amina, { name: 'logIn', seat: '8001' as SeatId }, at, logIn)).toMatchObject({
    ok: true,
    value: { board, facts: [] },
  })
})
