import { deepEqual, rejects } from 'node:assert/strict'
import { sql } from 'kysely'
import { afterAll, beforeAll, inject, test } from 'vitest'
import { createPostgres, type Postgres } from '../../../src/platform/postgres/pool.ts'
import { makeOwnDatabase, type OwnDatabase } from '../../kit/own-database.ts'

let database: OwnDatabase
let app: Postgres
let owner: Postgres
beforeAll(async () => {
  database = await makeOwnDatabase(inject('shellServices'))
  app = createPostgres({ ...database.app, name: 'test' })
  owner = createPostgres({ ...database.owner, name: 'test' })
  await sql`insert into seats (id, digest_md5) values ('8001', ${'0'.repeat(32)})`.execute(owner.db)
})
afterAll(async () => {
  await app.close()
  await owner.close()
  await database.remove()
})

test('the role of api, worker and switchboard knows the seats, and not the digests of their phones', async () => {
  deepEqual((await sql`select id, label, auto_answer from seats`.execute(app.db)).rows, [
    { id: '8001', label: '', auto_answer: false },
  ])
  for (const columns of ['digest_md5', 'digest_sha256', '*']) {
    await rejects(sql`select ${sql.raw(columns)} from seats`.execute(app.db), /permission denied/)
  }
  await rejects(sql`select 1 from seats where digest_md5 like '0%'`.execute(app.db), /permission denied/)
  await rejects(sql`update seats set label = 'x'`.execute(app.db), /permission denied/)
})
