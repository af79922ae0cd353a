/**
 * `scripts/compose-backup`: what scripts/backup does, of the system in containers. Postgres copies its own files within its own volume,
 * for nobody else has a superuser's rights there; everything else is read from the volumes as they lie on this machine.
 */
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { needRoom, sizeOf } from './archive.ts'
import { compose, readCompose } from './compose.ts'
import { packBackup, type Source } from './pack-backup.ts'
import { StartError } from './readiness.ts'

/** In the volume `postgres`, beside the cluster. */
const copyName = '.backup'

export type ComposeBackupOptions = {
  /** `HOTLINE_COMPOSE_DIR`. */
  readonly dir: string
  readonly folder: string
  readonly tell?: (line: string) => void
}

/** Answers the name of the file. Nothing is left in `folder`, nor beside the database, when it fails. */
export async function backUpContainers({ dir, folder, tell = () => {} }: ComposeBackupOptions): Promise<string> {
  const { name, folderOf } = await readCompose()
  const migrations = await readMigrationNames(name)
  const [postgres, journal] = [await folderOf('postgres'), await folderOf('journal')]
  const prompts = await folderOf('prompts')
  const bytes = await sizeOf(postgres)
  await needRoom(postgres, bytes)
  const source: Source = {
    of: 'containers',
    bytes: bytes + (await sizeOf(journal)) + (await sizeOf(prompts)),
    migrations,
    journal,
    plain: [
      ['secrets', join(dir, 'secrets/hotline')],
      ['demo', join(dir, 'demo')],
      ['prompts', prompts],
    ],
    async copyDatabase(to) {
      const copy = join(postgres, copyName)
      rmSync(copy, { recursive: true, force: true }) // of a run that was killed
      try {
        const pgdata = `--pgdata=/var/lib/postgresql/hotline/${copyName}`
        const how = ['--wal-method=stream', '--checkpoint=fast', '--no-sync']
        await compose('exec', '-T', 'postgres', 'pg_basebackup', '--username=postgres', '--no-password', pgdata, ...how)
        cpSync(copy, to, { recursive: true, verbatimSymlinks: true })
      } finally {
        rmSync(copy, { recursive: true, force: true })
      }
    },
  }
  return packBackup(source, folder, tell)
}

async function readMigrationNames(project: string): Promise<string[]> {
  const running = await compose('ps', '--status', 'running', '--services')
  if (!running.split('\n').includes('postgres')) {
    throw new StartError(
      `Postgres of the project ${project} does not run: docker compose up --wait postgres, or set COMPOSE_PROJECT_NAME`,
    )
  }
  const ask = 'select name from schema_migrations order by number'
  const psql = ['psql', '--username=postgres', '--dbname=hotline', '--no-psqlrc', '--tuples-only', '--no-align']
  const printed = await compose('exec', '-T', 'postgres', ...psql, '--command', ask)
  return printed.split('\n').filter((line) => line !== '')
}

if (import.meta.main) {
  try {
    const [dir = '', folder = ''] = process.argv.slice(2)
    console.log(await backUpContainers({ dir, folder, tell: (line) => console.log(line) }))
  } catch (error) {
    console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
    process.exitCode = 1
  }
}
