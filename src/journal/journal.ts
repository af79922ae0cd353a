/** What the switchboard writes before it acts, and reads when it comes back. */
import type { Fact, NewFact, Purpose, Room } from './core/index.ts'

/** State to find again after a crash, by key (`call:…`, `agent:…`, `serial`). `null` forgets the key. Plain JSON. */
export type Keep = Readonly<Record<string, unknown>>

/** One decision: what happened, and the state that it led to. Written whole or not at all. */
export type Step = { readonly facts: readonly NewFact[]; readonly keep: Keep }

export type RoomReport = {
  readonly room: Room
  /** All segments, and what waits for the disk. */
  readonly bytes: number
  readonly of: number
  /** How long the disk has taken nothing while something waits for it. */
  readonly waitingMs: number
  readonly isStuck: boolean
  /** People have been told that it fills. */
  readonly isFilling: boolean
}

export type Journal = {
  /** Name of this journal for ever; a new directory makes a new one. */
  readonly id: string
  /** How many times a process has opened this journal, this one included. */
  readonly epoch: number
  /** The last value of every key that was not forgotten, as found when opened. */
  readonly kept: ReadonlyMap<string, unknown>
  /**
   * Whether a step about this still goes in; asked before the decision is taken, for a turn cannot be taken back. What is in hand
   * always does.
   */
  takes(purpose: Purpose): boolean
  /**
   * Appends a step. Order of calls is order of records. Resolves when it is on disk (fsync), within 10 ms of the call. While the
   * disk refuses it waits. Rejects with `JournalFull` when more waits than memory should hold: then this process must end.
   */
  append(step: Step): Promise<void>
  /** How much room there is now, for health and metrics. */
  room(): RoomReport
  /** Whether lock and newest segment are still what the folder has under their names: if not, whoever takes over finds something else. */
  isInPlace(): Promise<boolean>
  /** How many facts are on disk and not confirmed. */
  behind(): number
  /** Facts that Postgres has not confirmed yet, oldest first; fewer than `atMost` only where there are no more. For the relay. */
  unconfirmed(afterSeq: number, atMost: number): readonly Fact[]
  /** Calls back soon after new facts are on disk. */
  onFacts(listener: () => void): void
  /** Postgres holds every fact up to and including `seq`; older segments may go. */
  confirm(seq: number): void
  close(): Promise<void>
}
