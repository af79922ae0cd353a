/**
 * The journal as files of one folder: `id`, `lock`, and segments (see segment.ts).
 *
 * Steps are gathered while the disk is busy and written together, so one fsync serves all that came during the one before.
 * A full segment is followed by a new one, whose head is written beside the running work. A segment goes when Postgres has
 * confirmed all its facts. No file is appended to by a later process: each opening begins a segment, which is how epochs count.
 */
import { mkdir, rm } from 'node:fs/promises'
import type { Fact } from './core/index.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { createFactReader, type SegmentPlace } from './fact-reader.ts'
import { createFactWindow } from './fact-window.ts'
import type { Journal, Step } from './journal.ts'
import { type Found, readJournalId, recover, syncDirectory } from './journal-folder.ts'
import { createRecordGatherer } from './records.ts'
import { addConfirmed, addHead, addOpen, addStep, type KeptText, segmentPath, toFacts } from './segment.ts'
import { createSegmentFile, type SegmentFile } from './segment-file.ts'

/** Something about the journal that people should know. */
export type JournalAlarm =
  /** A crash broke off a write; nothing in it was acknowledged. */
  | { readonly alarm: 'tornTail'; readonly bytes: number }
  /** A segment cannot be read from `offset` on; its facts behind it are lost to Postgres. */
  | { readonly alarm: 'damaged'; readonly path: string; readonly offset: number }
  /** The disk refuses. Steps wait until it does not. */
  | { readonly alarm: 'refused'; readonly error: Error }
  /** Over four fifths of the allowed size: Postgres has confirmed nothing for long. */
  | { readonly alarm: 'filling'; readonly bytes: number; readonly of: number }

export type JournalOptions = {
  readonly folder: string
  readonly onAlarm: (alarm: JournalAlarm) => void
  readonly segmentBytes?: number
  /** All segments together. Beyond it steps are refused with `JournalFull`. */
  readonly mostBytes?: number
  /** Unconfirmed facts kept in memory; older ones are read from disk. */
  readonly mostFactsInMemory?: number
  /** How long to wait for a predecessor to let go; one that was killed this moment does so within milliseconds. */
  readonly lockWaitMs?: number
  /** The folder's lock, where it is held already. */
  readonly lock?: DirectoryLock
}

/** The journal has no room: `append` rejects with this, and nothing of the step is written. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull'
}

const MiB = 1024 * 1024
/** Steps that wait for a disk that refuses, before new ones are. */
const MOST_WAITING_BYTES = 64 * MiB

type Batch = { readonly written: Promise<void>; readonly done: () => void; readonly facts: Fact[] }
function createBatch(): Batch {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { written: promise, done: resolve, facts: [] }
}

type Place = { -readonly [Field in keyof SegmentPlace]: SegmentPlace[Field] }
type Segment = { readonly file: SegmentFile; readonly place: Place }
/** The segment that will be next: while its head is being written, the steps taken meanwhile are gathered for it. */
type Coming = { readonly steps: Buffer[]; segment: Segment | undefined; readonly begun: Promise<void> }

