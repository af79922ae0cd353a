/**
 * Between the queue and `writeFacts`: runs that arrive while a transaction is open are written together in the next one, so a hall
 * in full swing costs few transactions and each call is folded seldom.
 */
import { readRun, type StoredFact } from '#journal'
import { pause } from '#platform/pause'

type Deps = {
  readonly writeFacts: (facts: readonly StoredFact[]) => Promise<void>
  readonly quarantine: (unwritable: { name: string; data: unknown; error: Error }) => Promise<void>
  /** Postgres is away; told at each try. */
  readonly onTrouble: (error: Error, waitMs: number) => void
  readonly mostFacts?: number
}

type Waiting = {
  readonly facts: readonly StoredFact[]
  readonly done: () => void
  readonly failed: (error: Error) => void
}

export class Stopped extends Error {
  override readonly name = 'Stopped'
}

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 3_000

export function createTakeRuns({ writeFacts, quarantine, onTrouble, mostFacts = 2_000 }: Deps) {
  const waiting: Waiting[] = []
  const stopping = new AbortController()
  let isWorking = false

  /** Tries until it is done; Postgres may be away for hours, and the queue keeps the jobs that nobody has taken. */
  async function insist(work: () => Promise<void>): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      if (stopping.signal.aborted) throw new Stopped('the worker stops')
      try {
        return await work()
      } catch (error) {
        onTrouble(error as Error, waitMs)
        await pause(waitMs, stopping.signal)
      }
    }
  }

  function nextBatch(): Waiting[] {
    const batch: Waiting[] = []
    for (let facts = 0; waiting[0] && (batch.length === 0 || facts + waiting[0].facts.length <= mostFacts); ) {
      const run = waiting.shift() as Waiting
      facts += run.facts.length
      batch.push(run)
    }
    return batch
  }

  async function work(): Promise<void> {
    isWorking = true
    while (waiting.length > 0) {
      const batch = nextBatch()
      try {
        await insist(() => writeFacts(batch.flatMap(({ facts }) => facts)))
        for (const { done } of batch) done()
      } catch (error) {
        for (const { failed } of batch) failed(error as Error)
      }
    }
    isWorking = false
  }

  return {
    /** Resolves when the job is in Postgres, or kept aside because it is none of ours. */
    async take({ id, data }: { id: string; data: unknown }): Promise<void> {
      const run = readRun(data)
      if (!run) return await insist(() => quarantine({ name: id, data, error: new TypeError('not a run of facts') }))
      const facts = run.facts.map((fact) => ({ ...fact, journal: run.journal }))
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ facts, done: resolve, failed: reject })
      if (!isWorking) void work()
      return await promise
    },
    /** Tries no more; what is not written rejects with `Stopped`, and is sent again by whoever has it. */
    stop: () => stopping.abort(),
  }
}
