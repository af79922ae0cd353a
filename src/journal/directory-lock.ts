/**
 * Sees to it that one process at a time has a journal. The lock belongs to a file that we hold open, so the kernel keeps it for
 * exactly as long as this process lives, stopped or not, and lets it go after the last of its threads has ended. It holds
 * between containers that share a folder. Node has no flock(2): flock(1) is handed our open file, locks it, and ends.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { isSame, statOf } from './same-file.ts'

export class JournalTaken extends Error {
  override readonly name = 'JournalTaken'
}

export type DirectoryLock = {
  /** Safe to call twice. */
  release(): void
  /** Whether it is still the file that others would lock. */
  isInPlace(): Promise<boolean>
  /** Takes the file that has its name now, and lets the other go; throws `JournalTaken` where another process was faster. */
  renew(): Promise<void>
}

const TAKEN = 75
/** A file system that tells other inodes of an open file than of its name is not to keep anybody from leading. */
const mostTries = 5

/**
 * `waitMs` may be `Infinity`. Throws `JournalTaken` when another process still holds the folder after it. `name`: which of the
 * folder's locks; `lock` is the journal's own.
 */
export async function lockDirectory(folder: string, waitMs: number, name = 'lock'): Promise<DirectoryLock> {
  for (let tries = 1; ; tries++) {
    const lock = await lockFile(folder, waitMs, name)
    if (tries === mostTries || (await lock.isInPlace())) return lock
    lock.release() // the file was removed while we waited, and another may hold what has its name now
  }
}

async function lockFile(folder: string, waitMs: number, name: string): Promise<DirectoryLock> {
  const path = join(folder, name)
  let file: number | undefined = await openLocked(path, waitMs, folder)
  return {
    isInPlace: async () => file !== undefined && isSame(fstatSync(file), await statOf(path)),
    async renew() {
      const another = await openLocked(path, 0, folder)
      if (file !== undefined) closeSync(file)
      else return closeSync(another) // released meanwhile
      file = another
    },
    release() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

async function openLocked(path: string, waitMs: number, folder: string): Promise<number> {
  // A number, not a FileHandle: nothing may close it because nobody refers to it any more.
  const file = openSync(path, 'a', 0o600)
  const patience = Number.isFinite(waitMs) ? ['--wait', `${waitMs / 1000}`] : []
  const flags = ['--exclusive', ...patience, '--conflict-exit-code', `${TAKEN}`]
  try {
    // Who waits dies with us, or it would have the lock for a moment after our death.
    const taker = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'flock', ...flags, '3'], {
      stdio: ['ignore', 'ignore', 'inherit', file],
      detached: true,
    })
    const [code, signal] = (await once(taker, 'exit')) as [number | null, NodeJS.Signals | null]
    if (code === TAKEN) throw new JournalTaken(`another process has the journal in ${folder}`)
    if (code !== 0) throw new Error(`flock (util-linux) could not lock ${path}: it ended with ${signal ?? code}`)
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}