/** Opens the journal in `folder`, made when it is not there. Throws `JournalTaken` while another process has it. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, onAlarm, lockWaitMs = 3_000 } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = options.lock ?? (await lockDirectory(folder, lockWaitMs))
  try {
    const id = await readJournalId(folder)
    const found = await recover(folder, id)
    if (found.tornBytes > 0) onAlarm({ alarm: 'tornTail', bytes: found.tornBytes })
    const journal = new JournalFile(options, id, found, lock)
    await journal.begin(found.lastNumber + 1)
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

  readonly #options: Required<Omit<JournalOptions, 'lockWaitMs' | 'lock'>>
  readonly #lock: DirectoryLock
  readonly #keptText: KeptText
  readonly #facts: ReturnType<typeof createFactWindow>
  readonly #listeners = new Set<() => void>()
  /** Older segments, oldest first, then the one being written. */
  readonly #places: SegmentPlace[]
  readonly #gathered = createRecordGatherer()
  #batch = createBatch()
  #nextSeq: number
  #savedSeq: number
  #confirmed: number
  #confirmedOnDisk: number
  #active: Segment | undefined
  #coming: Coming | undefined
  #writing: Promise<void> | undefined
  #closing: Promise<void> | undefined
  readonly #removing = new Set<Promise<void>>()
  #bytesOnDisk: number
  #isFilling = false

  constructor(options: JournalOptions, id: string, found: Found, lock: DirectoryLock) {
    this.#options = { segmentBytes: 16 * MiB, mostBytes: 2048 * MiB, mostFactsInMemory: 20_000, ...options }
    this.#lock = lock
    this.id = id
    this.epoch = found.epoch + 1
    this.kept = found.kept
    this.#keptText = new Map([...found.kept].map(([key, value]) => [key, JSON.stringify(value)]))
    this.#places = [...found.places]
    this.#bytesOnDisk = found.places.reduce((sum, { size }) => sum + size, 0)
    this.#nextSeq = found.nextSeq
    this.#savedSeq = found.nextSeq - 1
    this.#confirmed = found.confirmed
    this.#confirmedOnDisk = found.confirmed
    const reader = createFactReader((path, offset) => options.onAlarm({ alarm: 'damaged', path, offset }))
    this.#facts = createFactWindow(this.#options.mostFactsInMemory, reader)
  }

  /** Writes the first segment of this life. Until it is on disk the journal is not open. */
  async begin(number: number): Promise<void> {
    const segment = await this.#createSegment(number, this.#encodeHead(number))
    await this.#write(segment, openRecord())
    this.#enter(segment)
  }

  append(step: Step): Promise<void> {
    if (this.#closing) return Promise.reject(new Error('the journal is closed'))
    const { mostBytes, onAlarm } = this.#options
    const bytes = this.#bytesOnDisk + this.#gathered.length
    if (bytes > mostBytes || this.#gathered.length > MOST_WAITING_BYTES) {
      return Promise.reject(new JournalFull(`the journal holds ${bytes} bytes that Postgres has not confirmed`))
    }
    if (bytes > mostBytes * 0.8 !== this.#isFilling) {
      this.#isFilling = !this.#isFilling
      if (this.#isFilling) onAlarm({ alarm: 'filling', bytes, of: mostBytes })
    }
    try {
      addStep(this.#gathered, this.#nextSeq, step, this.#keptText)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    for (const fact of toFacts(this.#nextSeq, step.facts, this.epoch)) this.#batch.facts.push(fact)
    this.#nextSeq += step.facts.length
    this.#writing ??= this.#writeGathered()
    return this.#batch.written
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
    const upTo = Math.min(seq, this.#savedSeq)
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
    const isFull = !this.#coming && active.file.size + bytes.length > this.#options.segmentBytes
    // Just now all that was kept is of steps in this batch or before it; a moment later it would not be.
    const head = isFull ? this.#encodeHead(active.place.number + 1) : undefined
    await this.#write(active, bytes)
    this.#savedSeq = batch.facts.at(-1)?.seq ?? this.#savedSeq
    this.#facts.add(batch.facts)
    batch.done()
    if (batch.facts.length > 0) for (const listener of this.#listeners) queueMicrotask(listener)
    this.#coming?.steps.push(Buffer.from(bytes)) // a copy: the next batch is gathered into these bytes
    if (head) this.#coming = this.#prepare(active.place.number + 1, head)
    if (this.#coming?.segment) await this.#turnTo(this.#coming.segment, this.#coming.steps)
  }

  /** Begins the next segment beside the running work. */
  #prepare(number: number, head: Head): Coming {
    const coming: Coming = {
      steps: [],
      segment: undefined,
      begun: this.#createSegment(number, head).then(
        (segment) => {
          coming.segment = segment
        },
        (error: Error) => {
          this.#coming = undefined // the next batch tries again
          this.#options.onAlarm({ alarm: 'refused', error })
        },
      ),
    }
    return coming
  }

  /** From here on the coming segment is the one that is written. It counts once its `open` is on disk. */
  async #turnTo(segment: Segment, steps: readonly Buffer[]): Promise<void> {
    await this.#write(segment, Buffer.concat([...steps, openRecord()]))
    const old = this.#active
    this.#coming = undefined
    this.#enter(segment)
    this.#removeConfirmed()
    await old?.file.close()
  }

  #enter(segment: Segment): void {
    this.#active = segment
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
    const records = createRecordGatherer(MiB)
    const nextSeq = this.#nextSeq
    const confirmed = this.#confirmed
    addHead(records, { journal: this.id, epoch: this.epoch, number, nextSeq, confirmed }, this.#keptText)
    return { bytes: records.take().bytes, firstSeq: nextSeq }
  }

  async #createSegment(number: number, { bytes, firstSeq }: Head): Promise<Segment> {
    const { folder, onAlarm } = this.#options
    const path = segmentPath(folder, number)
    await rm(path, { force: true }) // of a try that failed before
    const file = await createSegmentFile(path, (error) => onAlarm({ alarm: 'refused', error }))
    const segment = { file, place: { number, path, firstSeq, epoch: this.epoch, size: 0 } }
    await this.#write(segment, bytes)
    await syncDirectory(folder)
    return segment
  }

  async #write({ file, place }: Segment, bytes: Buffer): Promise<void> {
    await file.write(bytes)
    place.size = file.size
    this.#bytesOnDisk += bytes.length
  }

  /** Removes segments whose every fact is confirmed; never the one being written. */
  #removeConfirmed(): void {
    while (this.#places.length > 1 && (this.#places[1] as SegmentPlace).firstSeq - 1 <= this.#confirmed) {
      const { path, size } = this.#places.shift() as SegmentPlace
      this.#bytesOnDisk -= size
      const removing = rm(path, { force: true })
        .catch((error: Error) => this.#options.onAlarm({ alarm: 'refused', error }))
        .finally(() => this.#removing.delete(removing))
      this.#removing.add(removing)
    }
  }
}

type Head = { readonly bytes: Buffer; readonly firstSeq: number }

function openRecord(): Buffer {
  const record = createRecordGatherer(64)
  addOpen(record)
  return record.take().bytes
}
