/** The folder of a journal: its name, its segments, and what a new process finds in it. */
import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentPlace } from './fact-reader.ts'
import { readRecord } from './records.ts'
import { readSegment, type SegmentHead, type SegmentRecord, segmentNumber, segmentPath } from './segment.ts'

/** A name that was made or removed is lasting only when its folder has been synced too. */
export async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The journal's name, made on first use. */
export async function readJournalId(folder: string): Promise<string> {
  const path = join(folder, 'id')
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (/^[0-9a-f-]{36}$/.test(known.trim())) return known.trim()
  if (known !== '') throw new Error(`${path} does not hold a journal's id`)
  const id = randomUUID()
  const handle = await open(`${path}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${id}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  await syncDirectory(folder)
  return id
}

export async function listSegments(folder: string): Promise<{ number: number; path: string }[]> {
  const numbers = (await readdir(folder)).map(segmentNumber).filter((number) => number !== undefined)
  return numbers.toSorted((a, b) => a - b).map((number) => ({ number, path: segmentPath(folder, number) }))
}

/** The head of a segment, without reading the rest. */
export async function readHead(path: string): Promise<SegmentHead | undefined> {
  const handle = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(4096)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    const first = readRecord(bytes.subarray(0, bytesRead), 0)
    if (typeof first === 'string') return undefined
    const record = first.json as SegmentRecord
    return record[0] === 'segment' ? record[1] : undefined
  } finally {
    await handle.close()
  }
}

export type Found = {
  readonly epoch: number
  readonly lastNumber: number
  readonly nextSeq: number
  readonly confirmed: number
  readonly kept: ReadonlyMap<string, unknown>
  /** Oldest first. */
  readonly places: readonly SegmentPlace[]
  /** Bytes cut off from the newest segment: a write that a crash broke off. */
  readonly tornBytes: number
}

/**
 * Reads what is there and tidies up: a newest segment without its whole head is removed (nothing was acknowledged in it yet), a
 * torn tail is cut. Throws when the files are not what this journal can have written.
 */
export async function recover(folder: string, id: string): Promise<Found> {
  const files = await listSegments(folder)
  const lastNumber = files.at(-1)?.number ?? 0
  for (let file = files.pop(); file; file = files.pop()) {
    const newest = await readSegment(file.path)
    if (!newest?.opened) {
      await rm(file.path)
      continue
    }
    if (newest.head.journal !== id) throw new Error(`${file.path} belongs to another journal, ${newest.head.journal}`)
    if (newest.end < newest.size) await truncate(file.path, newest.end)
    const { head, nextSeq, confirmed, kept, end } = newest
    const last = { ...file, firstSeq: head.nextSeq, epoch: head.epoch, size: end }
    const places = [...(await readPlaces(files)), last]
    // A segment goes only when its facts are confirmed, whatever was written down of that before a crash.
    const known = Math.max(confirmed, (places[0] as SegmentPlace).firstSeq - 1)
    return { epoch: head.epoch, lastNumber, nextSeq, confirmed: known, kept, places, tornBytes: newest.size - end }
  }
  return { epoch: 0, lastNumber, nextSeq: 1, confirmed: 0, kept: new Map(), places: [], tornBytes: 0 }
}

async function readPlaces(files: readonly { number: number; path: string }[]): Promise<SegmentPlace[]> {
  const places: SegmentPlace[] = []
  for (const file of files) {
    const head = await readHead(file.path)
    if (!head) throw new Error(`${file.path} is damaged at its head: move it away to go on without its facts`)
    places.push({ ...file, firstSeq: head.nextSeq, epoch: head.epoch, size: (await stat(file.path)).size })
  }
  return places
}
