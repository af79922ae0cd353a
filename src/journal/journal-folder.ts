/** The folder of a journal: its name, its segments, and what a new process finds in it. */
import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { SegmentPlace } from './fact-reader.ts'
import type { ReadAhead } from './read-ahead.ts'
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

/** What the file says that holds the journal's name. `id` undefined: it is not there, or holds none; `bytes`: its size. */
export async function readIdFile(folder: string): Promise<{ path: string; id: string | undefined; bytes: number }> {
  const path = join(folder, 'id')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return { path, id: /^[0-9a-f-]{36}$/.exec(text.trim())?.[0], bytes: Buffer.byteLength(text) }
}

/**
 * The journal's name, made on first use. Where the file that says it is lost or damaged its segments say it, and `onLost` is told; a new
 * name would make them another journal's.
 */
export async function readJournalId(folder: string, onLost?: (file: Unreadable) => void): Promise<string> {
  const { path, id: known, bytes } = await readIdFile(folder)
  if (known !== undefined) return known
  const told = await idOfSegments(folder)
  if (told !== undefined) onLost?.({ path, offset: 0, bytes })
  const id = told ?? randomUUID()
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

async function idOfSegments(folder: string): Promise<string | undefined> {
  for (const { path } of (await listSegments(folder)).toReversed()) {
    const head = await headOf(path)
    if (head) return head.journal
  }
  return undefined
}

export async function listSegments(folder: string): Promise<{ number: number; path: string }[]> {
  const numbers = (await readdir(folder)).map(segmentNumber).filter((number) => number !== undefined)
  return numbers.toSorted((a, b) => a - b).map((number) => ({ number, path: segmentPath(folder, number) }))
}

/** Bytes of a segment that cannot be read, or of the file that says whose they are. */
export type Unreadable = { readonly path: string; readonly offset: number; readonly bytes: number }

export type Found = {
  readonly epoch: number
  readonly lastNumber: number
  /** The highest seq that can be read. */
  readonly lastSeq: number
  /** Higher than `lastSeq + 1` where something cannot be read: no seq that it may have had is given a second time. */
  readonly nextSeq: number
  readonly confirmed: number
  readonly kept: ReadonlyMap<string, unknown>
  /** Oldest first. */
  readonly places: readonly SegmentPlace[]
  /** Bytes cut off from the newest segment: a write that a crash broke off. */
  readonly tornBytes: number
  /** In the newest segment, and segments that were put aside. Damage in the others is met when their facts are read. */
  readonly unreadable: readonly Unreadable[]
  /**
   * Cuts the torn tail and puts aside what nobody can use. Only once the next segment counts: the bytes that cannot be read are what
   * tells how many seqs to leave out.
   */
  readonly tidy: () => Promise<void>
}

/**
 * Reads what is there. A newest segment without its whole head is removed: nothing was acknowledged in it yet. Throws when the files
 * are not what this journal can have written.
 */
export async function recover(folder: string, id: string, ahead?: ReadAhead): Promise<Found> {
  const files = await listSegments(folder)
  const lastNumber = files.at(-1)?.number ?? 0
  const unreadable: Unreadable[] = []
  const useless: string[] = []
  for (let file = files.pop(); file; file = files.pop()) {
    const newest = (await ahead?.readOn(file.path)) ?? readSegment(file.path, await readFile(file.path))
    if (!newest.opened) {
      await rm(file.path)
      continue
    }
    if (!newest.head) {
      unreadable.push({ path: file.path, offset: 0, bytes: newest.size })
      useless.push(file.path)
      continue
    }
    const { head, nextSeq, confirmed, kept, end, size, tail, damage } = newest
    if (head.journal !== id)
      throw new Error(
        `${file.path} belongs to another journal, ${head.journal}, than ${join(folder, 'id')} says, ${id}: one of the two is in the wrong folder`,
      )
    const tornBytes = tail === 'cut' ? size - end : 0
    const damaged = tail === 'damaged' ? [...damage, { from: end, to: size }] : damage
    for (const { from, to } of damaged) unreadable.push({ path: file.path, offset: from, bytes: to - from })
    const last = { ...file, firstSeq: head.nextSeq, epoch: head.epoch, size: size - tornBytes }
    const older = await readPlaces(files)
    const places = [...older.places, last]
    const aside = [...useless, ...older.useless]
    // Nobody knows what stood there, but no fact is shorter than a byte, and each life of a process begins a segment.
    const lostSeqs = unreadable.reduce((sum, { bytes }) => sum + bytes, tornBytes)
    return {
      ...{
        epoch: head.epoch + useless.length,
        lastNumber,
        lastSeq: nextSeq - 1,
        nextSeq: nextSeq + lostSeqs,
      },
      // A segment goes only when its facts are confirmed, whatever was written down of that before a crash.
      confirmed: Math.max(confirmed, (places[0] as SegmentPlace).firstSeq - 1),
      ...{ kept, places, tornBytes, unreadable: [...unreadable, ...older.unreadable] },
      async tidy() {
        if (tornBytes > 0) await truncate(file.path, end)
        await putAside(aside)
      },
    }
  }
  const nothing = {
    epoch: 0,
    lastNumber,
    lastSeq: 0,
    nextSeq: 1,
    confirmed: 0,
    kept: new Map(),
    places: [],
    tornBytes: 0,
  }
  return { ...nothing, unreadable, tidy: () => putAside(useless) }
}

/** A journal of which nothing can be read begins anew under a name of its own: nobody knows which seqs it has given. */
export async function recoverOrRenew(folder: string, ahead?: ReadAhead): Promise<Found & { readonly id: string }> {
  const lost: Unreadable[] = []
  const id = await readJournalId(folder, (file) => lost.push(file))
  const found = await recover(folder, id, ahead)
  if (found.places.length > 0 || found.unreadable.length === 0)
    return { ...found, id, unreadable: [...lost, ...found.unreadable] }
  await rm(join(folder, 'id'))
  return { ...found, id: await readJournalId(folder) }
}

/** Kept, and no part of the journal any more. */
export async function putAside(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rename(path, path.replace(/segment-(\d+\.log)$/, 'damaged-$1'))
}

async function readPlaces(files: readonly { number: number; path: string }[]) {
  const places: SegmentPlace[] = []
  const unreadable: Unreadable[] = []
  const useless: string[] = []
  for (const file of files) {
    const { size } = await stat(file.path)
    const head = await headOf(file.path)
    if (head) places.push({ ...file, firstSeq: head.nextSeq, epoch: head.epoch, size })
    else {
      unreadable.push({ path: file.path, offset: 0, bytes: size })
      useless.push(file.path)
    }
  }
  return { places, unreadable, useless }
}

const headOf = async (path: string): Promise<SegmentHead | undefined> =>
  (await readHead(path)) ?? readSegment(path, await readFile(path)).head ?? undefined

/** The head of a segment, without reading the rest. `undefined`: its first record is damaged. */
async function readHead(path: string): Promise<SegmentHead | undefined> {
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
