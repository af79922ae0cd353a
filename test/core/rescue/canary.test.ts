import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Ask, endOf, sendCanary } from '../../../src/main/rescue/canary.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** An Asterisk whose variable CANARY says one thing after the other, and the last one for ever. */
function asterisk(...said: string[]) {
  const asked: string[] = []
  const ask: Ask = async <T>(method: string, path: string) => {
    asked.push(`${method} ${path.split('?')[0]}`)
    if (method === 'POST') return {} as T
    const value = said.length > 1 ? said.shift() : said[0]
    return { value } as T
  }
  return { ask, asked }
}
async function sent(ask: Ask) {
  const end = sendCanary(ask, '7')
  await vi.runAllTimersAsync()
  return end
}

test('what stands there of an earlier canary says nothing', () => {
  expect(endOf('7', '6~writtenDown')).toBeUndefined()
  expect(endOf('7', '7~writtenDown')).toBe('writtenDown')
  expect(endOf('7', '7~gateClosed')).toBe('gateClosed')
  expect(endOf('7', '')).toBeUndefined()
  expect(endOf('7', '7~something')).toBeUndefined()
})

test('a call that is written down is good, and says how long it took', async () => {
  const { ask, asked } = asterisk('6~writtenDown', '6~writtenDown', '7~writtenDown')
  expect(await sent(ask)).toEqual({ ok: true, tookMs: 200 })
  expect(asked).toEqual(['POST /channels', ...Array.from({ length: 3 }, () => 'GET /asterisk/variable')])
})

test('a call that nobody writes down is given up, with the reason', async () => {
  expect(await sent(asterisk('6~writtenDown').ask)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/not written down/),
  })
  expect(await sent(asterisk('7~gateClosed').ask)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/gate is closed/),
  })
  expect(await sent(asterisk('7~notTaken').ask)).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/not in Asterisk/),
  })
})

test('what is written down late is late', async () => {
  const slow: Ask = async <T>(method: string) => {
    if (method === 'GET') await new Promise((resolve) => setTimeout(resolve, 3_500))
    return { value: '7~writtenDown' } as T
  }
  expect(await sent(slow)).toMatchObject({ ok: false, reason: expect.stringMatching(/not written down/) })
})

test('an Asterisk that does not answer, or does not place the call, is the reason', async () => {
  const dead: Ask = () => Promise.reject(new Error('ARI answers 500 to POST /channels'))
  expect(await sent(dead)).toMatchObject({ ok: false, reason: 'ARI answers 500 to POST /channels' })
  expect(await sent(() => Promise.resolve(undefined))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/does not place/),
  })
})
