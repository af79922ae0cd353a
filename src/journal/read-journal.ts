/** Looks into a journal without opening it: for a person at the command line, also while the switchboard is running. */
import { readFile } from 'node:fs/promises'
import type { Fact } from './core/index.ts'
import { listSegments } from './journal-folder.ts'
import { readRecord } from './records.ts'
import { type SegmentRecord, toFacts } from './segment.ts'

export type SegmentReport = {
  readonly path: string
  /** `null` where not even the first record can be read. */
  readonly journal: string | null
  readonly epoch: number | null
  readonly facts: number
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  readonly keys: number
  /** `cut`: the end is missing, as after a crash or while it is being written. `damaged`: bytes have changed. */
  readonly end: 'whole' | 'cut' | 'damaged'
  readonly opened: boolean
}

type Seen = { report: SegmentReport; facts: Fact[]; kept: Map<string, unknown> }

/** Goes through the segments, oldest first. Facts that stand in two segments come twice. */
export async function* readJournal(folder: string): AsyncGenerator<Seen> {
  for (const { path } of await listSegments(folder)) {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined // confirmed and removed while we looked
      throw error
    })
    if (bytes) yield readWhole(path, bytes)
  }
}

function readWhole(path: string, bytes: Buffer): Seen {
  const facts: Fact[] = []
  const kept = new Map<string, unknown>()
  let journal: string | null = null
  let epoch: number | null = null
  let opened = false
  let offset = 0
  let next = readRecord(bytes, 0)
  for (; typeof next !== 'string'; next = readRecord(bytes, offset)) {
    const record = next.json as SegmentRecord
    if (record[0] === 'segment') ({ journal, epoch } = record[1])
    if (record[0] === 'open') opened = true
    if (record[0] === 'kept') kept.set(record[1], record[2])
    if (record[0] === 'step') {
      facts.push(...toFacts(record[1], record[2], epoch ?? 0))
      for (const [key, value] of Object.entries(record[3])) {
        if (value === null) kept.delete(key)
        else kept.set(key, value)
      }
    }
    offset = next.end
  }
  const end: SegmentReport['end'] = offset === bytes.length ? 'whole' : next
  const [firstSeq, lastSeq] = [facts[0]?.seq ?? null, facts.at(-1)?.seq ?? null]
  const about = { path, journal, epoch, facts: facts.length, firstSeq, lastSeq, keys: kept.size, end, opened }
  return { report: about, facts, kept }
}
