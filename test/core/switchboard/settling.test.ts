import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Call } from '#calls/core'
import type { CallId } from '#kernel'
import { createSettling, isInPlace } from '../../../src/switchboard/settling.ts'
import { createTimers } from '../../../src/switchboard/timers.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const talking = (id: string, more: Partial<Extract<Call, { state: 'talking' }>> = {}): Call =>
  ({
    ...{ id, state: 'talking', answered: true, held: false, muted: true, bridge: `${id}-b`, agentLeg: `${id}-a` },
    ...{ caller: { leg: `${id}-c` }, ...more },
  }) as unknown as Call

function settlingOf(calls: readonly Call[], written = () => Promise.resolve()) {
  const done: string[] = []
  const hall = { calls: new Map(calls.map((call) => [call.id, call])) }
  const settling = createSettling({
    hall,
    timers: createTimers(),
    perform: (call, effect) => done.push(`${call.id} ${effect.do}`),
    written,
  })
  return { done, hall, settling }
}

test('who is not in place is seen to at once', async () => {
  const call = talking('1')
  const { done, settling } = settlingOf([call])
  settling.settle(call, false, true)
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['1 answer', '1 stopRingback', '1 stopMusic', '1 mute', '1 stopMusic', '1 connect'])
})

test('but not before it is on disk that the call is so', async () => {
  const call = talking('1')
  const disk = Promise.withResolvers<void>()
  const { done, hall, settling } = settlingOf([call], () => disk.promise)
  settling.settle(call, false, true)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(done).toEqual([])
  hall.calls.set('1' as CallId, talking('1', { muted: false }))
  disk.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(done).toEqual(['1 answer', '1 stopRingback', '1 stopMusic', '1 unmute', '1 stopMusic', '1 connect'])
})

test('of who is in place the rest is seen to once callers are let in, a few calls at a time', async () => {
  const calls = Array.from({ length: 25 }, (_, n) => talking(`${n}`))
  const { done, settling } = settlingOf(calls)
  for (const call of calls) settling.settle(call, true, true)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(done).toEqual([])
  settling.begin()
  await vi.advanceTimersByTimeAsync(50)
  expect(new Set(done.map((deed) => deed.split(' ')[0])).size).toBe(10)
  await vi.advanceTimersByTimeAsync(100)
  expect(done).toHaveLength(25 * 4)
  expect(done.filter((deed) => deed.endsWith('connect'))).toEqual([])
})

test('whose call has changed meanwhile is seen to whole, as it is then; whose call is over is not', async () => {
  const [changed, over] = [talking('1'), talking('2')]
  const { done, hall, settling } = settlingOf([changed, over])
  for (const call of [changed, over]) settling.settle(call, true, true)
  settling.begin()
  hall.calls.set('1' as CallId, talking('1', { muted: false }))
  hall.calls.delete('2' as CallId)
  await vi.advanceTimersByTimeAsync(50)
  expect(done).toEqual(['1 answer', '1 stopRingback', '1 stopMusic', '1 unmute', '1 stopMusic', '1 connect'])
})

test('what was left to do when Asterisk went away is done by the next comparison', async () => {
  const call = talking('1')
  const { done, settling } = settlingOf([call])
  settling.settle(call, true, true)
  settling.begin()
  settling.forget()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(done).toEqual([])
  settling.settle(call, true, true)
  settling.begin()
  await vi.advanceTimersByTimeAsync(50)
  expect(done).toHaveLength(4)
})

const up = new Map([['1-c', { state: 'Up' as const }]])
test.each([
  ['both are in their bridge', talking('1'), ['1-c', '1-a'], true],
  ['somebody else is in it', talking('1'), ['1-c', '1-a', 'x'], false],
  ['the agent is alone', talking('1'), ['1-a'], false],
  ['the caller is on hold', talking('1', { held: true }), ['1-a'], false],
])('%s', (_, call, members, expected) => {
  expect(isInPlace(call, up, new Map([['1-b', members]]))).toBe(expected)
})

test('a caller who is not answered yet in Asterisk is not in place', () => {
  expect(isInPlace(talking('1'), new Map([['1-c', { state: 'Ring' }]]), new Map([['1-b', ['1-c', '1-a']]]))).toBe(false)
})

test('who waits is in place where nobody hears him', () => {
  const waiting = { ...talking('1'), state: 'waiting' } as Call
  expect(isInPlace(waiting, up, new Map())).toBe(true)
  expect(isInPlace(waiting, up, new Map([['x', ['1-c']]]))).toBe(false)
})
