/** Agents who talk to a caller of the safety net are busy with that call, from when we see it to its end. */
import { beforeEach, expect, test } from 'vitest'
import { type Agent, agentOf, type Directory, withAgent } from '#acd/core'
import { type Ended, servedWithoutUs } from '#calls/core'
import { type CallId, type SeatId, type TicketNo, toInstant } from '#kernel'
import type { Bridge, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from '../../../src/switchboard/conductor.ts'
import { emptyHall, type HallState, mayWriteUp } from '../../../src/switchboard/hall-state.ts'
import { createNetTalks, pairsInNet } from '../../../src/switchboard/net-talks.ts'
import { type Outcome, Turn } from '../../../src/switchboard/turn.ts'
import { viewOf } from '../../../src/switchboard/views.ts'
import { amina, anAgent, at, aWaitingCall, bao, callId } from '../../kit/builders.ts'

const seat = '8001' as SeatId
const caller = { id: callId as string, name: 'PJSIP/trunk-0000001f', dialplan: { context: 'net' } } as Channel
const phone = { id: 'phone', name: 'PJSIP/seat-8001-00000020', dialplan: { context: 'from-seat' } } as Channel
const bridgeOf = (...channels: Channel[]) => ({ id: 'b', channels: channels.map(({ id }) => id) }) as unknown as Bridge

let hall: HallState
let channels: Channel[]
let bridges: Bridge[]
/** What the net has written down of calls that are over. */
let records: (() => void)[]
let outcomes: Outcome[]
let talks: ReturnType<typeof createNetTalks>

const take = (run: (turn: Turn) => unknown): void => {
  const turn = new Turn(hall, at, () => 60_000)
  run(turn)
  outcomes.push(turn.close())
}
const status = () => agentOf(hall.board, amina)?.status
const theyTalk = () => {
  channels = [caller, phone]
  bridges = [bridgeOf(caller, phone)]
}
const itIsOver = () => {
  channels = []
  bridges = []
}
const enter = (more: Partial<Agent> = {}) => {
  hall.board = withAgent(hall.board, anAgent({ id: amina, seat, ...more }))
}

beforeEach(() => {
  hall = emptyHall(1)
  itIsOver()
  records = []
  outcomes = []
  talks = createNetTalks({
    hall,
    client: { listChannels: async () => channels, listBridges: async () => bridges },
    conductor: { take } as unknown as Conductor,
    adopt: async () => {
      for (const record of records.splice(0)) record()
    },
    now: () => at,
    trouble: (error) => {
      throw error
    },
  })
})

test('a pair is a caller of the net and the phone of a seat in one bridge', () => {
  const ours = { ...caller, id: 'ours', dialplan: { context: 'arrival' } } as Channel
  expect([...pairsInNet([caller, phone], [bridgeOf(caller, phone)])]).toEqual([[seat, callId]])
  expect(pairsInNet([ours, phone], [bridgeOf(ours, phone)]).size).toBe(0)
  expect(pairsInNet([caller, phone], [bridgeOf(caller)]).size).toBe(0)
  expect(pairsInNet([caller], [bridgeOf(caller, phone)]).size).toBe(0)
})

test.each([
  ['ready', { state: 'ready', since: at }, 'ready'],
  ['on a break', { state: 'notReady', since: at, reason: 'break' }, 'break'],
] as const)(
  'an agent who is %s is busy with the call, though the phone is not reachable',
  async (_, before, afterwards) => {
    enter({ status: before, phone: 'unreachable' })
    theyTalk()
    await talks.look()
    expect(status()).toEqual({ state: 'busy', since: at, call: callId })
    expect(agentOf(hall.board, amina)?.afterwards).toBe(afterwards)
  },
)

test('an agent who writes up the call before is busy with this one: that is over, and this one is written up when it is', async () => {
  const before = { state: 'wrapUp', since: at, call: 'before' as CallId, ticket: 'CZ1' as TicketNo, until: at } as const
  enter({ status: before, afterwards: 'break', phone: 'unreachable' })
  theyTalk()
  talks.phonesSeen(new Set([seat]))
  await talks.look()
  expect(status()).toEqual({ state: 'busy', since: at, call: callId, before: 'before' })
  expect(agentOf(hall.board, amina)?.afterwards).toBe('break')
  expect(outcomes.flatMap(({ facts }) => facts)).toMatchObject([
    { type: 'call.wrapUpEnded', call: 'before', ticket: 'CZ1', agent: amina },
  ])
  expect(outcomes.flatMap(({ wrapUps }) => wrapUps)).toEqual([{ start: false, agent: amina, call: 'before' }])
  itIsOver()
  talks.phonesSeen(new Set())
  await talks.look()
  expect(status()).toMatchObject({ state: 'notReady', reason: 'break' })
})

test('the ticket of the call before may be written until the net call is over', async () => {
  const before = {
    ...aWaitingCall(),
    id: 'before' as CallId,
    ticket: 'CZ1' as TicketNo,
    state: 'ended',
    reason: 'callerHungUp',
  } as Ended
  enter({ status: { state: 'wrapUp', since: at, call: before.id, ticket: before.ticket, until: at } })
  hall.papers.set(before.ticket, { call: before, agents: [amina], fields: {}, lastParty: null })
  hall.closing.add(before.ticket)
  theyTalk()
  await talks.look()
  expect(mayWriteUp(hall, amina, before.id)).toBe(true)
  expect(hall.papers.has(before.ticket)).toBe(true)
  itIsOver()
  await talks.look()
  expect(mayWriteUp(hall, amina, before.id)).toBe(false)
  expect(hall.papers.has(before.ticket)).toBe(false)
})

test('an agent is shown in a call with the caller whom the net has put through, on a phone that can be reached', async () => {
  const view = () => viewOf(hall, { agents: [] } as unknown as Directory, true, amina)
  enter({ phone: 'unreachable' })
  take((turn) => turn.takeCall({ call: aWaitingCall(), facts: [], effects: [], news: [] }))
  expect(view()).toMatchObject({ phone: 'unreachable', call: null })
  theyTalk()
  await talks.look()
  expect(view()).toMatchObject({ status: { state: 'busy', call: callId }, phone: 'reachable' })
  expect(view()?.call).toMatchObject({ call: callId, state: 'talking', held: false, muted: false })
  take((turn) =>
    turn.takeCall({
      call: { ...aWaitingCall(), state: 'ended', reason: 'callerHungUp' },
      facts: [],
      effects: [],
      news: [],
    }),
  )
  expect(view()).toMatchObject({ phone: 'reachable', call: null })
})

test('the call is over: its record comes first, and the agent has it to write up', async () => {
  enter()
  theyTalk()
  await talks.look()
  itIsOver()
  const { state: _, since: _1, front: _2, ...base } = aWaitingCall({ made: 0 })
  const answer = { seat, agent: amina, at: toInstant(at - 5_000) }
  records.push(() =>
    take((turn) => turn.takeCall(servedWithoutUs(base, { answer, endedAt: at, endedBy: 'caller', inNet: true }))),
  )
  await talks.look()
  expect(status()).toMatchObject({ state: 'wrapUp', call: callId, ticket: base.ticket })
  expect([...hall.papers.keys()]).toEqual([base.ticket])
})

test('the call is over and nothing of it is found: the agent is free all the same', async () => {
  enter()
  theyTalk()
  await talks.look()
  itIsOver()
  await talks.look()
  expect(status()).toMatchObject({ state: 'ready' })
})

test('known after a restart: busy with a call that nobody has is busy in the net, or free', async () => {
  enter({ status: { state: 'busy', since: at, call: 'lost' as CallId } })
  await talks.look()
  expect(status()).toMatchObject({ state: 'ready' })
})

test('a record that is found although the agent was never seen to talk gives no wrap-up', () => {
  enter()
  const { state: _, since: _1, front: _2, ...base } = aWaitingCall({ made: 0 })
  take((turn) =>
    turn.takeCall(
      servedWithoutUs(base, { answer: { seat, agent: amina, at }, endedAt: at, endedBy: 'caller', inNet: true }),
    ),
  )
  expect(status()).toMatchObject({ state: 'ready' })
})

test('phones are looked at again only where they tell of a change', async () => {
  let looked = 0
  const watching = createNetTalks({
    ...{ hall, conductor: { take } as unknown as Conductor, adopt: async () => undefined, now: () => at },
    client: {
      listChannels: async () => {
        looked += 1
        return channels
      },
      listBridges: async () => bridges,
    },
    trouble: () => {},
  })
  enter()
  hall.board = withAgent(hall.board, anAgent({ id: bao, seat: '8002' as SeatId }))
  watching.phonesSeen(new Set())
  expect(looked).toBe(0)
  theyTalk()
  watching.phonesSeen(new Set([seat]))
  expect(looked).toBe(1)
  await watching.look()
  watching.phonesSeen(new Set([seat]))
  expect(looked).toBe(1)
  watching.phonesSeen(new Set())
  expect(looked).toBe(2)
})
