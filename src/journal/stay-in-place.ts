/**
 * What becomes of a journal whose files are removed or replaced while it is written (a hand, a script, a disk mounted over it): the kernel
 * goes on writing to files that nobody finds again. Looked at every second; then the lock is taken anew, and what is kept is written anew.
 */
import { mkdir } from 'node:fs/promises'
import type { DirectoryLock } from './directory-lock.ts'

const lookEveryMs = 1_000
/** Then it is left: a file system that tells other inodes of an open file than of its name would have us write for ever. */
const mostWritten = 10

export function stayInPlace({
  folder,
  lock,
  isInPlace,
  onDisplaced,
  beginAnew,
}: {
  folder: string
  lock: Pick<DirectoryLock, 'isInPlace' | 'renew'>
  isInPlace: () => Promise<boolean>
  /** Told once each time; with what stands in the way of mending it, each such error once. */
  onDisplaced: (error?: Error) => void
  /** Brings another segment nearer; called until the files are in place. */
  beginAnew: () => Promise<void>
}): { stop(): void } {
  let written = 0
  let isStopped = false
  const told = new Set<string | undefined>()
  let timer = setTimeout(look, lookEveryMs).unref()

  function tell(error?: Error): void {
    if (told.has(error?.message)) return
    told.add(error?.message)
    onDisplaced(error)
  }

  async function mend(): Promise<void> {
    if (await isInPlace()) {
      written = 0
      told.clear()
      return
    }
    if (isStopped || written === mostWritten) return
    tell()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!(await lock.isInPlace())) await lock.renew()
    await beginAnew()
    written += 1
  }

  function look(): void {
    mend()
      .catch(tell)
      .finally(() => {
        if (!isStopped) timer = setTimeout(look, lookEveryMs).unref()
      })
  }

  return {
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
