/**
 * The journal as files of one folder: `id`, `lock`, and segments (see segment.ts).
 *
 * Steps are gathered while the disk is busy and written together, so one fsync serves all that came during the one before.
 * A full segment is followed by a new one, whose head is written beside the running work. A segment goes when Postgres has
 * confirmed all its facts. No file is appended to by a later process: each opening begins a segment, which is how epochs count.
 */
import { mkdir, rm } from 'node:fs/promises'
import { type Fact, goesIn, isFilling, type Purpose, type Room, roomAfter } from './core/index.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { createFactReader, type SegmentPlace } from './fact-reader.ts'
import { createFactWindow } from './fact-window.ts'
import type { Journal, RoomReport, Step } from './journal.ts'
import { type Found, putAside, recoverOrRenew, syncDirectory, type Unreadable } from './journal-folder.ts'
import { type AllOptions, allOf, type JournalOptions } from './journal-options.ts'
import { goOnBehindOthers } from './known-elsewhere.ts'
import { createRecordGatherer } from './records.ts'
import {
  addConfirmed,
  addHead,
  addOpen,
  addStep,
  type KeptText,
  type NewHead,
  segmentPath,
  toFacts,
} from './segment.ts'
import { createSegmentFile, type SegmentFile } from './segment-file.ts'
import { stayInPlace } from './stay-in-place.ts'

/** More waits for the disk than memory should hold: `append` rejects with this, and nothing of the step is written. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull'
}

/** Steps that wait for a disk that refuses, before the process has to end. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024
/** A disk that has taken nothing for so long is not one to begin anything on. */
const STUCK_MS = 2_000

type Batch = {
  readonly written: Promise<void>
  readonly done: () => void
  readonly facts: Fact[]
  /** When its first step was appended. */
  since: number | undefined
}
function createBatch(): Batch {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { written: promise, done: resolve, facts: [], since: undefined }
}

type Place = { -readonly [Field in keyof SegmentPlace]: SegmentPlace[Field] }
type Segment = { readonly file: SegmentFile; readonly place: Place; readonly headBytes: number }
/** The segment that will be next: while its head is being written, the steps taken meanwhile are gathered for it. */
type Coming = {
  readonly head: Head
  readonly steps: Buffer[]
  segment: Segment | undefined
  readonly begun: Promise<void>
}

