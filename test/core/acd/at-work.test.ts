import { expect, test } from 'vitest'
import { type Agent, isAtWork } from '#acd/core'
import { anAgent, at, callId } from '../../kit/builders.ts'

const busy = { state: 'busy', since: at, call: callId } as const
const cases: [string, Partial<Agent>, boolean][] = [
  ['a ready agent', {}, true],
  ['an agent on a break', { status: { state: 'notReady', since: at, reason: 'break' } }, false],
  ['an agent who has logged out', { seat: null, status: { state: 'loggedOut' } }, false],
  ['an agent in a call', { status: busy }, true],
  ['an agent in a call who asked for a break', { status: busy, afterwards: 'break' }, false],
]
for (const [who, agent, is] of cases)
  test(`${who} ${is ? 'is' : 'is not'} at work for the safety net`, () => {
    expect(isAtWork(anAgent(agent))).toBe(is)
  })
