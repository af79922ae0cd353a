import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Ask } from '../../../src/main/rescue/canary.ts'
import { sendToNet } from '../../../src/main/rescue/send-to-net.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const orphans = [
  { caller: 'a', ringing: ['a-1'] },
  { caller: 'b', ringing: [] },
  { caller: 'c', ringing: ['c-1'] },
]

/** `backAfter`: the switchboard is back once so many callers have left. */
async function sent(backAfter: number) {
  const asked: string[] = []
  const ask: Ask = (method, path) => {
    asked.push(`${method} ${path.split('?')[0]}`)
    return Promise.resolve(undefined)
  }
  const count = sendToNet(ask, orphans, () => Promise.resolve(asked.length >= backAfter))
  await vi.runAllTimersAsync()
  return { count: await count, asked }
}

test('all are sent in their order, and their phones fall silent when they have left', async () => {
  expect(await sent(Number.POSITIVE_INFINITY)).toEqual({
    count: 3,
    asked: [
      ...['a', 'b', 'c'].map((caller) => `POST /channels/${caller}/continue`),
      ...['a-1', 'c-1'].map((leg) => `DELETE /channels/${leg}`),
    ],
  })
})

test('a switchboard that is back in the midst of it keeps the callers and the phones that it still has', async () => {
  expect(await sent(1)).toEqual({ count: 1, asked: ['POST /channels/a/continue', 'DELETE /channels/a-1'] })
  expect(await sent(0)).toEqual({ count: 0, asked: [] })
})
