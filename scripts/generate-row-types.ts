/**
 * Writes src/platform/postgres/generated/database.ts from a database that has just been migrated: a column that is renamed in
 * `migrations/` then fails the compile wherever it is used. A test says when it is stale.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withPassword } from '../src/platform/postgres/address.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { freePorts, temporaryDir } from '../test/kit/temporary.ts'
import { privateRoot } from './lib/locate-root.ts'
import { startPostgres } from './lib/postgres.ts'
import { rowTypesFile, rowTypesOf } from './lib/row-types.ts'

const { dir, remove } = temporaryDir('rowtypes')
const [port = 0] = await freePorts(1)
const root = privateRoot()
const postgres = await startPostgres({
  root,
  dir: join(dir, 'postgres'),
  secrets: join(dir, 'secrets'),
  port,
  durable: false,
})
try {
  const owner = { url: postgres.url('hotline_owner'), password: postgres.owner.value }
  await migrate({ ...owner, folder: join(import.meta.dirname, '../migrations') })
  writeFileSync(rowTypesFile, await rowTypesOf(withPassword(owner.url, owner.password)))
} finally {
  await postgres.stop()
  remove()
}
