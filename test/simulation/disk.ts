/** The disk of the switchboard's machine, and the journal on it: what was fsynced stays, what was not may be lost. */
import type { Fact, Journal, RoomReport, Step } from '#journal'
import type { Dice } from './dice.ts'
import type { Owner, VirtualTime } from './virtual-time.ts'

type Written = { readonly facts: readonly Fact[]; readonly keep: readonly (readonly [string, string | null])[] }
type Batch = { readonly steps: Written[]; readonly promise: Promise<void>; readonly resolve: () => void }
/** A disk that refuses is asked again for ever. */
const againMs = 250
const createBatch = (): Batch => ({ steps: [], ...Promise.withResolvers<void>() })

export class Disk {
  /** How long one fsync takes just now. */
  readonly syncMs: () => number
  readonly synced: () => void
  /** Every fact that is on disk, in order. */
  readonly facts: Fact[] = []
  /** Legs that were decided upon, on disk. */
  readonly legs = new Set<unknown>()
  readonly #time: VirtualTime
  readonly #kept = new Map<string, string>()
  /** Until then there is no room: what is to be written waits. */
  #fullUntil = 0
  #epoch = 0
  #open: OpenJournal | undefined

  constructor(time: VirtualTime, syncMs: () => number, synced: () => void) {
    this.#time = time
    this.syncMs = syncMs
    this.synced = synced
  }

  /** What a process finds that opens the journal now. */
  kept(): Map<string, unknown> {
    return new Map([...this.#kept].map(([key, json]) => [key, JSON.parse(json) as unknown]))
  }

  /** One value of what would be found. */
  keptOf(key: string): unknown {
    return JSON.parse(this.#kept.get(key) ?? 'null')
  }

  fillUp(ms: number): void {
    this.#fullUntil = this.#time.now + ms
  }

  get isFull(): boolean {
    return this.#time.now < this.#fullUntil
  }

  makeRoom(): void {
    this.#fullUntil = 0
  }

  open(owner: Owner, appended: (step: Step) => void): OpenJournal {
    this.#epoch += 1
    this.#open = new OpenJournal(this.#time, this, owner, this.#epoch, this.kept(), this.facts.length + 1, appended)
    return this.#open
  }

  write(steps: readonly Written[]): void {
    for (const { facts, keep } of steps) {
      this.facts.push(...facts)
      for (const { leg } of facts) this.legs.add(leg)
      for (const [key, json] of keep) {
        if (json === null) this.#kept.delete(key)
        else this.#kept.set(key, json)
      }
    }
  }

  /** The process is dead: of the write under way some steps have got through, whole; what was still gathered is lost. */
  crash(dice: Dice): number {
    const cut = this.#open?.cut(dice) ?? { through: [], lost: 0 }
    this.#open = undefined
    this.write(cut.through)
    return cut.lost
  }
}

/** A value as it was written; read again only when somebody asks for it, and then once. */
class Kept {
  readonly #json: string
  #value: unknown

  constructor(json: string) {
    this.#json = json
  }

  get value(): unknown {
    this.#value ??= JSON.parse(this.#json)
    return this.#value
  }
}

export class OpenJournal implements Journal {
  readonly isInPlace = async (): Promise<boolean> => true
  readonly id = 'simulated'
  readonly epoch: number
  readonly kept: ReadonlyMap<string, unknown>
  readonly #time: VirtualTime
  readonly #disk: Disk
  readonly #owner: Owner
  readonly #appended: (step: Step) => void
  /** What the next life would find, were everything on disk. */
  readonly #believed: Map<string, Kept>
  /** Told of what is appended after the close. */
  onLate: (what: string) => void = () => {}
  #closed = false
  #gathered = createBatch()
  #writing: Batch | undefined
  #nextSeq: number

  constructor(
    time: VirtualTime,
    disk: Disk,
    owner: Owner,
    epoch: number,
    kept: Map<string, unknown>,
    nextSeq: number,
    appended: (step: Step) => void,
  ) {
    this.#time = time
    this.#disk = disk
    this.#owner = owner
    this.epoch = epoch
    this.kept = kept
    this.#believed = new Map([...kept].map(([key, value]) => [key, new Kept(JSON.stringify(value))]))
    this.#nextSeq = nextSeq
    this.#appended = appended
  }

  takes(): boolean {
    return true
  }

  room(): RoomReport {
    return { room: 'roomy', bytes: 0, of: 1, waitingMs: 0, isStuck: false, isFilling: false }
  }

  append(step: Step): Promise<void> {
    if (this.#closed) this.onLate(JSON.stringify(step))
    // Values are written as they are now; what they become later is another step's matter.
    const keep = Object.entries(step.keep).map(([key, value]): [string, string | null] => [
      key,
      value === null ? null : JSON.stringify(value),
    ])
    const facts = step.facts.map((fact): Fact => {
      const copy = JSON.parse(JSON.stringify(fact)) as Fact
      return { ...copy, seq: this.#nextSeq++, epoch: this.epoch }
    })
    for (const [key, json] of keep) {
      if (json === null) this.#believed.delete(key)
      else this.#believed.set(key, new Kept(json))
    }
    this.#gathered.steps.push({ facts, keep })
    const { promise } = this.#gathered
    this.#sync()
    this.#appended(step)
    return promise
  }

  get isIdle(): boolean {
    return this.#writing === undefined
  }

  /** As `kept` would be after everything appended so far; what has not changed since it was asked for last is the same value. */
  believed(): Map<string, unknown> {
    return new Map([...this.#believed].map(([key, kept]) => [key, kept.value]))
  }

  cut(dice: Dice): { through: readonly Written[]; lost: number } {
    const writing = this.#writing?.steps ?? []
    const through = writing.slice(0, dice.whole(0, writing.length))
    return { through, lost: writing.length - through.length + this.#gathered.steps.length }
  }

  behind(): number {
    return this.#disk.facts.length
  }

  unconfirmed(afterSeq: number, atMost: number): readonly Fact[] {
    return this.#disk.facts.slice(afterSeq, afterSeq + atMost)
  }

  onFacts(): void {} // the relay to Postgres is no part of the simulation

  confirm(): void {}

  /** Resolves when all is on disk. */
  close(): Promise<void> {
    this.#closed = true
    return (this.#gathered.steps.length > 0 ? this.#gathered : this.#writing)?.promise ?? Promise.resolve()
  }

  #sync(): void {
    if (this.#writing || this.#gathered.steps.length === 0) return
    const batch = this.#gathered
    this.#writing = batch
    this.#gathered = createBatch()
    const tryIt = (): void => {
      if (this.#disk.isFull) {
        this.#time.after(againMs, tryIt, this.#owner)
        return
      }
      this.#writing = undefined
      this.#disk.write(batch.steps)
      batch.resolve()
      this.#disk.synced()
      this.#sync()
    }
    this.#time.after(this.#disk.syncMs(), tryIt, this.#owner)
  }
}
