/** Looks into a journal without opening it: for a person at the command line, also while the switchboard is running. */
import { readFile } from 'node:fs/promises'
import type { Fact } from './core/index.ts'
import { listSegments } from './journal-folder.ts'
import type { Damage } from './records.ts'
import { readSegment, toFacts } from './segment.ts'

export type SegmentReport = {
  readonly path: string
  /** `null` where not even the first record can be read. */
  readonly journal: string | null
  readonly epoch: number | null
  readonly facts: number
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  readonly keys: number
  /** No fact of this segment has a lower seq. */
  readonly firstOfHead: number | null
  /** `cut`: the end is missing, as after a crash or while it is being written. `damaged`: bytes have changed. */
  readonly tail: 'whole' | 'cut' | 'damaged'
  /** Where the last whole record ends. */
  readonly wholeTo: number
  /** Bytes that cannot be read, between records that can. */
  readonly damage: readonly Damage[]
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
  const { head, kept, steps, opened, tail, damage, end: wholeTo } = readSegment(path, bytes)
  const epoch = head?.epoch ?? null
  const facts = steps.flatMap(([first, ofStep]) => toFacts(first, ofStep, epoch ?? 0))
  const [firstSeq, lastSeq] = [facts[0]?.seq ?? null, facts.at(-1)?.seq ?? null]
  const about = { path, journal: head?.journal ?? null, epoch, facts: facts.length, firstSeq, lastSeq, keys: kept.size }
  return { report: { ...about, firstOfHead: head?.nextSeq ?? null, tail, wholeTo, damage, opened }, facts, kept }
}
