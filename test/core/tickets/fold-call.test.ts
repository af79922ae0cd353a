import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallId } from '#kernel'
import { foldCall, type StoredFact } from '#tickets/core'
import { createDice, livesOf, type Story, stories } from '../../kit/call-lives.ts'

const call = 'node1-1.1' as CallId
const ticket = 'CZ261124C00001-5'
const journal = '0b1e5a52-6f1f-4c43-8b3e-2d3f5c6a7b8d'
const T = 1_795_000_000_000

type Told = { readonly type: string; readonly at: number; readonly [field: string]: unknown }
/** Facts of the call with seqs from 1 on, times relative to `T`. */
const told = (...facts: readonly Told[]): StoredFact[] =>
  facts.map((fact, index) => ({ ...fact, call, at: T + fact.at, seq: index + 1, epoch: 1, journal }) as StoredFact)
const fold = (...facts: readonly Told[]) => foldCall(call, told(...facts))

const caller = { leg: call, number: '10000000001', name: '演示', dialled: '12345', queue: 'general' }
const accepted: Told = { type: 'call.accepted', at: 0, ticket, ...caller, arrivedAt: T - 100 }
const queued: Told = { type: 'call.queued', at: 1_000, queue: 'general', since: T - 100, front: false }
const offered: Told = { type: 'call.offered', at: 2_000, offer: 'o1', agent: '1001', leg: 'l1' }
const took: Told = { type: 'call.offerEnded', at: 4_000, offer: 'o1', agent: '1001', outcome: 'accepted' }
const connected: Told = { type: 'call.connected', at: 4_000, agent: '1001', leg: 'l1' }
const agentLeft: Told = { type: 'call.agentLeft', at: 9_000, agent: '1001', leg: 'l1', how: 'callerHungUp' }
const ended: Told = { type: 'call.ended', at: 9_000, reason: 'callerHungUp' }
const answered = [accepted, queued, offered, took, connected]
const line = { kind: 'line', line: '12315' }

const lives = fc
  .record({ seed: fc.integer(), story: fc.constantFrom(...stories) })
  .map(({ seed, story }) => lifeOf(story, seed))
function lifeOf(story: Story, seed: number): StoredFact[] {
  const facts = livesOf(call, ticket, story, T, createDice(seed))
  return facts.map((fact, index) => ({ ...fact, seq: index + 1, epoch: 1 + (index >> 3), journal }) as StoredFact)
}

test('facts in any order, any number of times, give the same record', () => {
  fc.assert(
    fc.property(
      lives.chain((life) =>
        fc.record({
          life: fc.constant(life),
          shuffled: fc.shuffledSubarray(life, { minLength: life.length }),
          again: fc.array(fc.constantFrom(...life), { maxLength: 30 }),
        }),
      ),
      ({ life, shuffled, again }) => deepEqual(foldCall(call, [...again, ...shuffled, ...again]), foldCall(call, life)),
    ),
    { numRuns: 300 },
  )
})

test('any part of the facts makes a record, and every row of it is there in the end', () => {
  fc.assert(
    fc.property(
      lives.chain((life) => fc.record({ life: fc.constant(life), some: fc.subarray(life) })),
      ({ life, some }) => {
        const [part, whole] = [foldCall(call, some), foldCall(call, life)]
        const keys = (record: typeof part) =>
          [record.legs, record.offers, record.parties].map((rows) => rows.map(({ id }) => id))
        for (const [index, ids] of keys(part).entries()) {
          for (const id of ids) ok(keys(whole)[index]?.includes(id as never))
        }
        ok(part.ticket === null || part.ticket.no === whole.ticket?.no)
        ok(Object.values(part.call).every((value) => typeof value !== 'number' || value >= 0))
      },
    ),
    { numRuns: 300 },
  )
})

test('the parts of a call add up to the whole, however the clock was set meanwhile', () => {
  fc.assert(
    fc.property(
      lives,
      fc.array(fc.integer({ min: -60_000, max: 60_000 }), { minLength: 30, maxLength: 30 }),
      (life, jumps) => {
        const facts = life.map((fact, index) => ({ ...fact, at: (fact.at + (jumps[index] ?? 0)) as never }))
        const record = foldCall(call, facts)
        const { waitedMs, talkMs, heldMs, consultMs, handedOverMs, wrapUpMs, arrivedAt, endedAt } = record.call
        for (const ms of [waitedMs, talkMs, heldMs, consultMs, handedOverMs, wrapUpMs]) ok(ms >= 0)
        const first = Math.min(arrivedAt ?? 0, facts[0]?.at ?? 0)
        equal(waitedMs + talkMs + heldMs + consultMs + handedOverMs, (endedAt ?? 0) - first)
      },
    ),
  )
})

