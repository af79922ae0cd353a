/** A caller whom only an agent answers hears it ring for a while, then music: an early dialog alone has no proof of life. */
import { expect, test } from 'vitest'
import { accept, leaveToNet, lose, transition } from '#calls/core'
import { anOfferingCall, aTalkingCall, at, aWaitingCall, callId, leg } from '../../kit/builders.ts'

const caller = leg('caller')
const expired = { type: 'ringingExpired', call: callId, leg: caller, at } as const
const unanswered = { answered: false, manner: { answer: 'onAgent' } } as const
const stop = { do: 'stopTimer', about: caller }

test('who is not answered on arrival rings, and the watch is set', () => {
  const { state: _, since: _1, front: _2, ...base } = aWaitingCall({ manner: { answer: 'onAgent' } })
  expect(accept(base, at).effects).toEqual([
    { do: 'indicateRinging', leg: caller },
    { do: 'startTimer', about: caller, kind: 'ringing' },
  ])
})

test.each([aWaitingCall(unanswered), anOfferingCall(unanswered)])(
  '$state: answered, with music, and nothing else changes',
  (call) => {
    const next = transition(call, expired)
    expect(next.call).toEqual({ ...call, answered: true })
    expect(next.effects).toEqual([
      { do: 'answer', leg: caller },
      { do: 'startMusic', leg: caller },
    ])
    expect([next.facts, next.news]).toEqual([[], []])
  },
)

test.each([aWaitingCall(), anOfferingCall(), aTalkingCall()])('$state, answered long ago: nothing', (call) => {
  expect(transition(call, expired).call).toBe(call)
})

test('of another leg: nothing', () => {
  const call = anOfferingCall(unanswered)
  expect(transition(call, { ...expired, leg: call.agentLeg }).call).toBe(call)
})

test('the watch is taken off when an agent answers, and when the call ends', () => {
  const ringing = anOfferingCall(unanswered)
  const answered = transition(ringing, { type: 'legAnswered', call: callId, leg: ringing.agentLeg, at })
  expect(answered.effects).toContainEqual(stop)
  expect(lose(ringing, 'lostWhileAway', at).effects).toContainEqual(stop)
  expect(lose(aWaitingCall(unanswered), 'lostWhileAway', at).effects).toContainEqual(stop)
  expect(leaveToNet(aWaitingCall(unanswered), at).effects).toContainEqual(stop)
  expect(lose(aWaitingCall(), 'lostWhileAway', at).effects).not.toContainEqual(stop)
})
