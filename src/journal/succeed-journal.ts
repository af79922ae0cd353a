/**
 * Begins a journal that goes on from a copy of an older one.
 *
 * The name of a fact, (journal, seq), is given once for ever. The copied journal may have gone on after it was copied, and others
 * (Postgres, a second copy) hold what it wrote then. So the copy is never written to: who goes on has a name of its own.
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { listSegments, readJournalId, syncDirectory } from './journal-folder.ts'
import { createRecordGatherer } from './records.ts'
import { addHead, addOpen, readSegment, segmentPath } from './segment.ts'

export type Succession = {
  readonly journal: string
  readonly of: string | null
  /** Last epoch of the older journal. Epochs go on, for (epoch, seq) orders the facts of a call that began there. */
  readonly epoch: number
  readonly keys: number
}

/** `except`: keys that the new journal must find out for itself. The facts of the old one are not taken over: see `journal replay`. */
export async function succeedJournal(from: string, to: string, except: readonly string[]): Promise<Succession> {
  const newest = await readNewest(from)
  const kept = new Map(
    [...(newest?.kept ?? [])]
      .filter(([key]) => !except.includes(key))
      .map(([key, value]) => [key, JSON.stringify(value)]),
  )
  const epoch = newest?.head.epoch ?? 0
  await mkdir(to, { mode: 0o700 })
  const journal = await readJournalId(to)
  if (newest) {
    const records = createRecordGatherer()
    const head = { journal, epoch, number: 1, nextSeq: 1, confirmed: 0 }
    addHead(records, head, kept)
    addOpen(records, head)
    const file = await open(segmentPath(to, 1), 'wx', 0o600)
    try {
      await file.writeFile(records.take().bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await syncDirectory(to)
  }
  return { journal, of: newest?.head.journal ?? null, epoch, keys: kept.size }
}

async function readNewest(folder: string) {
  for (const { path } of (await listSegments(folder)).toReversed()) {
    const { head, opened, kept } = readSegment(path, await readFile(path))
    if (opened && head) return { head, kept }
  }
  return undefined
}
