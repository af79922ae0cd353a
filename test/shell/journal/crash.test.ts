import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type JournalAlarm, openJournal } from '#journal'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes steps as fast as it can, and says each number once its step is on disk. Step n keeps `n` and tells fact n. */
const writer = `
import { openJournal } from ${JSON.stringify(join(import.meta.dirname, '../../../src/journal/index.ts'))}
const journal = await openJournal({ folder: process.argv[2], segmentBytes: 20_000, onAlarm: () => {} })
let n = journal.kept.get('n') ?? 0
for (;;) {
  const steps = [++n, ++n, ++n].map((n) => journal.append({ facts: [{ type: 'x.happened', at: n, n }], keep: { n } }))
  await Promise.all(steps)
  process.stdout.write(n + '\\n')
}`

test('given the writer is killed again and again, all that it acknowledged is there, whole and in order', async () => {
  const script = join(folder, 'writer.ts')
  const journals = join(folder, 'journal')
  writeFileSync(script, writer)
  for (let life = 1; life <= 3; life++) {
    const child = spawn(process.execPath, [script, journals], { stdio: ['ignore', 'pipe', 'inherit'] })
    let acknowledged = 0
    for await (const text of createInterface({ input: child.stdout })) {
      acknowledged = Number(text)
      if (acknowledged % 300 === 0) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')

    const journal = await openJournal({ folder: journals, onAlarm: () => undefined })
    const last = journal.kept.get('n') as number
    ok(last >= acknowledged, `step ${acknowledged} was acknowledged, ${last} is found`)
    const facts = journal.unconfirmed(0, 1_000_000)
    deepEqual(
      facts.map(({ seq, n }) => [seq, n]),
      Array.from({ length: last }, (_, index) => [index + 1, index + 1]),
    )
    equal(journal.epoch, 2 * life)
    await journal.close()
  }
}, 120_000)

// A file system of its own that can be filled: only root may make one.
test.skipIf(process.getuid?.() !== 0)(
  'given the disk is full, steps wait and are told of, and go on when there is room',
  async () => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    await run('mount', '-t', 'tmpfs', '-o', 'size=400k', 'journal-test', disk)
    try {
      const alarms: JournalAlarm[] = []
      const journal = await openJournal({ folder: join(disk, 'journal'), onAlarm: (alarm) => alarms.push(alarm) })
      await journal.append({ facts: [], keep: { before: true } })
      const ballast = join(disk, 'ballast')
      try {
        writeFileSync(ballast, Buffer.alloc(500_000))
      } catch {
        // full, as meant
      }
      let isWritten = false
      const written = journal
        .append({ facts: [{ type: 'x.happened', at: 1 as never, text: 'x'.repeat(20_000) }], keep: { after: true } })
        .then(() => {
          isWritten = true
        })
      await expect.poll(() => journal.takes('newWork'), { timeout: 10_000 }).toBe(false)
      const told = () => alarms.map(({ alarm }) => alarm)
      deepEqual([told(), isWritten], [['refused'], false])
      rmSync(ballast)
      await written
      deepEqual([told(), journal.takes('newWork')], [['refused', 'takesAgain'], true])
      await journal.close()
      const again = await openJournal({ folder: join(disk, 'journal'), onAlarm: () => undefined })
      deepEqual(Object.fromEntries(again.kept), { before: true, after: true })
      equal(again.unconfirmed(0, 10).length, 1)
      await again.close()
    } finally {
      await run('umount', disk)
    }
  },
)

async function run(program: string, ...args: string[]): Promise<void> {
  const [code] = await once(spawn(program, args, { stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
}