test('of every story: the call has a reason, each offer one outcome, each leg an end, each fact a line in the ticket', () => {
  for (const story of stories) {
    const life = lifeOf(story, 7)
    const { call: row, offers, legs, ticket: paper, history } = foldCall(call, life)
    ok(row.endReason, story)
    equal(row.facts, life.length, story)
    for (const { outcome } of offers) ok(outcome, story)
    for (const { leftAt, id } of legs) ok(leftAt, `${story}: leg ${id}`)
    equal(paper?.state, story === 'abandoned' ? 'DISCARDED' : 'REGISTERED')
    equal(history.length, life.length, story)
  }
})

test('a seat answered in the safety net and nobody knows who sat there: an answered call, with its talk and its ticket', () => {
  const {
    call: row,
    legs,
    ticket: paper,
  } = fold(
    accepted,
    queued,
    { type: 'call.connected', at: 4_000, leg: 'l1', seat: '8008' },
    { type: 'call.agentLeft', at: 9_000, leg: 'l1', how: 'callerHungUp' },
    ended,
  )
  deepEqual(
    [row.answeredBy, row.answeredSeat, row.answeredAt, row.talkMs, row.waitedMs],
    [null, '8008', T + 4_000, 5_000, 4_100],
  )
  deepEqual([paper?.state, paper?.registrar, paper?.discardReason], ['REGISTERED', null, null])
  deepEqual(
    legs.map(({ id, role, agent, answeredAt, leftAt }) => [id, role, agent, answeredAt, leftAt]),
    [
      [call, 'caller', null, T + 4_000, T + 9_000],
      ['l1', 'agent', null, T + 4_000, T + 9_000],
    ],
  )
})

test('a call that is answered, talks, holds and ends', () => {
  const {
    call: row,
    legs,
    offers,
    ticket: paper,
  } = fold(
    ...answered,
    { type: 'call.held', at: 5_000, agent: '1001' },
    { type: 'call.resumed', at: 6_500, agent: '1001' },
    agentLeft,
    ended,
    { type: 'call.wrapUpStarted', at: 9_000, ticket, agent: '1001' },
    { type: 'call.wrapUpEnded', at: 12_000, ticket, agent: '1001' },
  )
  deepEqual(
    [row.waitedMs, row.talkMs, row.heldMs, row.consultMs, row.handedOverMs, row.wrapUpMs],
    [4_100, 3_500, 1_500, 0, 0, 3_000],
  )
  deepEqual(
    [row.answeredBy, row.answeredAt, row.endedAt, row.endReason],
    ['1001', T + 4_000, T + 9_000, 'callerHungUp'],
  )
  deepEqual(
    legs.map(({ id, role, agent, answeredAt, leftAt, agentLeft: how }) => [id, role, agent, answeredAt, leftAt, how]),
    [
      [call, 'caller', null, T + 4_000, T + 9_000, null],
      ['l1', 'agent', '1001', T + 4_000, T + 9_000, 'callerHungUp'],
    ],
  )
  deepEqual(
    offers.map(({ outcome, offeredAt, endedAt }) => [outcome, offeredAt, endedAt]),
    [['accepted', T + 2_000, T + 4_000]],
  )
  deepEqual([paper?.state, paper?.registrar, paper?.registeredAt], ['REGISTERED', '1001', T + 9_000])
})

test('a caller who gives up leaves a discarded ticket with the reason', () => {
  const { ticket: paper, call: row } = fold(accepted, queued, {
    type: 'call.ended',
    at: 8_000,
    reason: 'abandonedWaiting',
  })
  deepEqual([paper?.state, paper?.discardReason, paper?.registeredAt], ['DISCARDED', 'abandonedWaiting', null])
  deepEqual([row.waitedMs, row.talkMs, row.answeredAt], [8_100, 0, null])
})

test('a live call has a draft, with what is known and what was written', () => {
  const { ticket: paper } = fold(
    ...answered,
    { type: 'ticket.written', at: 5_000, ticket, agent: '1001', fields: { title: '噪音', place: '天宁区' } },
    { type: 'ticket.written', at: 6_000, ticket, agent: '1001', fields: { title: '施工噪音', content: '' } },
  )
  deepEqual(
    [paper?.state, paper?.title, paper?.content, paper?.place, paper?.type, paper?.callerNumber, paper?.createdAt],
    ['DRAFT', '施工噪音', '', '天宁区', null, '10000000001', T],
  )
})

