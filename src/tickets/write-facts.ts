/**
 * The deed of a worker: facts into Postgres, and what they add up to, in one transaction. It may be done twice, by two workers at
 * once, in any order and hours late; the rows come out the same.
 */
import { factsOfCalls, insertFacts, type StoredFact } from '#journal'
import type { CallId } from '#kernel'
import { isAboutData } from '#platform/postgres/pool'
import type { InTransaction, Tx } from '#platform/postgres/tx'
import { foldCall } from './core/index.ts'
import { lockCalls, writeRecords } from './record-store.ts'

/** Something that cannot be written as it stands, however often it is tried. */
export type Unwritable = { readonly name: string; readonly data: unknown; readonly error: Error }

type Deps = {
  readonly inTransaction: InTransaction
  /** Keeps it aside, and says so. */
  readonly quarantine: (unwritable: Unwritable) => Promise<void>
}

/** Rejects for trouble that is not about the facts (Postgres is away, a right is missing): nothing was written then, do it again. */
export function createWriteFacts({ inTransaction, quarantine }: Deps) {
  return async function writeFacts(facts: readonly StoredFact[]): Promise<void> {
    const calls = touchedCalls(facts)
    try {
      await inTransaction(async (tx) => {
        await insertFacts(tx, facts)
        await writeCalls(tx, calls)
      })
    } catch (error) {
      if (!isAboutData(error)) throw error
      await writeOneByOne(facts, calls)
    }
  }

  /** Something in the batch is refused on its merits: what is good is written, the rest kept aside. */
  async function writeOneByOne(facts: readonly StoredFact[], calls: readonly CallId[]): Promise<void> {
    for (const fact of facts) {
      await orQuarantine(`fact-${fact.journal}-${fact.seq}`, fact, (tx) => insertFacts(tx, [fact]))
    }
    for (const call of calls) await orQuarantine(`call-${call}`, { call }, (tx) => writeCalls(tx, [call]))
  }

  async function orQuarantine(name: string, data: unknown, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await inTransaction(work)
    } catch (error) {
      if (!isAboutData(error)) throw error
      await quarantine({ name, data, error: error as Error })
    }
  }
}

/** Makes the rows of these calls anew from all their facts. */
export async function writeCalls(tx: Tx, calls: readonly CallId[]): Promise<void> {
  if (calls.length === 0) return
  await lockCalls(tx, calls)
  const facts = await factsOfCalls(tx, calls) // after the lock: whoever had it before us has committed
  await writeRecords(
    tx,
    [...facts].map(([call, ofCall]) => foldCall(call, ofCall)),
  )
}

const touchedCalls = (facts: readonly StoredFact[]): CallId[] => [
  ...new Set(facts.map(({ call }) => call).filter((call) => typeof call === 'string')),
]
