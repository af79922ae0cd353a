import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, inject, test, vi } from 'vitest'
import { verifyPassword } from '#access'
import { readDirectory } from '#acd'
import { run } from '../../../src/main/commands/seed-demo.ts'
import { createPostgres, type Postgres } from '../../../src/platform/postgres/pool.ts'
import { makeOwnDatabase, type OwnDatabase } from '../../kit/own-database.ts'

let folder: string
let database: OwnDatabase
let owner: Postgres
const env: NodeJS.ProcessEnv = {}
const read = (name: string): Record<string, string> => JSON.parse(readFileSync(join(folder, name), 'utf8'))

beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  folder = mkdtempSync(join(tmpdir(), 'seed-'))
  database = await makeOwnDatabase(inject('shellServices'))
  owner = createPostgres({ ...database.owner, name: 'test' })
  writeFileSync(join(folder, 'owner'), database.owner.password)
  env['HOTLINE_OWNER_DATABASE_URL'] = database.owner.url
  env['HOTLINE_OWNER_DATABASE_PASSWORD_FILE'] = join(folder, 'owner')
  env['HOTLINE_SECRETS_DIR'] = join(folder, 'secrets')
  env['HOTLINE_DEMO_PARTNERS'] = '12315=127.0.0.4:25060,12333=127.0.0.5:25060,12329=127.0.0.6:25060'
  await run(env)
})
afterAll(async () => {
  await owner.close()
  await database.remove()
  rmSync(folder, { recursive: true })
})

test('the directory has forty agents with seats, six queues, our numbers and the lines, by the endpoints that reach them', async () => {
  const { agents, seats, queues, numbers, lines } = await readDirectory(owner.db)
  deepEqual([agents.length, seats.length, queues.length], [40, 40, 6])
  deepEqual([agents[0]?.id, agents[39]?.id, seats[0]?.id, seats[39]?.id], ['1001', '1040', '8001', '8040'])
  ok(agents.every(({ queues: of }) => of.includes('general' as never)))
  for (const number of ['12345', '12369']) ok(numbers.some((own) => own.number === number))
  deepEqual(
    lines.filter(({ mode }) => mode === 'interconnect').map(({ code, trunk }) => [code, trunk]),
    [
      ['12315', 'partner-12315'],
      ['12329', 'partner-12329'],
      ['12333', 'partner-12333'],
    ],
  )
  for (const { trunk, number } of lines.filter(({ mode }) => mode === 'parallel')) {
    deepEqual([trunk, /^100\d{8}$/.test(number)], ['trunk', true])
  }
})

test('passwords are in files that only their owner reads, and nowhere else in clear', async () => {
  for (const name of ['secrets/demo-logins.json', 'secrets/seats.json'])
    equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  const logins = read('secrets/demo-logins.json')
  const phones = read('secrets/seats.json')
  deepEqual([Object.keys(logins).length, Object.keys(phones).length], [40, 40])
  equal(new Set([...Object.values(logins), ...Object.values(phones)]).size, 80)

  const staff = await owner.db
    .selectFrom('staff')
    .select('password_hash')
    .where('id', '=', '1001')
    .executeTakeFirstOrThrow()
  ok(await verifyPassword(logins['1001'] ?? '', staff.password_hash))
  const seat = await owner.db.selectFrom('seats').selectAll().where('id', '=', '8001').executeTakeFirstOrThrow()
  const secret = `8001:${seat.realm}:${phones['8001']}`
  equal(seat.digest_md5, createHash('md5').update(secret).digest('hex'))
  equal(seat.digest_sha256, createHash('sha256').update(secret).digest('hex'))
})

test('run again, nobody has another password; a password whose file was lost is made anew', async () => {
  const hashOf = async (id: string) =>
    (await owner.db.selectFrom('staff').select('password_hash').where('id', '=', id).executeTakeFirstOrThrow())
      .password_hash
  const [before, logins] = [await hashOf('1001'), read('secrets/demo-logins.json')]
  await run(env)
  deepEqual([await hashOf('1001'), read('secrets/demo-logins.json')], [before, logins])

  const { 1001: _, ...others } = logins
  writeFileSync(join(folder, 'secrets/demo-logins.json'), JSON.stringify(others))
  await run(env)
  const made = read('secrets/demo-logins.json')['1001'] ?? ''
  notEqual(made, logins['1001'])
  ok(await verifyPassword(made, await hashOf('1001')))
})

test.each(['{"8001": "abc', '{"8001": ""}', '{"8001": 5}', '[1]', 'null'])(
  'a file of passwords that is none is told by name and left as it is: %s',
  async (text) => {
    const file = join(folder, 'secrets/seats.json')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, text)
    await rejects(run(env), /seats\.json is not an object .* put it back from a backup, or remove it/)
    equal(readFileSync(file, 'utf8'), text)
    writeFileSync(file, good)
  },
)
