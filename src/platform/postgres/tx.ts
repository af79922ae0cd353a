/** What an open transaction is: the only thing that a store which writes accepts. */
import type { Kysely, Transaction } from 'kysely'
import type { DB } from './generated/database.ts'
import { type Database, sqlState } from './pool.ts'

export type Tx = Transaction<DB>
/** For stores that only read: a transaction, or the pool itself. */
export type Reader = Kysely<DB>
export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

const TRIES = 5

/** Runs `work` in one transaction. When Postgres ends it because two were in each other's way, it is run again. */
export const createInTransaction =
  (db: Database): InTransaction =>
  async (work) => {
    for (let tried = 1; ; tried++) {
      try {
        return await db.transaction().execute(work)
      } catch (error) {
        if (tried === TRIES || !wasInTheWay(error)) throw error
      }
    }
  }

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
const wasInTheWay = (error: unknown): boolean => [SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(error) ?? '')
