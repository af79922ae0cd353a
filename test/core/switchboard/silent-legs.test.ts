import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Call } from '#calls/core'
import type { CallId, LegId } from '#kernel'
import { createSilentLegs } from '../../../src/switchboard/silent-legs.ts'
import { createTimers } from '../../../src/switchboard/timers.ts'
import { startHall } from '../../kit/hall-on-fake.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const caller = 'caller' as LegId
const silenceMs = 30_000

/** One caller who waits; `packets`: how many have come when it is asked for the n-th time. `isNew`: he has come after us. */
async function watch(packets: (n: number) => number | 'gone' | 'silence', isNew = true) {
  const told: string[] = []
  const leg = { up: !isNew, onHold: false }
  let asked = 0
  const silentLegs = createSilentLegs({
    client: {
      rtpStatistics: async () => {
        const rxcount = packets(++asked)
        if (rxcount === 'silence') throw new Error('no answer')
        return rxcount === 'gone' ? 'gone' : ({ rxcount } as never)
      },
    },
    hall: { calls: new Map([['call' as CallId, { state: 'waiting', caller: { leg: caller } } as unknown as Call]]) },
    legs: { legOf: () => leg as never },
    timers: createTimers(),
    silenceMs,
    silent: (which) => told.push(which),
    trouble: () => told.push('trouble'),
  })
  silentLegs.start()
  if (isNew) await vi.advanceTimersByTimeAsync(silenceMs / 3)
  leg.up = true
  return { told, leg, silentLegs, asked: () => asked }
}

test('a leg from which nothing comes is let go after the time that it may be silent, and within a third of it', async () => {
  const { told } = await watch(() => 7)
  await vi.advanceTimersByTimeAsync(silenceMs)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(silenceMs / 3)
  expect(told).toEqual([caller])
})

test('a leg that speaks now and then is never let go', async () => {
  const { told } = await watch((n) => Math.floor(n / 3))
  await vi.advanceTimersByTimeAsync(20 * silenceMs)
  expect(told).toEqual([])
})

test('an Asterisk that does not answer for long has made nobody silent', async () => {
  const { told } = await watch((n) => (n <= 2 ? 7 : n <= 20 ? 'silence' : n <= 22 ? 7 : n))
  await vi.advanceTimersByTimeAsync(20 * silenceMs)
  expect(new Set(told)).toEqual(new Set(['trouble']))
})

test('a leg that was up before we came may have put us on hold, until it has spoken', async () => {
  const mute = await watch(() => 7, false)
  await vi.advanceTimersByTimeAsync(20 * silenceMs)
  expect(mute.told).toEqual([])
  await vi.advanceTimersByTimeAsync(12 * silenceMs)
  expect(mute.told).toContain(caller)
  const heard = await watch((n) => Math.min(n, 2), false)
  await vi.advanceTimersByTimeAsync(3 * silenceMs)
  expect(heard.told).toContain(caller)
})

test('setting the clock on the wall changes nothing', async () => {
  const { told } = await watch((n) => n)
  for (let n = 0; n < 10; n++) {
    vi.setSystemTime(Date.now() + (n % 2 === 0 ? 3_600_000 : -3_600_000))
    await vi.advanceTimersByTimeAsync(silenceMs)
  }
  expect(told).toEqual([])
})

test('a phone that has put the call on hold may be silent for long, and not for ever', async () => {
  const { told, leg } = await watch(() => 7)
  leg.onHold = true
  await vi.advanceTimersByTimeAsync(29 * silenceMs)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(3 * silenceMs)
  expect(told).toContain(caller)
})

test('a leg that only rings is not asked; nor is anybody once it has stopped', async () => {
  const { leg, asked, silentLegs } = await watch(() => 7)
  leg.up = false
  await vi.advanceTimersByTimeAsync(2 * silenceMs)
  expect(asked()).toBe(0)
  leg.up = true
  silentLegs.stop()
  await vi.advanceTimersByTimeAsync(2 * silenceMs)
  expect(asked()).toBe(0)
})

test('a caller who has vanished in mid-call is hung up, and the agent with him', async () => {
  vi.useRealTimers()
  const hall = await startHall({}, { silenceMs: 150 })
  try {
    const phone = await hall.ready('1001', '8001')
    const caller = hall.call()
    const leg = await phone.nextLeg()
    leg.answer()
    await hall.has(caller, 'call.connected')
    caller.isSilent = true
    await hall.has(caller, 'call.legLeft', { role: 'caller', cause: 'vanished' })
    await hall.has(caller, 'call.ended')
    await hall.until(() => !caller.alive && !leg.alive)
    expect(hall.troubles).toEqual([])
  } finally {
    await hall.close()
  }
})
