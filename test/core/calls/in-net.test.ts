import { expect, test } from 'vitest'
import { comeBackFromNet, type LegEnd, leaveToNet, type Waiting } from '#calls/core'
import { type LegId, toInstant } from '#kernel'
import {
  anOfferingCall,
  aTalkingCall,
  aThreeWayCall,
  at,
  aWaitingCall,
  callId,
  everyState,
  leg,
} from '../../kit/builders.ts'

test('a caller whom the net takes waits on, keeps the place, and is nobody’s to offer', () => {
  for (const call of everyState()) {
    const { call: next, facts, news } = leaveToNet(call, at)
    expect(next).toMatchObject({ id: callId, ticket: call.ticket, state: 'waiting', arrivedAt: call.arrivedAt })
    expect(facts.map(({ type }) => type)).not.toContain('call.ended')
    expect(news).toContainEqual({ tell: 'gone', call: callId })
  }
  expect(leaveToNet(aWaitingCall({ front: true }), at).call).toMatchObject({ since: aWaitingCall().since, front: true })
  expect(leaveToNet(aTalkingCall(), at).call).toMatchObject({ since: at, front: true })
})

test('an offer under way is taken back, and the agent not blamed', () => {
  const { facts, news } = leaveToNet(anOfferingCall(), at)
  expect(facts).toMatchObject([{ type: 'call.offerEnded', outcome: 'cancelled' }])
  expect(news).toContainEqual(expect.objectContaining({ tell: 'offerEnded', outcome: 'cancelled' }))
})

test('a caller who comes back has music and stands in the queue again', () => {
  const { call, effects, news } = comeBackFromNet(leaveToNet(aWaitingCall(), at).call as Waiting, at)
  expect(call).toMatchObject({ since: aWaitingCall().since, front: false })
  expect(effects).toMatchObject([{ do: 'startMusic' }])
  expect(news).toEqual([{ tell: 'waiting', call: callId }])
})

test('who was with the caller has left when and how it is told, whoever was first first; the caller waits since then', () => {
  const later = toInstant(at + 30_000)
  const ends = (...told: [string, number, LegEnd['cause']][]): ReadonlyMap<LegId, LegEnd> =>
    new Map(told.map(([id, ms, cause]) => [leg(id), { at: toInstant(at + ms), cause }]))
  const { call, facts } = leaveToNet(aTalkingCall(), later, ends(['amina', 5_000, 'normal']))
  expect(facts).toMatchObject([
    { type: 'call.legLeft', cause: 'normal', at: at + 5_000 },
    { type: 'call.agentLeft', how: 'hungUp', at: at + 5_000 },
  ])
  expect(call).toMatchObject({ state: 'waiting', since: at + 5_000, front: true })

  const three = leaveToNet(aThreeWayCall(), later, ends(['amina', 5_000, 'failed'], ['party', 9_000, 'normal']))
  expect(three.facts.map(({ type, at: when }) => [type, when - at])).toEqual([
    ['call.legLeft', 5_000],
    ['call.agentLeft', 5_000],
    ['call.legLeft', 9_000],
    ['call.partyLeft', 9_000],
  ])
  expect(three.facts).toContainEqual(expect.objectContaining({ how: 'vanished' }))

  const offering = leaveToNet(anOfferingCall(), later, ends(['amina', 5_000, 'normal']))
  expect(offering.facts).toMatchObject([{ type: 'call.offerEnded', at: at + 5_000 }])
  expect(leaveToNet(aTalkingCall(), later).facts).toMatchObject([{ type: 'call.agentLeft', how: 'lost', at: later }])
})
