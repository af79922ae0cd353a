/**
 * Carries facts from the journal to Postgres, by way of the queue, and learns from Postgres itself what has arrived.
 *
 * The queue is trusted with nothing: what Postgres does not have after some seconds is sent again, under the same name, so that
 * a job that only waits is not doubled. Redis and Postgres may be away for hours; the journal grows meanwhile and nothing is lost.
 */
import { pause } from '#platform/pause'
import type { FactName } from './fact-store.ts'
import type { Journal } from './journal.ts'
import { nameRun, type Run } from './run.ts'

type Deps = {
  readonly journal: Pick<Journal, 'id' | 'behind' | 'unconfirmed' | 'onFacts' | 'confirm'>
  /** Puts runs into the queue. Rejects at once while Redis is away. */
  readonly send: (runs: readonly { readonly id: string; readonly data: Run }[]) => Promise<void>
  /** Which facts from seq `first` to `last` Postgres has, in order. Rejects while it is away. */
  readonly stored: (journal: string, first: number, last: number) => Promise<readonly FactName[]>
  readonly onTrouble: (error: Error, doing: 'sending' | 'asking') => void
  /** Told when it changes: whether everything that is older than `lateMs` is in Postgres. */
  readonly onSavedCentrally?: (saved: boolean) => void
  /** Nothing is taken out of the journal and Postgres is asked nothing before: what comes first is for callers. */
  readonly after?: Promise<unknown>
  readonly timing?: Partial<Timing>
}

export type Timing = {
  /** How long facts may gather before they are sent. */
  readonly gatherMs: number
  /** How often Postgres is asked while something is outstanding. */
  readonly askMs: number
  /** After this long without being in Postgres a run is sent again; twice as long each time, up to `resendAtMostMs`. */
  readonly resendMs: number
  readonly resendAtMostMs: number
  readonly retryMs: number
  readonly retryAtMostMs: number
  /** Facts on disk for longer than this and not in Postgres: "saved locally". */
  readonly lateMs: number
}
const usual: Timing = {
  gatherMs: 50,
  askMs: 500,
  resendMs: 5_000,
  resendAtMostMs: 60_000,
  retryMs: 100,
  retryAtMostMs: 5_000,
  lateMs: 3_000,
}

const MOST_IN_A_RUN = 200
const RUNS_AT_ONCE = 10
/** What is sent at once is written out at once: long texts of tickets, hours of them, would stand in the way of calls. */
const MOST_CHARACTERS_AT_ONCE = 1_000_000
/** Facts sent and not yet in Postgres. With Postgres away, Redis is not filled with what the journal keeps anyway. */
const MOST_OUTSTANDING = 10_000

type Ready = { readonly id: string; readonly data: Run; readonly characters: number }
type Sent = Ready & {
  /** Epochs of its facts that Postgres has not shown yet, by seq. */
  readonly missing: Map<number, number>
  readonly since: number
  sentAt: number
  waitMs: number
}

export type FactRelay = {
  /** Facts on disk that Postgres has not confirmed. */
  behind(): number
  savedCentrally(): boolean
  /** Sends and asks no more; what is under way is waited for, `withinMs` at most. The journal keeps what is not confirmed. */
  stop(withinMs: number): Promise<void>
}

export function relayFacts(deps: Deps): FactRelay {
  const relay = new Relay(deps)
  relay.start()
  return relay
}

