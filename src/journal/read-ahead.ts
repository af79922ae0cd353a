/**
 * What a standby reads of the journal while another writes it: the newest segment that counts, as far as it goes. Little is left to read
 * when it takes over, and callers wait for that.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { listSegments } from './journal-folder.ts'
import { isSame, statOf } from './same-file.ts'
import { readSegment, type SegmentRead } from './segment.ts'

export type ReadAhead = {
  /** Reads on from now on. */
  start(): void
  /** Reads no more; resolves when nothing is under way. */
  stop(): Promise<void>
  /**
   * The segment as it is now, of which only what has come since is read. `undefined`: it is not the one that was read, or not all of it is
   * whole; it must be read from its beginning. A segment is given once after `stop`.
   */
  readOn(path: string): Promise<SegmentRead | undefined>
  close(): Promise<void>
}

/** Held open: no other file can get its inode, and so its place. */
type Known = { readonly path: string; readonly file: FileHandle; read: SegmentRead }

export function createReadAhead(
  folder: string,
  onTrouble: (error: unknown) => void,
  { everyMs = 500 }: { everyMs?: number } = {},
): ReadAhead {
  let known: Known | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking: Promise<void> = Promise.resolve()

  async function forget(): Promise<void> {
    const file = known?.file
    known = undefined
    await file?.close()
  }

  async function readOn(path: string): Promise<SegmentRead | undefined> {
    if (known?.path !== path) return undefined
    const { file, read } = known
    const [named, held] = await Promise.all([statOf(path), file.stat()])
    if (isSame(held, named) && held.size >= read.end) {
      const now = readSegment(path, await readFrom(file, read.end, held.size), read)
      if (isWhole(now)) {
        known.read = { ...now, steps: [] }
        return now
      }
    }
    await forget() // what was kept may be half of this and half of that
    return undefined
  }

  async function readNew(path: string): Promise<SegmentRead> {
    const file = await open(path)
    let isTaken = false
    try {
      const read = readSegment(path, await readFrom(file, 0, (await file.stat()).size))
      if (read.opened && isWhole(read)) {
        await forget()
        known = { path, file, read: { ...read, steps: [] } }
        isTaken = true
      }
      return read
    } finally {
      if (!isTaken) await file.close()
    }
  }

  /** As whoever opens the journal does: newest first, to the first that counts. */
  async function look(): Promise<void> {
    for (const { path } of (await listSegments(folder)).toReversed())
      if (((await readOn(path)) ?? (await readNew(path))).opened) return
  }

  function start(): void {
    if (isStopped) return
    looking = look()
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') onTrouble(error) // confirmed and removed while we looked
      })
      .finally(() => {
        if (!isStopped) timer = setTimeout(start, everyMs).unref()
      })
  }

  return {
    start,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
    readOn,
    close: forget,
  }
}

/** A record of which only the beginning is there is one that is being written. */
const isWhole = ({ tail, damage }: SegmentRead): boolean => tail !== 'damaged' && damage.length === 0

async function readFrom(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from)
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, from + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}