test('given the fact of the beginning is late, the ticket is there from what named it', () => {
  const { ticket: paper, call: row } = fold({
    type: 'ticket.written',
    at: 5_000,
    ticket,
    agent: '1001',
    fields: { title: 'x' },
  })
  deepEqual([paper?.no, paper?.state, paper?.title, paper?.callerNumber], [ticket, 'DRAFT', 'x', null])
  deepEqual([row.arrivedAt, row.ticket], [null, ticket])
})

test('given an agent writes up a call whose caller is still with the partner, the ticket is registered', () => {
  const {
    ticket: paper,
    call: row,
    parties,
  } = fold(
    ...answered,
    { type: 'call.partyDialled', at: 5_000, agent: '1001', party: line, leg: 'l3', purpose: 'consult' },
    { type: 'call.partyAnswered', at: 6_000, party: line, leg: 'l3' },
    { type: 'call.joined', at: 7_000, agent: '1001', leg: 'l3' },
    { ...agentLeft, at: 8_000, how: 'left' },
    { type: 'call.handedOver', at: 8_000, party: line, leg: 'l3', by: '1001' },
    { type: 'call.wrapUpStarted', at: 8_000, ticket, agent: '1001' },
    { type: 'call.wrapUpEnded', at: 9_000, ticket, agent: '1001' },
    { type: 'call.partyLeft', at: 20_000, party: line, leg: 'l3', result: 'answered', seconds: 14 },
    { type: 'call.ended', at: 20_000, reason: 'partnerHungUp' },
  )
  deepEqual([paper?.state, paper?.registeredAt], ['REGISTERED', T + 9_000])
  deepEqual([row.talkMs, row.consultMs, row.handedOverMs], [2_000, 2_000, 12_000])
  deepEqual(
    parties.map(({ kind, party, result, seconds, joinedAt, handedOverAt }) => [
      kind,
      party,
      result,
      seconds,
      joinedAt,
      handedOverAt,
    ]),
    [['line', '12315', 'answered', 14, T + 7_000, T + 8_000]],
  )
})

test('a blind transfer that nobody answers brings the caller back to waiting, and a closed line is on record', () => {
  const { call: row, parties } = fold(
    ...answered,
    { type: 'call.partyRefused', at: 4_500, agent: '1001', line: 'drainage', result: 'closed' },
    { type: 'call.partyDialled', at: 5_000, agent: '1001', party: line, leg: 'l3', purpose: 'transfer' },
    { ...agentLeft, at: 5_000, how: 'transferred' },
    { type: 'call.partyLeft', at: 25_000, party: line, leg: 'l3', result: 'silent', seconds: 0 },
    { type: 'call.queued', at: 25_000, queue: 'general', since: T + 25_000, front: true },
    { type: 'call.ended', at: 30_000, reason: 'abandonedWaiting' },
  )
  deepEqual([row.waitedMs, row.talkMs], [4_100 + 25_000, 1_000])
  deepEqual(
    parties.map(({ id, party, result, answeredAt }) => [id, party, result, answeredAt]),
    [
      [`${journal}-6`, 'drainage', 'closed', null],
      ['l3', '12315', 'silent', null],
    ],
  )
})

test('given a colleague takes the caller over, the first agent leaving does not end the talk', () => {
  const colleague = { kind: 'agent', agent: '1002' }
  const {
    call: row,
    legs,
    parties,
  } = fold(
    ...answered,
    { type: 'call.partyDialled', at: 5_000, agent: '1001', party: colleague, leg: 'l3', purpose: 'consult' },
    { type: 'call.partyAnswered', at: 6_000, party: colleague, leg: 'l3' },
    { type: 'call.connected', at: 7_000, agent: '1002', leg: 'l3' },
    { ...agentLeft, at: 7_000, how: 'completed' },
    { type: 'call.agentLeft', at: 17_000, agent: '1002', leg: 'l3', how: 'hungUp' },
    { type: 'call.ended', at: 17_000, reason: 'agentHungUp' },
  )
  deepEqual([row.talkMs, row.consultMs, row.waitedMs, row.answeredBy], [11_000, 2_000, 4_100, '1001'])
  deepEqual(
    legs.map(({ id, agent, agentLeft: how }) => [id, agent, how]),
    [
      [call, null, null],
      ['l1', '1001', 'completed'],
      ['l3', '1002', 'hungUp'],
    ],
  )
  deepEqual([parties[0]?.result, parties[0]?.seconds], ['answered', 11])
})

