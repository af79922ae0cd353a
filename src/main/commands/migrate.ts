/** Brings the database to this version. Can be run at any time; what is there already is left alone. */
import { join } from 'node:path'
import { readConfig } from '#platform/config'
import { checkChinese, migrate } from '#platform/postgres/migrate'
import { createPostgres } from '#platform/postgres/pool'

export const summary = 'brings the database to this version'

export const migrationsFolder = join(import.meta.dirname, '../../../migrations')

export async function run(env: NodeJS.ProcessEnv): Promise<void> {
  const { ownerDatabase } = readConfig(env, 'ownerDatabase')
  const applied = await migrate({
    ...ownerDatabase,
    folder: migrationsFolder,
    onApplied: (name, ms) => console.log(`${name} (${ms} ms)`),
  })
  const { pool, close } = createPostgres({ ...ownerDatabase, name: 'migrate', connections: 1 })
  try {
    await checkChinese((sql) => pool.query(sql))
  } finally {
    await close()
  }
  console.log(applied.length === 0 ? 'the database is up to date' : `${applied.length} migrations applied`)
}
