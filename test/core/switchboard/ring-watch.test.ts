import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CallId, LegId } from '#kernel'
import { AriTrouble } from '#platform/asterisk/ari-client'
import { createRingWatch } from '../../../src/switchboard/ring-watch.ts'
import { createTimers } from '../../../src/switchboard/timers.ts'

const [call, leg] = ['call' as CallId, 'leg' as LegId]
const silence = new AriTrouble({ kind: 'timeout', status: 0, op: 'channels.dial', id: leg, message: 'no answer' })
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Answer = 'done' | 'gone' | 'silence' | Promise<'done'>
/** `answers`: what comes of each dial in turn. `asked`: what Asterisk says each time of whether the channel was dialled. */
function watch(
  answers: Answer[],
  asked: (boolean | 'gone' | 'silence')[],
  states: ('Ringing' | 'Up' | 'gone' | 'silence')[] = [],
) {
  const told: string[] = []
  const state = { isRung: true }
  const rings = createRingWatch({
    timers: createTimers(),
    isRung: () => state.isRung,
    dial: async () => {
      told.push('dial')
      const answer = await answers.shift()
      if (answer === undefined || answer === 'silence') throw silence
      return answer
    },
    hasDialled: async () => {
      told.push('ask')
      const answer = asked.shift()
      if (answer === undefined || answer === 'silence') throw silence
      return answer
    },
    dialled: () => told.push('rings'),
    stateOf: async () => {
      const next = states.shift() ?? 'Ringing'
      if (next === 'silence') throw silence
      return next
    },
    answered: () => {
      told.push('answered')
      state.isRung = false
    },
    gone: () => told.push('gone'),
    trouble: () => told.push('trouble'),
  })
  return { ring: () => rings.ring(call, leg), makeSure: () => rings.makeSure(call, leg), told, state }
}

test('what was answered is not asked about', async () => {
  const { ring, told, state } = watch(['done'], [])
  await ring()
  state.isRung = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['dial', 'rings'])
})

test('a phone that was picked up without our being told is known to be, a few seconds later', async () => {
  const { ring, told } = watch(['done'], [], ['Ringing', 'Up', 'Up'])
  await ring()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(told).toEqual(['dial', 'rings', 'answered'])
})

test('an Asterisk that does not say is asked again, and a channel that is gone no more', async () => {
  const { ring, told } = watch(['done'], [], ['silence', 'silence'])
  await ring()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual(['dial', 'rings', 'trouble', 'trouble'])
  const gone = watch(['done'], [], ['gone', 'Up'])
  await gone.ring()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(gone.told).toEqual(['dial', 'rings'])
})

test('an order that was lost is given again', async () => {
  const { ring, told } = watch(['silence', 'done'], [false])
  await expect(ring()).rejects.toBe(silence)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['dial', 'ask', 'dial', 'rings'])
})

test('an order of which only the answer was lost is not given again: the phone would stop ringing', async () => {
  const { ring, told } = watch(['silence'], [true])
  await expect(ring()).rejects.toBe(silence)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['dial', 'ask', 'rings'])
})

test('who does not answer is asked until it does', async () => {
  const { ring, told } = watch(['silence', 'silence', 'done'], ['silence', 'silence', false, false])
  await expect(ring()).rejects.toBe(silence)
  await vi.advanceTimersByTimeAsync(9_000)
  const asked = ['ask', 'trouble', 'ask', 'trouble', 'ask']
  expect(told).toEqual(['dial', ...asked, 'dial', 'trouble', 'ask', 'dial', 'rings'])
})

test('a channel that is not there is told as gone', async () => {
  const { ring, told } = watch(['gone'], ['gone'])
  await ring()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['dial', 'ask', 'gone'])
})

test('nobody is rung for a call that has gone on meanwhile', async () => {
  const { ring, told, state } = watch(['silence'], [false])
  await expect(ring()).rejects.toBe(silence)
  state.isRung = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['dial', 'ask'])
})

test('while an order is under way, coming back from an absence does not give it a second time', async () => {
  const answer = Promise.withResolvers<'done'>()
  const { ring, makeSure, told } = watch([answer.promise], [false])
  const rung = ring()
  makeSure()
  await vi.advanceTimersByTimeAsync(5_000)
  answer.resolve('done')
  await rung
  expect(told).toEqual(['dial', 'rings'])
})

test('of two looks at once, one dials', async () => {
  const { makeSure, told } = watch(['done', 'done'], [false, false])
  makeSure()
  await vi.advanceTimersByTimeAsync(100)
  makeSure()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual(['ask', 'dial', 'rings'])
})