test('what the net did is told later, with the times of then: neither an agent who wrote up meanwhile nor the return moves it', () => {
  const net = { agent: '1002', leg: 'l2' }
  const { call: row, legs } = fold(
    ...answered,
    { ...agentLeft, how: 'hungUp' },
    { type: 'call.wrapUpStarted', at: 60_000, agent: '1001', until: T + 80_000 },
    { type: 'ticket.written', at: 65_000, ticket, agent: '1001', fields: { title: '噪声' } },
    { type: 'call.wrapUpEnded', at: 70_000, agent: '1001', by: 'agent' },
    { type: 'call.recovered', at: 30_000, state: 'safetyNet:8002', missed: 0 },
    { type: 'call.connected', at: 30_000, seat: '8002', ...net },
    { type: 'call.agentLeft', at: 45_000, how: 'callerHungUp', ...net },
    { type: 'call.ended', at: 45_000, reason: 'callerHungUp' },
    { type: 'call.wrapUpStarted', at: 75_000, agent: '1002', until: T + 99_000 },
    { type: 'call.wrapUpEnded', at: 77_000, agent: '1002', by: 'agent' },
  )
  expect(row).toMatchObject({ waitedMs: 4_100 + 21_000, talkMs: 5_000 + 15_000, wrapUpMs: 12_000, endedAt: T + 45_000 })
  expect(legs.map(({ id, answeredAt, leftAt }) => [id, answeredAt, leftAt])).toEqual([
    [call, T + 4_000, T + 45_000],
    ['l1', T + 4_000, T + 9_000],
    ['l2', T + 30_000, T + 45_000],
  ])
})

test('facts of kinds from a newer version change nothing', () => {
  const known = told(...answered)
  const strange = { ...known[0], type: 'call.teleported', seq: 99 } as StoredFact
  deepEqual(foldCall(call, [...known, strange]), foldCall(call, known))
})

test('a call that moved to another journal is put in the same order each time', () => {
  const [first, second] = [told(...answered.slice(0, 3)), told(...answered.slice(3))]
  const moved = second.map((fact) => ({ ...fact, journal: 'ffffffff-0000-4000-8000-000000000000', epoch: 1 }))
  deepEqual(foldCall(call, [...moved, ...first]), foldCall(call, [...first, ...moved]))
})

const cutOff: Told[] = [
  {
    type: 'call.callbackOwed',
    at: 9_000,
    ticket,
    number: '10000000001',
    queue: 'general',
    arrivedAt: T - 100,
    cut: 'talking',
  },
  { ...agentLeft, how: 'lost' },
  { ...ended, reason: 'mediaServerLost' },
]

test('a call that was not let in is whole with one fact, and has no ticket', () => {
  const {
    call: row,
    legs,
    ticket: none,
  } = fold({
    ...{ type: 'call.refused', at: 200, reason: 'overload', why: 'callers', leg: call, queue: 'general' },
    ...{ number: '10000000001', name: '演示', dialled: '12345', arrivedAt: T - 100 },
  })
  expect(row).toMatchObject({ callerNumber: '10000000001', dialled: '12345', endReason: 'overload', waitedMs: 300 })
  expect(row).toMatchObject({ arrivedAt: T - 100, endedAt: T + 200, ticket: null })
  expect(legs).toMatchObject([{ id: call, role: 'caller', startedAt: T - 100, leftAt: T + 200 }])
  expect(none).toBeNull()
})

test('a callback is owed to who was cut, until the ring-back is answered; the times of the call are those of its end', () => {
  const owed = { number: '10000000001', cut: 'talking', ticket, arrivedAt: T - 100, cutAt: T + 9_000 }
  const open = fold(...answered, ...cutOff)
  expect(open.callback).toMatchObject({ ...owed, rangBackAt: null, rangBackAs: null })
  const closed = fold(...answered, ...cutOff, { type: 'call.rangBack', at: 60_000, as: 'node1-2.1' })
  expect(closed.callback).toMatchObject({ ...owed, rangBackAt: T + 60_000, rangBackAs: 'node1-2.1' })
  expect({ ...closed.call, facts: 0 }).toEqual({ ...open.call, facts: 0 })
  expect(closed.ticket).toEqual(open.ticket)
  expect(fold(...answered, agentLeft, ended).callback).toBeNull()
})
