/**
 * A copy of a journal that is being written, for a backup.
 *
 * A fact is on disk until Postgres has confirmed it. So the segments are held open *before* the database is copied and read
 * *after* that: what is then in neither cannot have been acknowledged before. A held segment can be read after it was removed.
 * The other two orders lose facts: a journal copied whole before the database knows less than the database does (its state would
 * end calls a second time); one that is only looked at afterwards lacks segments whose facts were confirmed in between.
 */
import { closeSync, fstatSync, openSync, readSync, watch } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { listSegments, syncDirectory } from './journal-folder.ts'
import { segmentNumber, segmentPath } from './segment.ts'

export type HeldJournal = {
  /** Copies what is held, as it is now, into a folder that is made. The newest segment may have a torn tail, as after a crash. */
  copyTo(folder: string): Promise<void>
  release(): void
}

const CHUNK = 1024 * 1024

/** Holds every segment that is there and each that comes. Throws when there is no journal in `folder`. */
export async function holdJournal(folder: string): Promise<HeldJournal> {
  const held = new Map<number, number>()
  const id = await readFile(join(folder, 'id'))

  function hold(number: number): void {
    let file: number
    try {
      file = openSync(segmentPath(folder, number), 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return // removed: confirmed, or never begun
      throw error
    }
    const known = held.get(number)
    if (known !== undefined && fstatSync(known).ino === fstatSync(file).ino) {
      closeSync(file)
      return
    }
    if (known !== undefined) closeSync(known) // a segment that was never begun; its number was given again
    held.set(number, file)
  }
  const holdAll = async () => {
    for (const { number } of await listSegments(folder)) hold(number)
  }

  const watcher = watch(folder, (_, name) => {
    const number = segmentNumber(name ?? '')
    if (number !== undefined) hold(number)
  })
  const release = (): void => {
    watcher.close()
    for (const file of held.values()) closeSync(file)
    held.clear()
  }
  try {
    await holdAll()
  } catch (error) {
    release()
    throw error
  }

  return {
    async copyTo(to) {
      await holdAll()
      const numbers = [...held.keys()].toSorted((a, b) => a - b)
      const gap = numbers.find((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1)
      if (gap !== undefined) throw new Error(`the journal was faster than its copy (before segment ${gap}): try again`)
      await mkdir(to, { mode: 0o700 })
      await writeFile(join(to, 'id'), id, { mode: 0o600 })
      // Oldest first: what leaves a segment while it is read is in the next one.
      for (const number of numbers)
        await copyFile(held.get(number) as number, join(to, basename(segmentPath(to, number))))
      await syncDirectory(to)
    },
    release,
  }
}

/** From the beginning to where it ends now. */
async function copyFile(from: number, to: string): Promise<void> {
  const file = await open(to, 'wx', 0o600)
  try {
    const bytes = Buffer.allocUnsafe(CHUNK)
    for (let offset = 0; ; ) {
      const length = readSync(from, bytes, 0, CHUNK, offset)
      if (length === 0) break
      await file.write(bytes, 0, length)
      offset += length
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
