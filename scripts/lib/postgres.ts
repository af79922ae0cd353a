import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { messages, say } from './messages.ts'
import { type Bind, dirFor, endOf, fileFor, type Running, runInside, startInside } from './private-root.ts'
import { assertPortFree, StartError, until } from './readiness.ts'
import { type Secret, secretIn } from './secrets.ts'

export type Postgres = Running & {
  readonly port: number
  /** Without a password in it; the password is in the file of the role. */
  url(role: 'postgres' | 'hotline_owner' | 'hotline_app', database?: string): string
  readonly superuser: Secret
  readonly owner: Secret
  readonly app: Secret
}

const bin = '/usr/lib/postgresql/18/bin'
/** All four are needed: with any other locale, trigrams of Chinese text are silently empty. */
const localeFlags = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8', '--encoding=UTF8']
/** An error is logged without its statement, its parameters and the row that it was about: those hold callers' numbers and names. */
const quietLog = ['log_min_error_statement=panic', 'log_parameter_max_length_on_error=0', 'log_error_verbosity=terse']
/** In template1, so that every database has them: only a superuser may create `vector`. */
const extensions = ['pg_trgm', 'btree_gist', 'vector']

/**
 * Starts PostgreSQL 18 on loopback, with a cluster in `dir` (made when there is none), the roles hotline_owner (owns
 * the database `hotline`) and hotline_app (owns nothing), and a random password for each in `secrets`.
 * `durable: false` is for tests: nothing waits for the disk.
 */
export async function startPostgres(how: {
  root: string
  dir: string
  secrets: string
  port: number
  durable?: boolean
  signal?: AbortSignal | undefined
}): Promise<Postgres> {
  const { root, dir, port } = how
  await assertPortFree({ host: '127.0.0.1', port }, { what: messages.postgres, setting: 'HOTLINE_POSTGRES_PORT' })
  const superuser = secretIn(how.secrets, 'postgres-superuser')
  const owner = secretIn(how.secrets, 'postgres-owner')
  const app = secretIn(how.secrets, 'postgres-app')
  dirFor('postgres', dir)
  await makeCluster(root, dir, superuser, how.durable ?? true)

  const quick = how.durable === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []
  const settings = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC'],
    ...['max_connections=200', 'shared_buffers=128MB', 'dynamic_shared_memory_type=posix', ...quietLog, ...quick],
  ]
  const running = await startInside(
    {
      root,
      user: 'postgres',
      binds: [{ from: join(dir, 'data'), to: '/srv/data', writable: true }],
      command: [`${bin}/postgres`, '-D', '/srv/data', ...settings.flatMap((setting) => ['-c', setting])],
    },
    // SIGINT is Postgres's fast shutdown: sessions are ended, the disk is left clean.
    { name: 'postgres', logFile: join(dir, 'postgres.log'), stopSignal: 'SIGINT', graceMs: 20_000, masked: true },
  )
  const postgres: Postgres = {
    ...running,
    port,
    url: (role, database = 'hotline') => `postgres://${role}@127.0.0.1:${port}/${database}`,
    ...{ superuser, owner, app },
  }
  try {
    await until('Postgres', () => answers(postgres), {
      withinMs: 60_000,
      unless: endOf(running),
      signal: how.signal,
    })
    await makeRolesAndDatabase(postgres)
  } catch (error) {
    await running.stop()
    throw error
  }
  return postgres
}

/** A cluster is made beside its place and moved there when whole, so that an interrupted start leaves none half-made. */
async function makeCluster(root: string, dir: string, superuser: Secret, durable: boolean): Promise<void> {
  if (existsSync(join(dir, 'data/PG_VERSION'))) return
  const fresh = join(dir, 'data.new')
  rmSync(fresh, { recursive: true, force: true })
  dirFor('postgres', fresh)
  const password = fileFor('postgres', join(dir, 'initdb-password'), `${superuser.value}\n`)
  const binds: Bind[] = [
    { from: fresh, to: '/srv/data', writable: true },
    { from: password, to: '/srv/password' },
  ]
  const flags = ['--username=postgres', '--pwfile=/srv/password', '--auth=scram-sha-256', ...localeFlags]
  const command = [`${bin}/initdb`, '-D', '/srv/data', ...flags, ...(durable ? [] : ['--no-sync'])]
  try {
    await runInside({ root, user: 'postgres', binds, command }, { scratch: dir })
  } finally {
    rmSync(password, { force: true })
  }
  renameSync(fresh, join(dir, 'data'))
}

const superuserClient = (postgres: Postgres, database: string) =>
  new Client({
    host: '127.0.0.1',
    port: postgres.port,
    user: 'postgres',
    database,
    password: postgres.superuser.value,
    connectionTimeoutMillis: 5_000,
  })

async function answers(postgres: Postgres): Promise<boolean> {
  const client = superuserClient(postgres, 'template1')
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (error) {
    // 28P01: it stands, but with another password than our file holds. Waiting will not help.
    if ((error as { code?: string }).code === '28P01') {
      throw new StartError(say('passwordRefused', { file: postgres.superuser.file }))
    }
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}

async function makeRolesAndDatabase(postgres: Postgres): Promise<void> {
  const client = superuserClient(postgres, 'template1')
  await client.connect()
  try {
    for (const [role, secret, rights] of [
      ['hotline_owner', postgres.owner, 'createdb'],
      ['hotline_app', postgres.app, 'nocreatedb'],
    ] as const) {
      const known = await client.query('select from pg_roles where rolname = $1', [role])
      const verb = known.rowCount === 0 ? 'create' : 'alter'
      await client.query(`${verb} role ${role} login ${rights} password ${client.escapeLiteral(secret.value)}`)
    }
    for (const extension of extensions) await client.query(`create extension if not exists ${extension}`)
    const database = await client.query("select from pg_database where datname = 'hotline'")
    if (database.rowCount === 0) await client.query('create database hotline owner hotline_owner')
    await client.query('revoke connect, temporary on database hotline from public')
    await client.query('grant connect, temporary on database hotline to hotline_owner, hotline_app')
    const trigrams = await client.query("select show_trgm('噪音') as found")
    if (trigrams.rows[0].found.length === 0) {
      throw new StartError('This Postgres cluster was made with a locale that cannot search Chinese; see initdb flags')
    }
  } finally {
    await client.end()
  }
}
