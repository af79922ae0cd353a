/**
 * Sees to it that one process at a time has a journal. The kernel keeps the lock, so it falls with its holder, however that
 * dies, and holds between containers that share a folder. Node has no flock(2): the small program of util-linux takes it and
 * stays for as long as our end of its input is open.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export class JournalTaken extends Error {
  override readonly name = 'JournalTaken'
}

export type DirectoryLock = {
  release(): Promise<void>
}

const TAKEN = 75

/**
 * Throws `JournalTaken` when another process still holds the folder after `waitMs`. `onLost`: the holder was killed; the lock is
 * gone.
 */
export async function lockDirectory(folder: string, waitMs: number, onLost: () => void): Promise<DirectoryLock> {
  const flags = ['--no-fork', '--exclusive', '--wait', `${waitMs / 1000}`, '--conflict-exit-code', `${TAKEN}`]
  // A group of its own: Ctrl-C reaches every process of a terminal's group, and the lock has to outlast our last write.
  const holder = spawn('flock', [...flags, join(folder, 'lock'), 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  holder.stdin.on('error', () => undefined) // the holder is gone: `exit` tells
  const ended = once(holder, 'exit')
  const [news] = (await Promise.race([once(holder.stdout, 'data'), ended])) as [Buffer | number | null]
  if (!Buffer.isBuffer(news)) {
    if (news === TAKEN) throw new JournalTaken(`another process has the journal in ${folder}`)
    throw new Error(`flock (util-linux) could not lock ${folder}: it ended with ${news}`)
  }
  let released = false
  holder.on('exit', () => {
    if (!released) onLost()
  })
  holder.unref()
  for (const end of [holder.stdin, holder.stdout]) (end as unknown as { unref(): void }).unref()

  return {
    async release() {
      released = true
      holder.ref()
      holder.stdin.end()
      if (holder.exitCode === null && holder.signalCode === null) await ended
    },
  }
}
