import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, inject, test } from 'vitest'
import { rowTypesFile, rowTypesOf } from '../../../scripts/lib/row-types.ts'
import { withPassword } from '../../../src/platform/postgres/address.ts'
import { MigrationError, migrate, readMigrations } from '../../../src/platform/postgres/migrate.ts'
import { createPostgres } from '../../../src/platform/postgres/pool.ts'
import { checkDatabase } from '../../../src/platform/postgres/ready.ts'
import { makeOwnDatabase, migrationsFolder, type OwnDatabase } from '../../kit/own-database.ts'

let database: OwnDatabase
let folder: string
beforeEach(async () => {
  database = await makeOwnDatabase(inject('shellServices'), { migrated: false })
  folder = join(mkdtempSync(join(tmpdir(), 'migrations-')), 'migrations')
  cpSync(migrationsFolder, folder, { recursive: true })
})
afterEach(async () => {
  await database.remove()
  rmSync(join(folder, '..'), { recursive: true })
})

const run = () => migrate({ ...database.owner, folder })
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const numbered = (number: number, words = 'more'): string => `${String(number).padStart(4, '0')}-${words}.sql`
const count = (): Promise<number> => readMigrations(folder).then(({ length }) => length)

test('given three runs at once, each file is applied once', async () => {
  const applied = await Promise.all([run(), run(), run()])
  deepEqual(
    applied.flat().toSorted(),
    (await readMigrations(folder)).map(({ name }) => name),
  )
  deepEqual(await run(), [])
})

test('the row types are those of the migrated database', async () => {
  await run()
  const types = await rowTypesOf(withPassword(database.owner.url, database.owner.password))
  equal(readFileSync(rowTypesFile, 'utf8'), types, 'stale: run scripts/generate-row-types.ts')
})

test('given a file fails, it is named with the line, nothing of it stays, and those before it do', async () => {
  const next = (await count()) + 1
  write(numbered(next), 'create table half (id integer);\ncreate table half_too (\n  id nonsense\n);\n')
  await rejects(run(), (error: Error) => {
    match(error.message, new RegExp(`^${numbered(next)}, line 3: type "nonsense" does not exist`))
    return error instanceof MigrationError
  })
  write(numbered(next), 'create table half (id integer);\n')
  deepEqual(await run(), [numbered(next)])
})

test('given a file was changed after it was applied, the run is refused', async () => {
  await run()
  const [first] = await readMigrations(folder)
  write(first?.name ?? '', `${first?.sql}\n-- harmless?\n`)
  await rejects(run(), /put the old file back and write a new migration/)
})

test('given the database is newer than the program, the run is refused', async () => {
  const next = (await count()) + 1
  write(numbered(next), 'select 1;')
  await run()
  rmSync(join(folder, numbered(next)))
  await rejects(run(), /which this version does not know/)
})

test('gaps, doubles and strange names are refused', async () => {
  const next = (await count()) + 1
  write(numbered(next + 1), 'select 1;')
  await rejects(run(), new RegExp(`expected number ${next} here`))
  renameSync(join(folder, numbered(next + 1)), join(folder, numbered(1, 'again')))
  await rejects(run(), /no doubles/)
  renameSync(join(folder, numbered(1, 'again')), join(folder, 'fix.sql'))
  await rejects(run(), /fix\.sql: a migration is named NNNN-words\.sql/)
})

test('a process is told when the database is not migrated, and finds Chinese similarity at work when it is', async () => {
  const { db, close } = createPostgres({ ...database.app, name: 'test' })
  try {
    const migrations = await readMigrations(folder)
    await rejects(checkDatabase(db, migrations), /is at migration 0 of \d+: run the command migrate/)
    await run()
    await checkDatabase(db, migrations)
    const { rows } = await sql<{ near: number }>`select similarity('夜间施工噪音', '施工噪音扰民') as near`.execute(db)
    equal((rows[0]?.near ?? 0) > 0, true)
  } finally {
    await close()
  }
})

test('the application may add facts and may neither change nor remove one, nor make tables', async () => {
  await run()
  const { db, close } = createPostgres({ ...database.app, name: 'test' })
  try {
    const refused = /permission denied/
    await rejects(sql`update facts set type = 'x'`.execute(db), refused)
    await rejects(sql`delete from facts`.execute(db), refused)
    await rejects(sql`delete from tickets`.execute(db), refused)
    await rejects(sql`create table mine (id integer)`.execute(db), refused)
  } finally {
    await close()
  }
})
