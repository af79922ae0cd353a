/**
 * `scripts/backup`: copies what cannot be made again, beside the running system.
 *
 * The database as its files (pg_basebackup) and not as SQL (pg_dump): back in the time of copying them, whatever their size, with
 * roles, passwords and extensions as they were. The price: it fits only the same major version of Postgres, and both are in one root.
 * Redis, Asterisk's own files and rendered configuration are not copied: they are made again.
 */
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { holdJournal } from '../../src/journal/index.ts'
import { needRoom, sizeOf, tar, writeManifest } from './archive.ts'
import { privateRoot } from './locate-root.ts'
import { dirFor, fileFor, runInside } from './private-root.ts'
import { project } from './processes.ts'
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
  for (const name of readdirSync(folder)) if (name.startsWith('.part-')) rmSync(join(folder, name), { recursive: true })
  const superuser = readSecret(dir)
  const journal = join(dir, 'switchboard/journal')
  const hasJournal = existsSync(join(journal, 'id'))
  const migrations = await readMigrationNames(superuser, postgresPort)
  await needRoom(folder, 2 * (await sizeOf(dir)))

  const part = mkdtempSync(join(folder, '.part-'))
  const held = hasJournal ? await holdJournal(journal) : undefined
  try {
    const copy = join(part, 'hotline')
    mkdirSync(join(copy, 'switchboard'), { recursive: true, mode: 0o700 })
    await copyDatabase({
      root,
      scratch: join(part, 'scratch'),
      superuser,
      port: postgresPort,
      to: join(copy, 'postgres'),
    })
    tell('the database is copied')
    await held?.copyTo(join(copy, 'switchboard/journal'))
    tell(held ? 'the journal is copied' : 'there is no journal yet')
    for (const name of plainParts) {
      const from = join(dir, name)
      if (existsSync(from)) cpSync(from, join(copy, name), { recursive: true, verbatimSymlinks: true })
    }
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string }
    const madeAt = new Date().toISOString()
    await writeManifest(copy, { version, madeAt, migrations })
    const file = join(folder, `hotline-${madeAt.replaceAll(/[-:]|\.\d+/g, '')}.tar`)
    await tar('--create', '--numeric-owner', '--file', `${part}/tar`, '--directory', copy, '.')
    syncFile(`${part}/tar`)
    if (existsSync(file)) throw new StartError(`${file} is there already`)
    renameSync(`${part}/tar`, file)
    syncFile(folder)
    return file
  } finally {
    held?.release()
    rmSync(part, { recursive: true, force: true })
  }
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

function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
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