/** Opens the journal in `folder`, made when it is not there. Throws `JournalTaken` while another process has it. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, onAlarm, lockWaitMs = 3_000 } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = options.lock ?? (await lockDirectory(folder, lockWaitMs))
  try {
    await options.ahead?.stop()
    const found = await recoverOrRenew(folder, options.ahead)
    await options.ahead?.close()
    if (found.tornBytes > 0) onAlarm({ alarm: 'tornTail', bytes: found.tornBytes })
    const journal = new JournalFile(allOf(options), await goOnBehindOthers(found, options), lock)
    await journal.begin(found.lastNumber + 1)
    await found.tidy()
    return journal
  } catch (error) {
    lock.release()
    throw error
  }
}

class JournalFile implements Journal {
  readonly id: string
  readonly epoch: number
  readonly kept: ReadonlyMap<string, unknown>

  readonly #options: AllOptions
  readonly #lock: DirectoryLock
  readonly #keptText: KeptText
  readonly #facts: ReturnType<typeof createFactWindow>
  readonly #listeners = new Set<() => void>()
  /** Older segments, oldest first, then the one being written. */
  readonly #places: SegmentPlace[]
  readonly #gathered = createRecordGatherer()
  #batch = createBatch()
  readonly #lastFound: number
  readonly #leftOut: number
  /** Offsets of damage that was told, by segment. */
  readonly #damage = new Map<string, Set<number>>()
  #nextSeq: number
  #savedSeq: number
  #confirmed: number
  #confirmedOnDisk: number
  #active: Segment | undefined
  #coming: Coming | undefined
  #isDisplaced = false
  #staying: ReturnType<typeof stayInPlace> | undefined
  #writing: Promise<void> | undefined
  #closing: Promise<void> | undefined
  readonly #removing = new Set<Promise<void>>()
  #bytesOnDisk: number
  #isFilling = false
  #room: Room = 'roomy'
  #isRefused = false
  /** When the oldest step that is not on disk was appended. */
  #waitingSince: number | undefined

  constructor(options: AllOptions, found: Found & { readonly id: string }, lock: DirectoryLock) {
    this.#options = options
    this.#lock = lock
    this.id = found.id
    this.epoch = found.epoch + 1
    this.kept = found.kept
    this.#keptText = new Map([...found.kept].map(([key, value]) => [key, JSON.stringify(value)]))
    this.#places = [...found.places]
    this.#bytesOnDisk = found.places.reduce((sum, { size }) => sum + size, 0)
    this.#nextSeq = found.nextSeq
    this.#savedSeq = found.nextSeq - 1
    this.#lastFound = found.lastSeq
    this.#leftOut = found.nextSeq - 1
    this.#confirmed = this.#stepOver(found.confirmed)
    this.#confirmedOnDisk = this.#confirmed
    for (const unreadable of found.unreadable) this.#damaged(unreadable)
    const reader = createFactReader((unreadable) => this.#damaged(unreadable))
    this.#facts = createFactWindow(this.#options.mostFactsInMemory, reader)
  }

  /** The seqs that were left out at opening are nobody's: they are confirmed with the one before them. */
  #stepOver(seq: number): number {
    return seq >= this.#lastFound ? Math.max(seq, this.#leftOut) : seq
  }

  #damaged(unreadable: Unreadable): void {
    const told = this.#damage.get(unreadable.path) ?? new Set()
    if (told.has(unreadable.offset)) return
    this.#damage.set(unreadable.path, told.add(unreadable.offset))
    this.#options.onAlarm({ alarm: 'damaged', ...unreadable })
  }

  /** Writes the first segment of this life. Until it is on disk the journal is not open. */
  async begin(number: number): Promise<void> {
    const head = this.#encodeHead(number)
    const segment = await this.#createSegment(head)
    await this.#write(segment, openRecord(head))
    this.#enter(segment)
    this.#judgeRoom()
    this.#staying = stayInPlace({
      ...{ folder: this.#options.folder, lock: this.#lock, isInPlace: () => this.isInPlace() },
      onDisplaced: (error) => this.#options.onAlarm({ alarm: 'displaced', ...(error && { error }) }),
      beginAnew: () => {
        this.#isDisplaced = true // the next batch begins a segment, and the one after that turns to it
        return this.append({ facts: [], keep: {} })
      },
    })
  }

  append(step: Step): Promise<void> {
    if (this.#closing) return Promise.reject(new Error('the journal is closed'))
    if (this.#gathered.length > MOST_WAITING_BYTES) {
      const bytes = this.#bytes()
      this.#options.onAlarm({ alarm: 'full', bytes })
      return Promise.reject(new JournalFull(`${this.#gathered.length} bytes wait for the disk`))
    }
    try {
      addStep(this.#gathered, this.#nextSeq, step, this.#keptText)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    for (const fact of toFacts(this.#nextSeq, step.facts, this.epoch)) this.#batch.facts.push(fact)
    this.#nextSeq += step.facts.length
    this.#batch.since ??= performance.now()
    this.#waitingSince ??= this.#batch.since
    this.#judgeRoom()
    this.#writing ??= this.#writeGathered()
    return this.#batch.written
  }

  takes(purpose: Purpose): boolean {
    return goesIn(purpose, this.#room, this.#isStuck())
  }

  room(): RoomReport {
    const waitingMs = this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince
    return {
      ...{ room: this.#room, bytes: this.#bytes(), of: this.#options.mostBytes },
      ...{ waitingMs, isStuck: this.#isStuck(), isFilling: this.#isFilling },
    }
  }

  #isStuck(): boolean {
    return this.#waitingSince !== undefined && performance.now() - this.#waitingSince > STUCK_MS
  }

  #bytes(): number {
    return this.#bytesOnDisk + this.#gathered.length
  }

  #judgeRoom(): void {
    const bytes = this.#bytes()
    const { mostBytes: of, onAlarm } = this.#options
    const filling = isFilling(this.#isFilling, bytes, this.#options)
    if (filling !== this.#isFilling) {
      this.#isFilling = filling
      onAlarm({ alarm: filling ? 'filling' : 'emptied', bytes, of })
    }
    const room = roomAfter(this.#room, bytes, this.#options)
    if (room !== this.#room) {
      this.#room = room
      onAlarm({ alarm: 'room', room, bytes, of })
    }
  }

  #refused(error: Error): void {
    if (this.#isRefused) return
    this.#isRefused = true
    this.#options.onAlarm({ alarm: 'refused', error })
  }

  async isInPlace(): Promise<boolean> {
    const file = this.#active?.file // another may follow while we look, and this be closed
    const isThere = await file?.isInPlace().catch(() => false)
    return (isThere || file !== this.#active?.file) && (await this.#lock.isInPlace())
  }

  behind(): number {
    return this.#savedSeq - this.#confirmed
  }

  unconfirmed(afterSeq: number, atMost: number): readonly Fact[] {
    return this.#facts.read(this.#places, Math.max(afterSeq, this.#confirmed), this.#savedSeq, atMost)
  }

  onFacts(listener: () => void): void {
    this.#listeners.add(listener)
  }

  confirm(seq: number): void {
    const upTo = this.#stepOver(Math.min(seq, this.#savedSeq))
    if (upTo <= this.#confirmed) return
    this.#confirmed = upTo
    this.#facts.forget(upTo)
    this.#removeConfirmed()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#staying?.stop()
    await this.#writing
    await this.#coming?.begun
    await this.#dropComing()
    if (this.#active && this.#confirmed > this.#confirmedOnDisk) {
      const record = createRecordGatherer(64)
      addConfirmed(record, this.#confirmed)
      await this.#write(this.#active, record.take().bytes)
    }
    await Promise.all([this.#active?.file.close(), ...this.#removing])
    this.#lock.release()
  }

  /** Writes batch after batch until nothing is gathered any more. */
  async #writeGathered(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)) // what else this turn of the loop brings comes along
    while (this.#gathered.length > 0) await this.#writeBatch(this.#active as Segment)
    this.#writing = undefined
  }

  async #writeBatch(active: Segment): Promise<void> {
    if (this.#confirmed > this.#confirmedOnDisk) {
      addConfirmed(this.#gathered, this.#confirmed)
      this.#confirmedOnDisk = this.#confirmed
    }
    const batch = this.#batch
    const { bytes } = this.#gathered.take()
    this.#batch = createBatch()
    const behindHead = active.file.size + bytes.length - active.headBytes
    const isFull = this.#isDisplaced || behindHead > Math.max(this.#options.segmentBytes, active.headBytes)
    // Just now all that was kept is of steps in this batch or before it; a moment later it would not be.
    const head = isFull && !this.#coming ? this.#encodeHead(active.place.number + 1) : undefined
    await this.#write(active, bytes)
    this.#waitingSince = this.#batch.since
    if (batch.since !== undefined) this.#options.onWritten(performance.now() - batch.since)
    this.#savedSeq = batch.facts.at(-1)?.seq ?? this.#savedSeq
    this.#facts.add(batch.facts)
    batch.done()
    if (batch.facts.length > 0) for (const listener of this.#listeners) queueMicrotask(listener)
    this.#coming?.steps.push(Buffer.from(bytes)) // a copy: the next batch is gathered into these bytes
    if (head) this.#coming = this.#prepare(head)
    if (this.#coming?.segment) await this.#turnTo(this.#coming.segment, this.#coming)
  }

  /** Begins the next segment beside the running work. */
  #prepare(head: Head): Coming {
    const coming: Coming = {
      head,
      steps: [],
      segment: undefined,
      begun: this.#createSegment(head).then(
        (segment) => {
          coming.segment = segment
        },
        (error: Error) => {
          this.#coming = undefined // the next batch tries again
          this.#refused(error)
        },
      ),
    }
    return coming
  }

  /** From here on the coming segment is the one that is written. It counts once its `open` is on disk. */
  async #turnTo(segment: Segment, { steps, head }: Coming): Promise<void> {
    await this.#write(segment, Buffer.concat([...steps, openRecord(head)]))
    const old = this.#active
    this.#coming = undefined
    this.#enter(segment)
    this.#removeConfirmed()
    await old?.file.close()
  }

  #enter(segment: Segment): void {
    this.#active = segment
    this.#isDisplaced = false
    this.#places.push(segment.place)
  }

  async #dropComing(): Promise<void> {
    const segment = this.#coming?.segment
    if (!segment) return
    await segment.file.close()
    await rm(segment.file.path)
    this.#bytesOnDisk -= segment.file.size
  }

  #encodeHead(number: number): Head {
    const records = createRecordGatherer(1024 * 1024)
    const [nextSeq, confirmed] = [this.#nextSeq, this.#confirmed]
    const head = { journal: this.id, epoch: this.epoch, number, nextSeq, confirmed }
    addHead(records, head, this.#keptText)
    return { ...head, bytes: records.take().bytes }
  }

  async #createSegment({ number, nextSeq: firstSeq, bytes }: Head): Promise<Segment> {
    const { folder } = this.#options
    const path = segmentPath(folder, number)
    await rm(path, { force: true }) // of a try that failed before
    const file = await createSegmentFile(path, (error) => this.#refused(error))
    const place = { number, path, firstSeq, epoch: this.epoch, size: 0 }
    const segment = { file, place, headBytes: bytes.length }
    await this.#write(segment, bytes)
    await syncDirectory(folder)
    return segment
  }

  async #write({ file, place }: Segment, bytes: Buffer): Promise<void> {
    await file.write(bytes)
    place.size = file.size
    this.#bytesOnDisk += bytes.length
    if (!this.#isRefused) return
    this.#isRefused = false
    this.#options.onAlarm({ alarm: 'takesAgain' })
  }

  /** Removes segments whose every fact is confirmed; never the one being written. One with damage is put aside for whoever looks into it. */
  #removeConfirmed(): void {
    while (this.#places.length > 1 && (this.#places[1] as SegmentPlace).firstSeq - 1 <= this.#confirmed) {
      const { path, size } = this.#places.shift() as SegmentPlace
      this.#bytesOnDisk -= size
      // What cannot be read may be facts that nobody has.
      const removing = (this.#damage.has(path) ? putAside([path]) : rm(path, { force: true }))
        .catch((error: Error) => this.#refused(error))
        .finally(() => this.#removing.delete(removing))
      this.#removing.add(removing)
    }
    this.#judgeRoom()
  }
}

type Head = NewHead & { readonly bytes: Buffer }

function openRecord({ bytes, ...head }: Head): Buffer {
  const record = createRecordGatherer(256)
  addOpen(record, head)
  return record.take().bytes
}
