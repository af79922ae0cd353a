/**
 * Who leads: one process at a time, by the lock of the journal's folder. One more stands by, warm, and has the lock `next`; it
 * takes over in the moment in which the leader's process is gone. All others wait behind it.
 *
 *   waiting ──`next` is free──▶ standby ──the leader is gone──▶ leader
 */
import { mkdir } from 'node:fs/promises'
import { type DirectoryLock, JournalTaken, lockDirectory } from '#journal'

/** The lock of whoever takes over next. While it is held, the guard of a silent leader kills it. */
export const NEXT = 'next'

/** Resolves when we lead, with the lock that the journal needs. There is no way back but the end of the process. */
export async function waitForLead(
  folder: string,
  onPlace: (place: 'waiting' | 'standby') => void,
): Promise<DirectoryLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await lockDirectory(folder, 0)
  } catch (error) {
    if (!(error instanceof JournalTaken)) throw error
  }
  onPlace('waiting')
  const next = await lockDirectory(folder, Infinity, NEXT)
  onPlace('standby')
  try {
    return await lockDirectory(folder, Infinity)
  } finally {
    next.release()
  }
}
