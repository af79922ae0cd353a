import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskNumbers, messageOf, verdictOf } from '../../../src/platform/asterisk/verdict.ts'

describe('what an answer means', () => {
  test.each([
    ['channels.answer', 204, '', false, 'done'],
    ['channels.create', 200, '', false, 'done'],
    ['channels.hangup', 404, 'Channel not found', false, 'gone'],
    ['channels.startMoh', 409, 'Channel not in Stasis application', false, 'gone'],
    ['bridges.addChannel', 422, 'Channel not in Stasis application', false, 'gone'],
    ['bridges.addChannel', 400, 'Channel not found', false, 'gone'],
    ['bridges.addChannel', 404, 'Bridge not found', false, 'gone'],
    ['bridges.removeChannel', 422, 'Channel not in this bridge', false, 'gone'],
    ['bridges.addChannel', 409, 'Channel 7-1 currently recording', false, 'trouble'],
    ['playbacks.stop', 404, 'Playback not found', false, 'gone'],
    ['playbacks.stop', 500, 'Could not stop playback', false, 'trouble'],
    ['channels.startMoh', 412, 'Channel in invalid state', false, 'trouble'],
    ['channels.create', 500, 'Allocation failed', false, 'unreachable'],
    ['channels.originateWithId', 500, 'Allocation failed', false, 'unreachable'],
    ['bridges.createWithId', 500, 'Allocation failed', false, 'trouble'],
    ['channels.create', 409, 'Channel with given unique ID already exists', false, 'trouble'],
    ['channels.create', 409, 'Channel with given unique ID already exists', true, 'done'],
    ['bridges.createWithId', 409, "Bridge with id 'b' already exists", false, 'done'],
    ['channels.dial', 409, "Channel is not in the 'Down' state", true, 'trouble'],
    ['channels.hangup', 404, 'Resource not found', false, 'trouble'],
    ['channels.hangup', 401, 'Authentication required', false, 'trouble'],
  ] as const)('%s %i "%s", repeated: %s → %s', (op, status, message, repeated, verdict) => {
    expect(verdictOf(op, status, message, repeated)).toBe(verdict)
  })

  test('the text of an error is found under either name, and holds no number in full', () => {
    expect(messageOf({ message: 'Channel not found' })).toBe('Channel not found')
    expect(messageOf({ error: 'Allocation failed' })).toBe('Allocation failed')
    expect(messageOf({ message: 'no such endpoint PJSIP/13812345678@trunk' })).toBe(
      'no such endpoint PJSIP/138****5678@trunk',
    )
    for (const odd of [null, undefined, 7, [], { message: {} }]) expect(messageOf(odd)).toBe('')
  })

  test('whatever the text, no run of more than six digits is left in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^\d{7,20}$/), (text, number) => {
        expect(maskNumbers(`${text}${number}`)).not.toMatch(/\d{7}/)
      }),
    )
  })
})
