/** What a process asks of the database before it starts work on it. */
import { sql } from 'kysely'
import { checkChinese, type Migration, MigrationError } from './migrate.ts'
import { type Database, sqlState } from './pool.ts'

const UNDEFINED_TABLE = '42P01'

/**
 * Throws `MigrationError` when the database is not the one that this version was written for, or when Chinese similarity is
 * silently empty. Rejects with the driver's error when the server cannot be reached.
 */
export async function checkDatabase(db: Database, migrations: readonly Migration[]): Promise<void> {
  const applied = await countApplied(db)
  if (applied < migrations.length) {
    throw new MigrationError(`the database is at migration ${applied} of ${migrations.length}: run the command migrate`)
  }
  await checkChinese((text) => sql.raw<{ trigrams: number }>(text).execute(db))
}

async function countApplied(db: Database): Promise<number> {
  try {
    const { last } = await db
      .selectFrom('schema_migrations')
      .select(({ fn }) => fn.max('number').as('last'))
      .executeTakeFirstOrThrow()
    return last ?? 0
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return 0
    throw error
  }
}
