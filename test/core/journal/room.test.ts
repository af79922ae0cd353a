import { expect, test } from 'vitest'
import { goesIn, isFilling, type Purpose, type Room, roomAfter } from '../../../src/journal/core/index.ts'

const bounds = { mostBytes: 1_000, reserveBytes: 100 }

test.each([
  ['roomy', 900, 'roomy'],
  ['roomy', 901, 'reserved'],
  ['roomy', 1_001, 'closed'],
  ['reserved', 1_000, 'reserved'],
  ['reserved', 900, 'roomy'],
  ['closed', 1_000, 'closed'],
  ['closed', 901, 'closed'],
  ['closed', 900, 'roomy'],
] as const)('after %s, %i bytes are %s', (before, bytes, room) => {
  expect(roomAfter(before, bytes, bounds)).toBe(room)
})

const refused = (room: Room, isStuck: boolean): Purpose[] =>
  (['agentState', 'newWork', 'inHand'] as const).filter((purpose) => !goesIn(purpose, room, isStuck))

test('what is refused grows with need, and never holds what is in hand', () => {
  expect(refused('roomy', false)).toEqual([])
  expect(refused('reserved', false)).toEqual(['agentState'])
  expect(refused('closed', false)).toEqual(['agentState', 'newWork'])
  for (const room of ['roomy', 'reserved', 'closed'] as const)
    expect(refused(room, true)).toEqual(['agentState', 'newWork'])
})

test('the alarm begins above four fifths and ends at three quarters', () => {
  expect([800, 801].map((bytes) => isFilling(false, bytes, bounds))).toEqual([false, true])
  expect([750, 751].map((bytes) => isFilling(true, bytes, bounds))).toEqual([false, true])
})
