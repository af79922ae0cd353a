import { expect, test } from 'vitest'
import { type Base, servedWithoutUs } from '#calls/core'
import { type SeatId, toInstant } from '#kernel'
import { amina, aTalkingCall, aWaitingCall, bao, callId, leg } from '../../kit/builders.ts'

const { state: _, since: __, front: ___, ...base } = aWaitingCall({ made: 0 })
const unseen: Base = base
const ended = toInstant(990_000)
const answer = { seat: '8001' as SeatId, agent: amina, at: toInstant(950_000) } as const

test('a caller whom we never saw and an agent answered: the call is told from arrival to end, with the times of then', () => {
  const { call, facts, effects } = servedWithoutUs(unseen, { answer, endedAt: ended, endedBy: 'caller', inNet: true })
  expect(facts.map(({ type, at }) => [type, at])).toEqual([
    ['call.accepted', 900_000],
    ['call.queued', 900_000],
    ['call.recovered', 950_000],
    ['call.connected', 950_000],
    ['call.agentLeft', 990_000],
    ['call.ended', 990_000],
  ])
  expect(call).toMatchObject({ id: callId, state: 'ended', reason: 'callerHungUp' })
  expect(effects).toEqual([])
})

test('nobody answered: the caller has given up', () => {
  const { facts } = servedWithoutUs(unseen, { answer: null, endedAt: ended, endedBy: 'caller', inNet: true })
  expect(facts.map(({ type }) => type)).not.toContain('call.connected')
  expect(facts.at(-1)).toMatchObject({ type: 'call.ended', reason: 'abandonedWaiting' })
})

test('who hung up before anybody had heard of him was not in the net', () => {
  const { facts } = servedWithoutUs(unseen, { answer: null, endedAt: ended, endedBy: 'caller', inNet: false })
  expect(facts.map(({ type, at }) => [type, at])).toEqual([
    ['call.accepted', 900_000],
    ['call.queued', 900_000],
    ['call.recovered', 990_000],
    ['call.ended', 990_000],
  ])
  expect(facts).toMatchObject([{}, {}, { state: 'unheard' }, { reason: 'abandonedWaiting' }])
})

test('where nobody is known to have sat, the seat has answered, and nobody is named', () => {
  const nobody = { ...answer, agent: null }
  const { facts } = servedWithoutUs(unseen, { answer: nobody, endedAt: ended, endedBy: 'agent', inNet: true })
  const parts = facts.filter(({ type }) => type === 'call.connected' || type === 'call.agentLeft')
  expect(parts).toMatchObject([
    { type: 'call.connected', seat: '8001', at: 950_000 },
    { type: 'call.agentLeft', how: 'hungUp', at: 990_000 },
  ])
  for (const part of parts) expect(part).not.toHaveProperty('agent')
  expect(facts.at(-1)).toMatchObject({ type: 'call.ended', reason: 'agentHungUp' })
})

test('a call that we had taken in is not accepted a second time, and leaves the queue', () => {
  const { facts, news } = servedWithoutUs(aWaitingCall(), { answer, endedAt: ended, endedBy: 'agent', inNet: true })
  expect(facts.filter(({ type }) => type === 'call.accepted')).toEqual([])
  expect(news[0]).toEqual({ tell: 'gone', call: callId })
})

test('who had been with the caller before was no more when the net put the call through', () => {
  const talking = aTalkingCall({ since: toInstant(910_000) })
  const service = { answer: { ...answer, agent: bao }, endedAt: ended, endedBy: 'caller', inNet: true } as const
  const told = new Map([[leg('amina'), { at: toInstant(930_000), cause: 'normal' as const }]])
  const { facts, news, effects } = servedWithoutUs(talking, service, { at: toInstant(960_000), legEnds: told })
  expect(facts.map(({ type, at }) => [type, at])).toEqual([
    ['call.legLeft', 930_000],
    ['call.agentLeft', 930_000],
    ['call.recovered', 950_000],
    ['call.connected', 950_000],
    ['call.agentLeft', 990_000],
    ['call.ended', 990_000],
  ])
  expect(facts.filter(({ type }) => type === 'call.agentLeft')).toMatchObject([{ agent: amina }, { agent: bao }])
  const freed = news.flatMap((item) => (item.tell === 'agentFreed' ? [item.agent] : []))
  expect(freed).toEqual([amina, bao])
  expect(effects).toContainEqual({ do: 'removeBridge', bridge: talking.bridge })

  const untold = servedWithoutUs(talking, service, { at: toInstant(960_000), legEnds: new Map() })
  expect(untold.facts[0]).toMatchObject({ type: 'call.agentLeft', how: 'lost', at: 950_000 })
})
