/** What belonged to the numbers of an earlier version is moved over to our own ones, and nothing is lost on the way. */
import {
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { privateRoot } from '../../../scripts/lib/locate-root.ts'
import { startPostgres } from '../../../scripts/lib/postgres.ts'
import { dirFor, userOf } from '../../../scripts/lib/private-root.ts'
import { freePorts, temporaryDir } from '../../kit/temporary.ts'

const { dir: home, remove } = temporaryDir('numbers')
afterAll(remove)
const old = 102
const onPrivateRoot = test.skipIf(process.env['TEST_STACK'] === 'containers')

const below = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name))
const owners = (path: string) => new Set([path, ...below(path)].map((name) => lstatSync(name).uid))
const give = (path: string, uid: number) => {
  for (const name of [path, ...below(path)]) lchownSync(name, uid, uid)
}

test('a folder is moved over with all that is in it, however often that was interrupted', () => {
  const { uid } = userOf('redis')
  const dir = join(home, 'redis')
  mkdirSync(join(dir, 'data/appendonlydir'), { recursive: true })
  writeFileSync(join(dir, 'data/appendonlydir/1.aof'), 'what was there')
  symlinkSync('/etc/passwd', join(dir, 'data/link'))
  give(dir, old)
  chownSync(join(dir, 'data'), uid, uid) // so far an earlier run had come
  writeFileSync(join(dir, 'redis.log'), 'of root')
  dirFor('redis', dir)
  expect([...below(dir).filter((name) => lstatSync(name).uid !== uid)]).toEqual([join(dir, 'redis.log')])
  expect(lstatSync(dir).uid).toBe(uid)
  expect(lstatSync('/etc/passwd').uid).toBe(0)
  expect(readFileSync(join(dir, 'data/appendonlydir/1.aof'), 'utf8')).toBe('what was there')
})

onPrivateRoot(
  'a database of the old numbers starts under the new ones with all its rows',
  { timeout: 90_000 },
  async () => {
    const [port = 0] = await freePorts(1)
    const dir = join(home, 'postgres')
    const start = () =>
      startPostgres({ root: privateRoot(), dir, secrets: join(home, 'secrets'), port, durable: false })
    const withRows = async (text: string) => {
      const postgres = await start()
      const url = new URL(postgres.url('hotline_owner'))
      url.password = postgres.owner.value
      const client = new Client({ connectionString: url.href })
      try {
        await client.connect()
        return (await client.query(text)).rows
      } finally {
        await client.end()
        await postgres.stop()
      }
    }
    await withRows('create table kept as select generate_series(1, 1000) as n')
    give(join(dir, 'data'), old)
    chownSync(dir, old, old)
    give(join(dir, 'data/base'), userOf('postgres').uid)
    expect(await withRows('select count(*)::int from kept')).toEqual([{ count: 1000 }])
    expect(owners(join(dir, 'data'))).toEqual(new Set([userOf('postgres').uid]))
  },
)
