/**
 * `scripts/backup`: copies what cannot be made again, beside the running system.
 *
 * The database as its files (pg_basebackup) and not as SQL (pg_dump): back in the time of copying them, whatever their size, with
 * roles, passwords and extensions as they were. The price: it fits only the same major version of Postgres, and both are in one root.
 * Redis, Asterisk's own files and rendered configuration are not copied: they are made again.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { sizeOf } from './archive.ts'
import { privateRoot } from './locate-root.ts'
import { packBackup, type Source } from './pack-backup.ts'
import { dirFor, fileFor, runInside } from './private-root.ts'
import { StartError } from './readiness.ts'

/** Copied as they are; what is not there is left out. */
export const plainParts = ['secrets', 'switchboard/directory', 'asterisk/etc/keys', 'prompts', 'data-is'] as const

export type BackupOptions = {
  readonly root: string
  /** State of the running system. */
  readonly dir: string
  readonly postgresPort: number
  readonly folder: string
  readonly tell?: (line: string) => void
}

/** Answers the name of the file. Nothing is left in `folder` when it fails. */
export async function backUp({ root, dir, postgresPort, folder, tell = () => {} }: BackupOptions): Promise<string> {
  const superuser = readSecret(dir)
  const source: Source = {
    of: 'machine',
    bytes: await sizeOf(dir),
    migrations: await readMigrationNames(superuser, postgresPort),
    journal: join(dir, 'switchboard/journal'),
    plain: plainParts.map((name) => [name, join(dir, name)]),
    copyDatabase: (to, scratch) => copyDatabase({ root, scratch, superuser, port: postgresPort, to }),
  }
  return packBackup(source, folder, tell)
}

function readSecret(dir: string): string {
  const file = join(dir, 'secrets/postgres-superuser')
  if (!existsSync(file)) throw new StartError(`there is no system in ${dir}`)
  return readFileSync(file, 'utf8').trim()
}

async function readMigrationNames(password: string, port: number): Promise<string[]> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'hotline', password })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations order by number')
    return rows.map(({ name }) => name)
  } catch (error) {
    throw new StartError(
      `Postgres of this system does not answer on port ${port} (${(error as Error).message}): start the system, or set HOTLINE_POSTGRES_PORT`,
    )
  } finally {
    await client.end().catch(() => {})
  }
}

type DatabaseCopy = { root: string; scratch: string; superuser: string; port: number; to: string }

async function copyDatabase({ root, scratch, superuser, port, to }: DatabaseCopy): Promise<void> {
  dirFor('postgres', to)
  mkdirSync(scratch)
  const passwords = fileFor('postgres', join(scratch, 'pgpass'), `*:*:*:postgres:${superuser}\n`)
  const where = ['--host=127.0.0.1', `--port=${port}`, '--username=postgres', '--no-password', '--pgdata=/srv/copy']
  await runInside(
    {
      root,
      user: 'postgres',
      binds: [
        { from: to, to: '/srv/copy', writable: true },
        { from: passwords, to: '/srv/pgpass' },
      ],
      env: { PGPASSFILE: '/srv/pgpass' },
      // With all WAL that it needs; a checkpoint now instead of within minutes.
      command: [
        '/usr/lib/postgresql/18/bin/pg_basebackup',
        ...where,
        '--wal-method=stream',
        '--checkpoint=fast',
        '--no-sync',
      ],
    },
    { scratch },
  )
}

if (import.meta.main) {
  try {
    const file = await backUp({
      root: privateRoot(),
      dir: process.env['HOTLINE_STATE_DIR'] ?? '',
      postgresPort: Number(process.env['HOTLINE_POSTGRES_PORT'] || 12_346),
      folder: process.argv[2] ?? '',
      tell: (line) => console.log(line),
    })
    console.log(file)
  } catch (error) {
    console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
    process.exitCode = 1
  }
}