class Relay implements FactRelay {
  readonly #deps: Deps
  readonly #timing: Timing
  readonly #stopping = new AbortController()
  /** Runs that are not in Postgres whole, oldest first. */
  readonly #outstanding: Sent[] = []
  readonly #news = createBell()
  readonly #room = createBell()
  readonly #sent = createBell()
  #sentSeq = 0
  /** Facts that were taken out of the journal and are not confirmed. */
  #facts = 0
  /** Since when facts wait to be sent, as far as they are known to wait: those of a life before this one from its first moment on. */
  #sendingSince: number | undefined
  #saved = true
  #loops: Promise<unknown> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
    this.#timing = { ...usual, ...deps.timing }
  }

  start(): void {
    this.#deps.journal.onFacts(() => this.#news.ring())
    if (this.behind() > 0) this.#sendingSince = performance.now()
    // By the clock, and not when an answer comes: a Postgres that is frozen gives none.
    const judging = setInterval(() => this.#judgeLateness(), this.#timing.askMs).unref()
    this.#stopping.signal.addEventListener('abort', () => clearInterval(judging), { once: true })
    this.#loops = Promise.resolve(this.#deps.after).then(() =>
      Promise.all([this.#goOn('sending', () => this.#sendForEver()), this.#goOn('asking', () => this.#askForEver())]),
    )
  }

  behind(): number {
    return this.#deps.journal.behind()
  }

  savedCentrally(): boolean {
    return this.#saved
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort()
    for (const bell of [this.#news, this.#room, this.#sent]) bell.ring()
    const timer = new AbortController()
    await Promise.race([this.#loops, pause(withinMs, timer.signal)])
    timer.abort()
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** A loop that breaks (the disk does not give a segment back, a defect) is begun anew. */
  async #goOn(doing: 'sending' | 'asking', loop: () => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      try {
        await loop()
      } catch (error) {
        this.#deps.onTrouble(error as Error, doing)
        await pause(this.#timing.retryAtMostMs, this.#stopping.signal)
      }
    }
  }

  async #sendForEver(): Promise<void> {
    await this.#skipWhatIsThere()
    if (this.#deps.journal.unconfirmed(0, 1).length === 0) this.#sendingSince = undefined
    let isMore = true
    while (!this.#isStopping) {
      if (this.#facts >= MOST_OUTSTANDING) {
        await this.#room.wait()
        isMore = true
      }
      if (!isMore) {
        await this.#news.wait()
        await pause(this.#timing.gatherMs, this.#stopping.signal)
      }
      const runs = this.#nextRuns()
      isMore = runs.at(-1)?.data.facts.length === MOST_IN_A_RUN
      if (runs.length > 0) await this.#send(runs)
    }
  }

  async #send(runs: readonly Ready[]): Promise<void> {
    this.#sendingSince ??= performance.now()
    await this.#insist('sending', () => this.#deps.send(runs))
    const now = performance.now()
    for (const run of runs) {
      const missing = new Map(run.data.facts.map(({ seq, epoch }) => [seq, epoch]))
      this.#outstanding.push({
        ...run,
        missing,
        since: this.#sendingSince ?? now,
        sentAt: now,
        waitMs: this.#timing.resendMs,
      })
    }
    this.#sendingSince = undefined
    this.#sent.ring()
  }

  /** After a restart Postgres may hold much that the journal does not know to be there. One question, once; no answer is fine. */
  async #skipWhatIsThere(): Promise<void> {
    const { journal, stored, onTrouble } = this.#deps
    for (let facts = journal.unconfirmed(0, 5_000); facts.length > 0; facts = journal.unconfirmed(0, 5_000)) {
      const first = facts[0]?.seq ?? 0
      try {
        const there = epochsBySeq(await stored(journal.id, first, facts.at(-1)?.seq ?? 0))
        const missing = facts.find(({ seq, epoch }) => there.get(seq) !== epoch)
        journal.confirm(missing ? missing.seq - 1 : (facts.at(-1)?.seq ?? 0))
        if (missing || this.#isStopping) return
      } catch (error) {
        return onTrouble(error as Error, 'asking')
      }
    }
  }

  /** Takes what is to be sent next out of the journal. */
  #nextRuns(): Ready[] {
    const { journal } = this.#deps
    const runs: Ready[] = []
    let [sentSeq, taken, room] = [this.#sentSeq, 0, MOST_CHARACTERS_AT_ONCE]
    while (runs.length < RUNS_AT_ONCE && room > 0 && this.#facts + taken < MOST_OUTSTANDING) {
      const facts = journal.unconfirmed(sentSeq, MOST_IN_A_RUN)
      const last = facts.at(-1)
      if (!last) break
      const data = { journal: journal.id, facts }
      const characters = JSON.stringify(facts).length
      runs.push({ id: nameRun(data), data, characters })
      sentSeq = last.seq
      taken += facts.length
      room -= characters
    }
    this.#sentSeq = sentSeq
    this.#facts += taken
    return runs
  }

  async #askForEver(): Promise<void> {
    while (!this.#isStopping) {
      await pause(this.#timing.askMs, this.#stopping.signal)
      if (this.#outstanding.length === 0) {
        if (this.behind() === 0) await this.#sent.wait()
        continue
      }
      await this.#insist('asking', () => this.#ask())
      await this.#sendAgain()
    }
  }

  async #ask(): Promise<void> {
    const { journal, stored } = this.#deps
    const runs = [...this.#outstanding]
    const first = Math.min(...(runs[0]?.missing.keys() ?? []))
    const last = runs.at(-1)?.data.facts.at(-1)?.seq ?? first
    const there = epochsBySeq(await stored(journal.id, first, last))
    for (const { missing } of runs) {
      for (const [seq, epoch] of missing) {
        if (there.get(seq) === epoch) missing.delete(seq)
        else if (there.has(seq)) this.#deps.onTrouble(new AnotherFact(journal.id, seq), 'asking')
      }
    }
    while (this.#outstanding[0]?.missing.size === 0) {
      const done = this.#outstanding.shift() as Sent
      this.#facts -= done.data.facts.length
      journal.confirm(done.data.facts.at(-1)?.seq ?? 0)
    }
    if (this.#facts < MOST_OUTSTANDING) this.#room.ring()
  }

  /** Asked while Postgres answers, so a run that it lacks for long has been lost on the way, or waits behind many others. */
  async #sendAgain(): Promise<void> {
    const now = performance.now()
    let room = MOST_CHARACTERS_AT_ONCE
    const lost = this.#outstanding.filter(({ missing, sentAt, waitMs, characters }) => {
      if (missing.size === 0 || now - sentAt <= waitMs || room <= 0) return false
      room -= characters
      return true
    })
    if (lost.length === 0) return
    for (const run of lost) {
      run.sentAt = now
      run.waitMs = Math.min(run.waitMs * 2, this.#timing.resendAtMostMs)
    }
    await this.#deps.send(lost.map(({ id, data }) => ({ id, data }))).catch((error: unknown) => {
      for (const run of lost) run.waitMs = this.#timing.resendMs
      this.#deps.onTrouble(error as Error, 'sending')
    })
  }

  #judgeLateness(): void {
    const oldest = this.#outstanding[0]?.since ?? this.#sendingSince
    const saved = oldest === undefined || performance.now() - oldest < this.#timing.lateMs
    if (saved === this.#saved) return
    this.#saved = saved
    this.#deps.onSavedCentrally?.(saved)
  }

  /** Does it until it is done, with longer and longer waits between. */
  async #insist(doing: 'sending' | 'asking', work: () => Promise<void>): Promise<void> {
    const { retryMs, retryAtMostMs } = this.#timing
    for (let waitMs = retryMs; !this.#isStopping; waitMs = Math.min(waitMs * 2, retryAtMostMs)) {
      try {
        return await work()
      } catch (error) {
        this.#deps.onTrouble(error as Error, doing)
        await pause(waitMs / 2 + Math.random() * (waitMs / 2), this.#stopping.signal)
      }
    }
  }
}

/**
 * The folder was put back to an older state while Postgres was away, and gave names a second time. The facts stay on disk and are
 * not confirmed until somebody looks: `journal replay` cannot write them under a name that another fact has.
 */
class AnotherFact extends Error {
  override readonly name = 'AnotherFact'
  constructor(journal: string, seq: number) {
    super(`Postgres has another fact as ${seq} of journal ${journal}: its folder was put back to an older state`)
  }
}

const epochsBySeq = (names: readonly FactName[]): Map<number, number> =>
  new Map(names.map(({ seq, epoch }) => [seq, epoch]))

/** Lets one wait until something has happened since the last wait. */
function createBell() {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring(): void {
      rung = true
      wake?.()
    },
    async wait(): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      wake = undefined
      rung = false
    },
  }
}
