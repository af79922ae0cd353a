/** How a journal is opened, and what it tells its owner. */
import type { Room } from './core/index.ts'
import type { DirectoryLock } from './directory-lock.ts'
import type { FactName } from './fact-store.ts'
import type { ReadAhead } from './read-ahead.ts'

/** Something about the journal that people should know. */
export type JournalAlarm =
  /** A crash broke off a write; nothing in it was acknowledged. */
  | { readonly alarm: 'tornTail'; readonly bytes: number }
  /** The disk gives back other bytes than were written: what stood in them is lost, unless Postgres has it. Told once. */
  | { readonly alarm: 'damaged'; readonly path: string; readonly offset: number; readonly bytes: number }
  /** Others have facts of this journal that it does not: its folder was put back to an older state. No name is given twice. */
  | { readonly alarm: 'putBack'; readonly from: number; readonly to: number }
  /** The folder was empty, and others have facts of a journal before this one: the state of the hall was lost with it. */
  | { readonly alarm: 'begunAnew'; readonly behind: number }
  /**
   * Its files were removed or replaced while it was written. It writes all that is kept anew; facts of before may be in memory alone.
   * `error`: that does not succeed yet, and is tried again.
   */
  | { readonly alarm: 'displaced'; readonly error?: Error }
  /** The disk refuses. Steps wait until it does not. Told once, and `takesAgain` when it is over. */
  | { readonly alarm: 'refused'; readonly error: Error }
  | { readonly alarm: 'takesAgain' }
  /** Over four fifths of the allowed size: Postgres has confirmed nothing for long. `emptied`: that is over. */
  | { readonly alarm: 'filling' | 'emptied'; readonly bytes: number; readonly of: number }
  /** What goes in has changed (core/room.ts). */
  | { readonly alarm: 'room'; readonly room: Room; readonly bytes: number; readonly of: number }
  /** The disk has refused for so long that memory is full of steps. Nothing of them was acknowledged: end, and begin anew. */
  | { readonly alarm: 'full'; readonly bytes: number }

export type JournalOptions = {
  readonly folder: string
  readonly onAlarm: (alarm: JournalAlarm) => void
  /** A segment is full when so much was written behind its head, or as much as the head is long, if that is more. */
  readonly segmentBytes?: number
  /** All segments together. Beyond it only what is in hand goes in, to its end. */
  readonly mostBytes?: number
  /** The last part of them, kept for what calls and tickets bring. */
  readonly reserveBytes?: number
  /** Told how long each write took, from the first step in it to the disk. */
  readonly onWritten?: (ms: number) => void
  /** Unconfirmed facts kept in memory; older ones are read from disk. */
  readonly mostFactsInMemory?: number
  /** How long to wait for a predecessor to let go; one that was killed this moment does so within milliseconds. */
  readonly lockWaitMs?: number
  /**
   * The last fact of this journal that somebody else has. Asked at opening: a folder that was put back to an older state (a
   * snapshot of a machine) gives no name a second time. Of a journal that they do not know: seq 0, and the highest epoch of all others.
   * `null`: they have no fact at all; `unknown`: they do not answer now.
   */
  readonly lastElsewhere?: (journal: string) => Promise<FactName | null | 'unknown'>
  /** The folder's lock, where it is held already. */
  readonly lock?: DirectoryLock
  /** What has been read of it while another had it. Ended here. */
  readonly ahead?: ReadAhead
}

const MiB = 1024 * 1024
/** Whoever takes over reads the newest one whole before anything else: 4 MiB in some 60 ms. */
const usualSegmentMiB = 4
const fewestSegments = 4
/** What the bound must be beyond the reserve. */
export const leastJournalMiB = fewestSegments * usualSegmentMiB

export type AllOptions = Required<Omit<JournalOptions, 'lockWaitMs' | 'lock' | 'ahead' | 'lastElsewhere'>>
export function allOf({
  mostBytes = 2048 * MiB,
  segmentBytes = usualSegmentMiB * MiB,
  ...options
}: JournalOptions): AllOptions {
  const reserveBytes = options.reserveBytes ?? Math.floor(mostBytes / 32)
  // The segment being written is never removed: a journal of few segments could not be emptied.
  if (mostBytes - reserveBytes < fewestSegments * segmentBytes)
    throw new RangeError(`a journal needs room for four segments of ${segmentBytes} bytes beside its reserve`)
  const usual = { mostFactsInMemory: 20_000, onWritten: () => undefined }
  return { ...usual, ...options, mostBytes, segmentBytes, reserveBytes }
}
