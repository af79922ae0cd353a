/**
 * What becomes of a journal whose files are removed or replaced while it is written (a hand, a script, a disk mounted over it): the kernel
 * goes on writing to files that nobody finds again. Looked at every second; then the lock is taken anew, and what is kept is written anew.
 */
import { mkdir } from 'node:fs/promises'
import type { DirectoryLock } from './directory-lock.ts'

const lookEveryMs = 1_000
/** Then it is left: a file system that tells other inodes of an open file than of its name would have us write for ever. */
const mostTries = 10

export function stayInPlace({
  folder,
  lock,
  isInPlace,
  onDisplaced,
  beginAnew,
  everyMs = lookEveryMs,
}: {
  folder: string
  lock: Pick<DirectoryLock, 'isInPlace' | 'renew'>
  isInPlace: () => Promise<boolean>
  /** Told once each time. */
  onDisplaced: () => void
  /** Brings another segment nearer; called until the files are in place. */
  beginAnew: () => Promise<void>
  everyMs?: number
}): { stop(): void } {
  let tries = 0
  let isStopped = false
  let timer = setTimeout(look, everyMs).unref()

  async function mend(): Promise<void> {
    if (await isInPlace()) {
      tries = 0
      return
    }
    if (isStopped || tries === mostTries) return
    tries += 1
    if (tries === 1) onDisplaced()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!(await lock.isInPlace())) await lock.renew()
    await beginAnew()
  }

  function look(): void {
    mend()
      .catch(() => undefined) // a disk that refuses is told by whoever writes; looked at again
      .finally(() => {
        if (!isStopped) timer = setTimeout(look, everyMs).unref()
      })
  }

  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
