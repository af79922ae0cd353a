/**
 * A clock that stands still until told to go on: one heap of jobs, done one after another, each followed by everything that
 * its promises bring. While it is installed, `setTimeout`, `setImmediate`, `Date` and `performance.now` of the process are
 * its own, so that the real switchboard and the fake Asterisk run on it as they are. The wall clock may be stepped; what
 * runs on, as `performance.now`, may not.
 *
 * Each job has an owner. What a job starts is its owner's too; the jobs of an owner that has died are never done.
 */
export type Owner = string
export const world: Owner = 'world'

class Job {
  cancelled = false
  at: number
  order: number
  readonly owner: Owner
  readonly run: () => void

  constructor(at: number, order: number, owner: Owner, run: () => void) {
    this.at = at
    this.order = order
    this.owner = owner
    this.run = run
  }

  // What callers of setTimeout do with what they get.
  unref(): this {
    return this
  }
  ref(): this {
    return this
  }
}

const real = { setImmediate, setTimeout, clearTimeout, clearImmediate, Date, now: performance.now }
/** So many jobs are done each time that the loop comes round: between two immediates everything that promises bring is done. */
const jobsEachRound = 256

export class VirtualTime {
  owner: Owner = world
  /** Told of what a job throws: the process whose job it was would be dead. */
  onThrow: (error: unknown) => void = () => {}
  jobsDone = 0
  readonly #heap: Job[] = []
  readonly #dead = new Set<Owner>()
  readonly #stillUntil = new Map<Owner, number>()
  #now: number
  #steppedMs = 0
  #order = 0

  constructor(startMs: number) {
    this.#now = startMs
  }

  get now(): number {
    return this.#now
  }

  /** What the clock on the wall shows. */
  get wall(): number {
    return this.#now + this.#steppedMs
  }

  stepWall(ms: number): void {
    this.#steppedMs += ms
  }

  after(ms: number, run: () => void, owner: Owner = this.owner): Job {
    const job = new Job(this.#now + Math.max(0, ms), ++this.#order, owner, run)
    push(this.#heap, job)
    return job
  }

  /** Runs something now as if `owner` had. */
  as<T>(owner: Owner, run: () => T): T {
    const before = this.owner
    this.owner = owner
    try {
      return run()
    } finally {
      this.owner = before
    }
  }

  /** Nothing that it has begun will ever go on. */
  die(owner: Owner): void {
    this.#dead.add(owner)
  }

  /** It does nothing for so long, and then all that was to be done meanwhile, in the order in which it was to be done. */
  standStill(owner: Owner, ms: number): void {
    this.#stillUntil.set(owner, this.#now + ms)
  }

  isDead(owner: Owner): boolean {
    return this.#dead.has(owner)
  }

  /** Goes on until a moment, or until `stop` says so. */
  async runUntil(ms: number, stop: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      let done = false
      const turn = (): void => {
        if (done) return
        this.owner = world
        if (this.#doNext(ms, stop)) return
        done = true
        resolve()
      }
      const round = (): void => {
        turn()
        if (done) return
        for (let n = 1; n < jobsEachRound; n++) real.setImmediate(turn)
        real.setImmediate(round)
      }
      round()
    })
    if (!stop()) this.#now = Math.max(this.#now, ms)
  }

  #doNext(ms: number, stop: () => boolean): boolean {
    for (let job = this.#heap[0]; job && job.at <= ms && !stop(); job = this.#heap[0]) {
      pop(this.#heap)
      if (job.cancelled || this.#dead.has(job.owner)) continue
      const until = this.#stillUntil.get(job.owner)
      if (until !== undefined && job.at < until) {
        this.#putOff(job, until)
        continue
      }
      this.#now = job.at
      this.owner = job.owner
      this.jobsDone += 1
      try {
        job.run()
      } catch (error) {
        this.onThrow(error)
      }
      return true
    }
    return false
  }

  #putOff(job: Job, until: number): void {
    job.at = until
    job.order = ++this.#order
    push(this.#heap, job)
  }

  /** Takes the place of the process's own clock; gives back how to undo it. */
  install(): () => void {
    const time = this
    const start = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => time.after(ms, () => run(...args))
    const stop = (job: unknown): void => {
      if (job instanceof Job) job.cancelled = true
    }
    class VirtualDate extends real.Date {
      constructor(...args: unknown[]) {
        super(...((args.length === 0 ? [Math.floor(time.wall)] : args) as [number]))
      }
      static override now(): number {
        return Math.floor(time.wall)
      }
    }
    const set = (over: Record<string, unknown>): void => void Object.assign(globalThis, over)
    set({
      setTimeout: start,
      clearTimeout: stop,
      setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => start(run, 0, ...args),
      clearImmediate: stop,
      Date: VirtualDate,
    })
    performance.now = () => time.now
    return () => {
      const { now, ...globals } = real
      set(globals)
      performance.now = now
    }
  }
}

const before = (a: Job, b: Job): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Job[], job: Job): void {
  let at = heap.length
  heap.push(job)
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = heap[up] as Job
    if (!before(job, parent)) break
    heap[at] = parent
    at = up
  }
  heap[at] = job
}

function pop(heap: Job[]): void {
  const last = heap.pop() as Job
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1] as Job, heap[child] as Job)) child += 1
    if (!before(heap[child] as Job, last)) break
    heap[at] = heap[child] as Job
    at = child
  }
  heap[at] = last
}
