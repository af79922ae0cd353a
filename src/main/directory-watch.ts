/**
 * The directory as the switchboard needs it: read from Postgres, again every few seconds, and kept in a file so that calls
 * run while Postgres is away. At start Postgres is given a moment; then the file serves until it answers.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Directory } from '#acd'
import { within } from './within.ts'

const everyMs = 5_000
/** Callers wait while a switchboard starts: a Postgres that hangs is not waited for. */
const momentMs = 1_000

export type DirectoryWatch = {
  readonly now: () => Directory
  /** Called again: from then on it is `changed` that is told. */
  start(changed: () => void): void
  stop(): void
}

/** Throws when neither Postgres nor the file has a directory: there is nothing to take calls with. */
export async function watchDirectory(options: {
  read: () => Promise<Directory>
  file: string
  trouble: (error: unknown) => void
}): Promise<DirectoryWatch> {
  const { read, file, trouble } = options
  let timer: NodeJS.Timeout | undefined
  let stopped = true
  let listener = (): void => undefined
  let text = ''
  let directory = await firstDirectory()

  async function firstDirectory(): Promise<Directory> {
    const earlier = await readEarlier()
    try {
      const asked = read()
      return await take(await (earlier ? within(momentMs, 'Postgres', asked) : asked))
    } catch (error) {
      trouble(error)
      if (!earlier)
        throw new Error(
          `Postgres cannot be reached, and ${file} has no directory from an earlier time. Start Postgres first.`,
          { cause: error },
        )
      text = earlier.text
      return earlier.directory
    }
  }

  async function readEarlier(): Promise<{ text: string; directory: Directory } | undefined> {
    try {
      const written = await readFile(file, 'utf8')
      return { text: written, directory: JSON.parse(written) as Directory }
    } catch {
      return undefined
    }
  }

  async function take(fresh: Directory): Promise<Directory> {
    const written = JSON.stringify(fresh)
    if (written === text) return directory
    text = written
    await mkdir(dirname(file), { recursive: true })
    const part = `${file}.${randomUUID()}` // leader and standby both write
    await writeFile(part, written, { mode: 0o600 })
    await rename(part, file)
    return fresh
  }

  async function look(): Promise<void> {
    const fresh = await take(await read())
    if (fresh === directory) return
    directory = fresh
    listener()
  }

  return {
    now: () => directory,
    start(changed) {
      listener = changed
      if (!stopped) return
      stopped = false
      const again = (): void => {
        if (stopped) return
        timer = setTimeout(() => look().catch(trouble).finally(again), everyMs)
      }
      again()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
