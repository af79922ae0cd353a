import { deepEqual } from 'node:assert/strict'
import { afterEach, beforeEach, test, vi } from 'vitest'
import { relayFacts } from '#journal'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a journal with much to send is left alone until callers are served; that its facts are only here is told all the same', async () => {
  const done: string[] = []
  const served = Promise.withResolvers<void>()
  const relay = relayFacts({
    journal: {
      id: 'journal',
      behind: () => 1,
      onFacts: () => undefined,
      confirm: () => undefined,
      unconfirmed(afterSeq) {
        done.push('read')
        return afterSeq === 0 ? [{ type: 'call.queued', seq: 1, epoch: 1, at: 1 as never }] : []
      },
    },
    after: served.promise,
    stored: async () => {
      done.push('asked')
      return []
    },
    send: async () => void done.push('sent'),
    onTrouble: (error) => done.push(`${error}`),
    onSavedCentrally: (saved) => done.push(`saved ${saved}`),
    timing: { lateMs: 1_000 },
  })
  await vi.advanceTimersByTimeAsync(2_000)
  deepEqual(done, ['saved false'])
  served.resolve()
  await vi.advanceTimersByTimeAsync(0)
  deepEqual(done.slice(1, 3), ['read', 'asked'])
  deepEqual(done.at(-1), 'sent')
  await relay.stop(0)
})
