import { expect, test } from 'vitest'
import { comeBackFromNet, leaveToNet, type Waiting } from '#calls/core'
import { anOfferingCall, aTalkingCall, at, aWaitingCall, callId, everyState } from '../../kit/builders.ts'

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
