import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createPostgres } from '../../../src/platform/postgres/pool.ts'
import { makeOwnDatabase, type OwnDatabase } from '../../kit/own-database.ts'

let database: OwnDatabase
beforeAll(async () => {
  database = await makeOwnDatabase(inject('shellServices'))
})
afterAll(() => database.remove())

it('what is confirmed to us survives the death of a server that is set to confirm too early', async () => {
  const { pathname } = new URL(database.owner.url)
  const owner = createPostgres({ ...database.owner, name: 'test' })
  await sql.raw(`alter database ${pathname.slice(1)} set synchronous_commit = off`).execute(owner.db)
  await owner.close()
  const ours = createPostgres({ ...database.app, name: 'test' })
  try {
    const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(ours.db)
    expect(rows).toEqual([{ synchronous_commit: 'on' }])
  } finally {
    await ours.close()
  }
})
