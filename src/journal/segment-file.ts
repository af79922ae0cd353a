/** The file that is being written. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isSame, statOf } from './same-file.ts'

export type SegmentFile = {
  readonly path: string
  /** Bytes that are on disk for good. */
  readonly size: number
  /** Resolves when the bytes are on disk. While the disk refuses, it tries again and again, and tells `onRefused`. */
  write(bytes: Buffer): Promise<void>
  /** Whether the folder still has it under its name. */
  isInPlace(): Promise<boolean>
  close(): Promise<void>
}

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 2_000

/** O_DSYNC: a write comes back when its bytes are on disk, as after fdatasync, with one trip to the thread pool instead of two. */
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC

/** Makes the file; fails when it is there already. */
export async function createSegmentFile(path: string, onRefused: (error: Error) => void): Promise<SegmentFile> {
  const handle = await open(path, FLAGS, 0o600)
  let size = 0

  return {
    path,
    get size() {
      return size
    },
    async write(bytes) {
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
        try {
          await writeAll(handle, bytes, size)
          size += bytes.length
          return
        } catch (error) {
          // After a failed sync the kernel may take pages for clean that never reached the disk. All bytes since the last good one
          // are written anew at the same place, so they are dirty again and the next sync is about them.
          onRefused(error as Error)
          await new Promise((resolve) => setTimeout(resolve, waitMs))
        }
      }
    },
    isInPlace: async () => isSame(await handle.stat(), await statOf(path)),
    close: () => handle.close(),
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
