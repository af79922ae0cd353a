import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { type Journal, type JournalAlarm, type JournalOptions, lockDirectory, openJournal } from '#journal'

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

test('files that are removed or replaced are told', async () => {
  const journal = await open(async () => null)
  equal(await journal.isInPlace(), true)
  rmSync(join(folder, 'lock'))
  equal(await journal.isInPlace(), false)
  await journal.close()
  const other = await open(async () => null)
  rmSync(folder, { recursive: true })
  equal(await other.isInPlace(), false)
  await other.close()
})

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
