/**
 * Brings the database to the state that `migrations/` tells. Files are numbered without gaps, run once each in one
 * transaction, and never change afterwards: their SHA-256 is kept and compared. Two runs at once wait for each other.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { withPassword } from './address.ts'

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

export type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** Reads and checks the folder. Throws `MigrationError` for a file that is not named `NNNN-words.sql`, a gap or a double. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  if (names.length === 0) throw new MigrationError(`no migrations in ${folder}`)
  const migrations: Migration[] = []
  for (const name of names) {
    const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1])
    if (!number) throw new MigrationError(`${name}: a migration is named NNNN-words.sql`)
    if (number !== migrations.length + 1) {
      throw new MigrationError(
        `${name}: expected number ${migrations.length + 1} here; numbers have no gaps and no doubles`,
      )
    }
    const sql = await readFile(join(folder, name), 'utf8')
    migrations.push({ number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') })
  }
  return migrations
}

export type MigrateOptions = {
  /** Connects as the owner of the database, not as the application. */
  readonly url: string
  readonly password?: string
  readonly folder: string
  /** Told after each file. */
  readonly onApplied?: (name: string, ms: number) => void
}

/** Applies what is missing and says its names. Throws `MigrationError` with one line that says what to do. */
export async function migrate({ url, password, folder, onApplied }: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({
    connectionString: withPassword(url, password),
    application_name: 'hotline-migrate',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => undefined) // the statement in hand rejects with the same error
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await checkServer(client)
    await client.query(HISTORY)
    const missing = compare(migrations, await readHistory(client))
    for (const migration of missing) {
      const began = performance.now()
      await apply(client, migration)
      onApplied?.(migration.name, Math.round(performance.now() - began))
    }
    return missing.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/** "hotline" in ASCII; any number would do, if only everybody takes the same. */
const LOCK = '29400014978901605'

const HISTORY = `
  create table if not exists schema_migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  );
  grant select on schema_migrations to hotline_app`

type Applied = { number: number; name: string; checksum: string }

async function readHistory(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>('select number, name, checksum from schema_migrations order by number')
  return rows
}

/** What is still to be applied. */
function compare(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const row of applied) {
    const file = migrations[row.number - 1]
    if (!file) {
      throw new MigrationError(`the database has ${row.name}, which this version does not know: run the newer version`)
    }
    if (file.name !== row.name || file.checksum !== row.checksum) {
      throw new MigrationError(
        `${file.name} is not what was applied as ${row.name}: put the old file back and write a new migration instead`,
      )
    }
  }
  return migrations.slice(applied.length)
}

async function apply(client: pg.Client, { number, name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
      number,
      name,
      checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined) // the connection is gone: the server has rolled back
    throw new MigrationError(`${name}${lineOf(error, sql)}: ${(error as Error).message}; nothing of it was applied`, {
      cause: error,
    })
  }
}

function lineOf(error: unknown, sql: string): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN
  return Number.isNaN(position) ? '' : `, line ${sql.slice(0, position).split('\n').length}`
}

/** Floors and traps of the server itself. */
async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string; app: boolean }>(
    `select current_setting('server_version_num')::int as version,
            current_setting('server_encoding') as encoding,
            exists (select from pg_roles where rolname = 'hotline_app') as app`,
  )
  const server = rows[0]
  if (!server || server.version < 180_000) throw new MigrationError('PostgreSQL 18 or newer is needed')
  if (server.encoding !== 'UTF8') throw new MigrationError(`the database is in ${server.encoding}, not UTF8. ${REMAKE}`)
  if (!server.app) throw new MigrationError('the role hotline_app does not exist: create role hotline_app login')
}

const REMAKE =
  'Make it anew with: initdb --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8 --encoding=UTF8'

/**
 * Whether similarity of Chinese text works. pg_trgm looks at LC_CTYPE and, where that is C, finds no trigrams in Chinese and says
 * nothing: every search for similar tickets would be empty for ever. Throws `MigrationError` then.
 */
export async function checkChinese(query: (sql: string) => Promise<{ rows: { trigrams: number }[] }>): Promise<void> {
  const { rows } = await query(`select cardinality(show_trgm('噪音')) as trigrams`)
  if (!rows[0]?.trigrams) throw new MigrationError(`similarity of Chinese text is empty in this database. ${REMAKE}`)
}
