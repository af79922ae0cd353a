import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Journal,
  type JournalAlarm,
  type JournalOptions,
  JournalTaken,
  lockDirectory,
  openJournal,
} from '#journal'

let folder: string
let alarms: JournalAlarm[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
  alarms = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (lastElsewhere: NonNullable<JournalOptions['lastElsewhere']>): Promise<Journal> =>
  openJournal({ folder, onAlarm: (alarm) => alarms.push(alarm), lastElsewhere })

test('a journal that is new goes on behind the epochs of the one before it, and says that the state was lost', async () => {
  const journal = await open(async () => ({ seq: 0, epoch: 12 }))
  equal(journal.epoch, 13)
  await journal.append({ facts: [{ type: 'call.ended', at: 1 as never }], keep: {} })
  deepEqual(
    journal.unconfirmed(0, 9).map(({ seq, epoch }) => [seq, epoch]),
    [[1, 13]],
  )
  deepEqual(alarms, [{ alarm: 'begunAnew', behind: 12 }])
  await journal.close()
  const again = await open(async () => ({ seq: 0, epoch: 12 }))
  equal(again.epoch, 14)
  equal(alarms.length, 1)
  await again.close()
})

test('a folder that was put back to an older state gives no name that others have', async () => {
  const journal = await open(async () => null)
  await journal.append({ facts: [{ type: 'call.queued', at: 1 as never }], keep: {} })
  await journal.close()
  const asked: string[] = []
  const again = await open(async (id) => {
    asked.push(id)
    return { seq: 40, epoch: 7 }
  })
  await again.append({ facts: [{ type: 'call.ended', at: 2 as never }], keep: {} })
  deepEqual(
    again.unconfirmed(0, 9).map(({ seq, epoch }) => [seq, epoch]),
    [
      [1, 1],
      [41, 8],
    ],
  )
  again.confirm(1)
  equal(again.behind(), 1)
  deepEqual([alarms, asked], [[{ alarm: 'putBack', from: 40, to: 1 }], [journal.id]])
  await again.close()
})

test('the first journal of all is no loss', async () => {
  const journal = await open(async () => null)
  deepEqual([journal.epoch, alarms], [1, []])
  await journal.close()
})

test('given nobody answers, a journal that is new begins behind every epoch that can have been counted; an older one goes on', async () => {
  const journal = await open(async () => 'unknown')
  ok(journal.epoch > 29_000_000)
  await journal.close()
  const again = await open(async () => 'unknown')
  equal(again.epoch, journal.epoch + 1)
  await again.close()
})

test.each([
  ['every file', () => rmSync(folder, { recursive: true })],
  ['the lock', () => rmSync(join(folder, 'lock'))],
  ['the segment, by an older copy,', () => replaceSegment()],
])('given %s is removed while it is written, that is told, and what is kept is written anew', async (_, remove) => {
  const journal = await open(async () => null)
  const { id, epoch } = journal
  await journal.append({ facts: [], keep: { call: { state: 'waiting' }, over: 1 } })
  await journal.append({ facts: [], keep: { over: null } })
  equal(await journal.isInPlace(), true)
  remove()
  equal(await journal.isInPlace(), false)
  await expect.poll(() => journal.isInPlace(), { timeout: 10_000 }).toBe(true)
  await rejects(lockDirectory(folder, 0), JournalTaken)
  await journal.append({ facts: [{ type: 'call.ended', at: 1 as never }], keep: { later: 2 } })
  await journal.close()
  const again = await open(async () => null)
  deepEqual([again.id, again.epoch], [id, epoch + 1])
  deepEqual(Object.fromEntries(again.kept), { call: { state: 'waiting' }, later: 2 })
  equal(again.unconfirmed(0, 9).length, 1)
  await again.close()
  deepEqual(
    alarms.map(({ alarm }) => alarm).filter((alarm) => alarm !== 'damaged'),
    ['displaced'],
  )
})

test('given another has the lock in the meantime, that is told, and the lock taken when it lets go', async () => {
  const journal = await open(async () => null)
  rmSync(join(folder, 'lock'))
  const other = await lockDirectory(folder, 0)
  const told = (): (string | undefined)[] => alarms.map((alarm) => ('error' in alarm ? alarm.error?.name : alarm.alarm))
  await expect.poll(told, { timeout: 10_000 }).toEqual(['displaced', 'JournalTaken'])
  equal(await journal.isInPlace(), false)
  other.release()
  await expect.poll(() => journal.isInPlace(), { timeout: 10_000 }).toBe(true)
  await rejects(lockDirectory(folder, 0), JournalTaken)
  await journal.close()
})

function replaceSegment(): void {
  const path = join(folder, 'segment-0000000001.log')
  const bytes = readFileSync(path)
  rmSync(path)
  writeFileSync(path, bytes.subarray(0, 300))
}

test('whoever waited for a lock file that was removed has the one that came after it, or waits for that', async () => {
  const first = await lockDirectory(folder, 0)
  const waiting = lockDirectory(folder, Infinity)
  rmSync(join(folder, 'lock'))
  const second = await lockDirectory(folder, 0)
  first.release()
  const order: string[] = []
  const third = waiting.then((lock) => {
    order.push('has it')
    return lock
  })
  await lockDirectory(folder, 300).catch(() => order.push('another waited in vain'))
  order.push('let go')
  second.release()
  const lock = await third
  deepEqual(order, ['another waited in vain', 'let go', 'has it'])
  equal(await lock.isInPlace(), true)
  lock.release()
})
