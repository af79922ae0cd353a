/** An Asterisk that hangs: its sockets stay open and its websocket answers pings, but its core does not answer. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openAri } from '#platform/asterisk/ari'
import { AriTrouble } from '../../../src/platform/asterisk/ari-trouble.ts'
import { Pulse } from '../../../src/platform/asterisk/pulse.ts'
import { startFakeAsterisk } from '../../kit/fake-asterisk.ts'

describe('the watch', () => {
  let asked = 0
  let answer: () => Promise<unknown>
  let hung: number[] = []
  let pulse: Pulse
  beforeEach(() => {
    vi.useFakeTimers()
    asked = 0
    hung = []
    answer = async () => 'gone'
    const rtpStatistics = (): Promise<unknown> => {
      asked += 1
      return answer()
    }
    pulse = new Pulse({ rtpStatistics }, (ms) => hung.push(ms))
    pulse.start()
  })
  afterEach(() => {
    pulse.stop()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
  const never = () => new Promise<never>(() => {})
  const trouble = (status: number) =>
    Promise.reject(
      new AriTrouble({ kind: 'refused', status, op: 'channels.rtpstatistics', id: '', message: 'injected' }),
    )

  test('costs a command a second, and no more', async () => {
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toBeGreaterThan(55)
    expect(asked).toBeLessThanOrEqual(61)
    expect(hung).toEqual([])
  })

  test.each([
    ['no answer comes', never],
    ['no connection is made', () => trouble(0)],
  ])('is over within four seconds when %s', async (_, nothing) => {
    await vi.advanceTimersByTimeAsync(10_000)
    answer = nothing
    await vi.advanceTimersByTimeAsync(4_000)
    expect(hung).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(hung).toHaveLength(1)
  })

  test('takes a refusal for an answer', async () => {
    answer = () => trouble(503)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(hung).toEqual([])
    await pulse.once()
  })

  test('does not take our own standing still for the silence of Asterisk', async () => {
    await vi.advanceTimersByTimeAsync(5_000)
    const real = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => real() + 60_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(hung).toEqual([])
  })

  test('an answer that comes after the end of a watch does not help the next one', async () => {
    const late = Promise.withResolvers<unknown>()
    answer = () => late.promise
    await vi.advanceTimersByTimeAsync(2_000)
    answer = never
    pulse.start()
    await vi.advanceTimersByTimeAsync(2_000)
    late.resolve('gone')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(hung).toHaveLength(1)
  })
})

test('a hung Asterisk is away although its socket is open; it is here again when it answers, and was never another', async () => {
  const fake = await startFakeAsterisk()
  const limits = { quickMs: 60 }
  const ari = openAri({ address: fake.address, app: 'switchboard', limits, pulse: { everyMs: 30, hungAfterMs: 200 } })
  try {
    let up = Promise.withResolvers<{ restarted: boolean }>()
    const down = Promise.withResolvers<string>()
    ari.connection.onUp((told) => up.resolve(told))
    ari.connection.onDown((why) => down.resolve(why))
    ari.connection.start()
    await up.promise
    up = Promise.withResolvers()
    const retries: string[] = []
    const waits = Promise.withResolvers<void>()
    ari.connection.onRetry(({ why }) => {
      retries.push(why)
      if (retries.length === 3) waits.resolve()
    })
    const silence = { op: 'channels.rtpstatistics', kind: 'silence', times: Number.POSITIVE_INFINITY } as const
    const goesOn = fake.fault(silence)
    expect(await down.promise).toMatch(/^hung: no answer for \d+ ms$/)
    await waits.promise
    // Never knocked at: or the dead connection could be registered after the living one.
    expect(ari.connection.isUp).toBe(false)
    expect(fake.connections('switchboard')).toBe(1)
    goesOn()
    expect(await up.promise).toMatchObject({ restarted: false })
    expect(fake.connections('switchboard')).toBe(2)
  } finally {
    await ari.close()
    await fake.stop()
  }
})
