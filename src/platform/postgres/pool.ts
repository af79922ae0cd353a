/** The connections to Postgres, and Kysely on top of them. The only place that names `pg`. */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { withPassword } from './address.ts'
import type { DB } from './generated/database.ts'

export type Database = Kysely<DB>

export type PostgresOptions = {
  readonly url: string
  /** Kept out of the URL, so that no log line or process list can show it. */
  readonly password?: string
  /** Shown in `pg_stat_activity`: switchboard, worker, api … */
  readonly name: string
  readonly connections?: number
  /** Longest that one statement may run, ms. */
  readonly statementMs?: number
  /** An idle connection was lost. The pool replaces it by itself; this is for the log. */
  readonly onConnectionLost?: (error: Error) => void
}

export type Postgres = { readonly db: Database; readonly pool: pg.Pool; close(): Promise<void> }

/** Makes a pool. Nothing is connected yet, so this never fails because the server is away. */
export function createPostgres(options: PostgresOptions): Postgres {
  const pool = new pg.Pool({
    connectionString: withPassword(options.url, options.password),
    application_name: `hotline-${options.name}`,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.statementMs ?? 30_000,
    idle_in_transaction_session_timeout: 60_000,
    // What Postgres has confirmed leaves the journal, so its own death must not undo it, however the server is set.
    options: '-c synchronous_commit=on',
    types: { getTypeParser },
  })
  // Without a listener a server that goes away ends our process.
  pool.on('error', (error) => options.onConnectionLost?.(error))
  // The pool listens only to idle connections: one that breaks while it is lent out would end our process just the same.
  pool.on('connect', (client) => client.on('error', () => undefined)) // whoever has it is told by the query in hand
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  let closed: Promise<void> | undefined
  // Kysely ends the pool only when something was asked through Kysely.
  const end = async () => {
    await db.destroy()
    if (!pool.ending) await pool.end()
  }
  return { db, pool, close: () => (closed ??= end()) }
}

const INT8 = 20
const DATE = 1082

/** bigint as number (every one of ours is a count, a sequence or milliseconds), date as `yyyy-mm-dd` text. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8) return toSafeInteger
  if (oid === DATE) return (text) => text
  return pg.types.getTypeParser(oid, format as 'text')
}

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`)
  return value
}

/** SQLSTATE of an error that Postgres answered with; undefined for anything else. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined

/**
 * Whether trying the same again later can help: the server is away, starting, stopping or full, a connection broke, two
 * transactions were in each other's way.
 */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  // 08 connection, 40 rollback, 53 resources, 55 lock not available, 57 operator intervention, 58 system error, 25006 standby
  if (state !== undefined) return /^(08|40|53|55|57|58)/.test(state) || state === '25006'
  return isOfDriver(error)
}

/**
 * Whether this very data can never be written, however often it is tried: Postgres refuses it on its merits, or we trip over it
 * ourselves. A missing table or right is no such thing: whoever runs the system will mend it.
 */
export function isAboutData(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined ? !isOfDriver(error) : /^(22|23|P0)/.test(state)
}

/** Lost and refused connections are plain `Error`s of pg, or have a code of the operating system. Ours have names. */
const isOfDriver = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'Error' || /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? ''))
