import { deepEqual, equal, ok } from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { createReadAhead, openJournal, type ReadAhead } from '#journal'
import { recoverOrRenew } from '../../../src/journal/journal-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const fail = (error: unknown): never => {
  throw error
}
const fact = (n: number) => ({ type: 'call.queued', at: n as never, call: `call-${n}` as never, n })
const segments = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('segment-'))
    .toSorted()
    .map((name) => join(folder, name))
const newest = (): string => segments().at(-1) ?? ''

/** One look at what is there now. */
async function look(): Promise<ReadAhead> {
  const ahead = createReadAhead(folder, fail)
  ahead.start()
  await ahead.stop()
  return ahead
}

async function found(ahead?: ReadAhead) {
  const { tidy: _, ...all } = await recoverOrRenew(folder, ahead)
  await ahead?.close()
  return all
}

async function write(from: number, to: number, segmentBytes?: number): Promise<void> {
  const journal = await openJournal({
    ...{ folder, onAlarm: () => undefined },
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  })
  for (let n = from; n <= to; n++)
    await journal.append({ facts: [fact(n), fact(n)], keep: { last: n, [`${n}`]: '中', [`${n - 2}`]: null } })
  await journal.close()
}

test('whatever was read before, and wherever a crash then broke off, the same is found as without', async () => {
  await write(1, 4)
  const whole = readFileSync(newest())
  const [places, path] = [[0, 1, 400, 401, 555, whole.length - 1, whole.length], newest()]
  let goneOnWith = 0
  for (const [at, before] of places.entries()) {
    for (const now of places.slice(at)) {
      writeFileSync(path, whole.subarray(0, before))
      const ahead = await look()
      appendFileSync(path, whole.subarray(before, now))
      const read = await ahead.readOn(path)
      if (read) goneOnWith += 1
      ok(read || before <= 401, `begun at ${before}`)
      const expected = await found()
      if (expected.places.length === 0) writeFileSync(path, whole.subarray(0, now)) // a torso is removed
      deepEqual(await found(ahead), expected)
    }
  }
  ok(goneOnWith >= 6)
})

test('what was read is read again, whole, when what follows is damaged', async () => {
  await write(1, 4)
  const whole = readFileSync(newest())
  writeFileSync(newest(), whole.subarray(0, 700))
  const ahead = await look()
  const damaged = Buffer.from(whole.subarray(700))
  damaged[60] = 1 ^ (damaged[60] ?? 0)
  appendFileSync(newest(), damaged)
  equal(await ahead.readOn(newest()), undefined)
  const expected = await found()
  equal(expected.unreadable.length, 1)
  deepEqual(await found(ahead), expected)
})

test('another file of the same name is not taken for the one that was read', async () => {
  await write(1, 4)
  const ahead = await look()
  const other = readFileSync(newest()).toString('latin1').replaceAll('call.queued', 'call.xxxxxx')
  const path = newest()
  rmSync(path)
  writeFileSync(path, other, 'latin1')
  equal(await ahead.readOn(path), undefined)
  deepEqual(await found(ahead), await found())
})

test('a file that has become shorter is read from its beginning', async () => {
  await write(1, 4)
  const ahead = await look()
  truncateSync(newest(), 700)
  deepEqual(await found(ahead), await found())
})

test('a standby follows from segment to segment, and takes over with all that was kept', async () => {
  await write(1, 2)
  const troubles: unknown[] = []
  const ahead = createReadAhead(folder, (error) => troubles.push(error), { everyMs: 1 })
  ahead.start()
  await write(3, 60, 600)
  ok(segments().length > 3)
  const expected = await found()
  const journal = await openJournal({ folder, onAlarm: () => undefined, ahead })
  deepEqual(Object.fromEntries(journal.kept), Object.fromEntries(expected.kept))
  deepEqual([journal.epoch, journal.unconfirmed(0, 1_000).length], [expected.epoch + 1, 120])
  await journal.close()
  deepEqual(troubles, [])
})

test('a folder in which nothing was written yet is no trouble', async () => {
  const ahead = await look()
  equal(await ahead.readOn(join(folder, 'segment-0000000001.log')), undefined)
  await ahead.close()
})
