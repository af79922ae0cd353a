/**
 * `scripts/restore`: makes the system from a backup. All is done beside the place where it will stand, and put there by two renames
 * at the end, so whatever fails before leaves everything as it was.
 */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { succeedJournal } from '../../src/journal/index.ts'
import { readMigrations } from '../../src/platform/postgres/migrate.ts'
import { type Manifest, needRoom, sizeOf, tar, verified } from './archive.ts'
import { plainParts } from './backup.ts'
import { privateRoot } from './locate-root.ts'
import { startPostgres } from './postgres.ts'
import { userOf } from './private-root.ts'
import { project, runCommand, stateDir } from './processes.ts'
import { StartError } from './readiness.ts'

export type RestoreOptions = {
  readonly root: string
  /** Where the system will stand. Nobody else may use it meanwhile: the lock is the caller's. */
  readonly dir: string
  readonly postgresPort: number
  /** A file of `backUp`, or the same unpacked. */
  readonly from: string
  readonly replace?: boolean
  readonly tell?: (line: string) => void
}

type Owner = { readonly uid: number; readonly gid: number }
const rootUser: Owner = { uid: 0, gid: 0 }

/** Left by scripts/start and ours, and no state. */
const noState = new Set(['lock', 'pid'])
/** Ticket numbers were told to callers after the backup: the count begins beyond them (first-serial.ts). */
const notTakenOver = ['serial']

/** Answers where the old system has been moved to, if there was one. */
export async function restore(options: RestoreOptions): Promise<string | undefined> {
  const { from, replace = false, tell = () => {} } = options
  const dir = resolve(options.dir)
  if (!existsSync(from)) throw new StartError(`${from} is not there`)
  const isEmpty = readdirSync(dir).every((name) => noState.has(name))
  if (!isEmpty && !replace) {
    throw new StartError(
      `there is a system in ${dir}: say --replace to move it aside, or set HOTLINE_STATE_DIR to another folder`,
    )
  }
  const fresh = `${dir}.restoring`
  rmSync(fresh, { recursive: true, force: true }) // of a run that was killed
  try {
    const copy = join(fresh, 'backup')
    await unpack(from, copy)
    const manifest = await verified(copy)
    await refuseNewer(manifest)
    tell(`the backup of ${manifest.madeAt} (version ${manifest.version}) is whole`)
    await build(options, copy, join(fresh, 'system'))
    const aside = `${dir}.before-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
    swap(join(fresh, 'system'), dir, aside)
    if (!isEmpty) return aside
    rmSync(aside, { recursive: true })
    return undefined
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function unpack(from: string, to: string): Promise<void> {
  const isFolder = statSync(from).isDirectory()
  await needRoom(dirname(dirname(to)), 2 * (isFolder ? await sizeOf(from) : statSync(from).size))
  mkdirSync(to, { recursive: true, mode: 0o700 })
  if (isFolder) cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  else await tar('--extract', '--no-same-owner', '--preserve-permissions', '--file', from, '--directory', to)
}

/** An older database is brought up to date; a newer one holds what this version does not know. */
async function refuseNewer({ migrations, version }: Manifest): Promise<void> {
  const known = await readMigrations(join(project, 'migrations'))
  const strange = migrations.find((name, index) => known[index]?.name !== name)
  if (strange) {
    throw new StartError(
      `the backup's database has ${strange}, which this version does not know: restore it with version ${version}`,
    )
  }
}

/** The system as scripts/start will find it, tried out once: Postgres starts, and takes every fact that only the journal holds. */
async function build(
  { root, postgresPort, tell = () => {} }: RestoreOptions,
  copy: string,
  dir: string,
): Promise<void> {
  stateDir(dir)
  for (const name of plainParts) {
    if (!existsSync(join(copy, name))) continue
    mkdirSync(dirname(join(dir, name)), { recursive: true, mode: 0o711 })
    renameSync(join(copy, name), join(dir, name))
  }
  mkdirSync(join(dir, 'postgres'))
  renameSync(join(copy, 'postgres'), join(dir, 'postgres/data'))
  giveAll(join(dir, 'postgres'), userOf('postgres'))
  giveAll(join(dir, 'secrets'), rootUser)
  giveAll(join(dir, 'prompts'), rootUser, true)
  const secrets = join(dir, 'secrets')
  const journal = join(copy, 'switchboard/journal')
  const hasJournal = existsSync(journal)
  const postgres = await startPostgres({ root, dir: join(dir, 'postgres'), secrets, port: postgresPort })
  try {
    const replay = hasJournal ? ['then', 'journal', 'replay'] : []
    const printed = await runCommand(['migrate', ...replay], {
      HOTLINE_OWNER_DATABASE_URL: postgres.url('hotline_owner'),
      HOTLINE_OWNER_DATABASE_PASSWORD_FILE: postgres.owner.file,
      HOTLINE_DATABASE_URL: postgres.url('hotline_app'),
      HOTLINE_DATABASE_PASSWORD_FILE: postgres.app.file,
      HOTLINE_JOURNAL_DIR: journal,
    })
    for (const line of printed.trim().split('\n')) tell(line)
  } finally {
    await postgres.stop()
  }
  stateDir(join(dir, 'switchboard'))
  if (hasJournal) {
    const { journal: id, of } = await succeedJournal(journal, join(dir, 'switchboard/journal'), notTakenOver)
    tell(`journal ${id} goes on from ${of}`)
  }
  for (const name of ['journal', 'directory']) giveAll(join(dir, 'switchboard', name), userOf('hotline'))
  giveAll(join(dir, 'asterisk'), userOf('asterisk'))
}

/** Owner and rights are what they must be here, whatever the way of the backup has made of them. */
function giveAll(path: string, { uid, gid }: Owner, isPublic = false): void {
  if (!existsSync(path)) return
  const [folderMode, fileMode] = isPublic ? [0o755, 0o644] : [0o700, 0o600]
  const below = readdirSync(path, { recursive: true, withFileTypes: true })
  chownSync(path, uid, gid)
  chmodSync(path, folderMode)
  for (const entry of below) {
    const name = join(entry.parentPath, entry.name)
    lchownSync(name, uid, gid)
    if (!entry.isSymbolicLink()) chmodSync(name, entry.isDirectory() ? folderMode : fileMode)
  }
}

function swap(fresh: string, dir: string, aside: string): void {
  try {
    renameSync(dir, aside)
  } catch (error) {
    throw new StartError(
      `${dir} cannot be moved aside (${(error as NodeJS.ErrnoException).code}): is it the root of a file system of its own?`,
    )
  }
  try {
    renameSync(fresh, dir)
  } catch (error) {
    renameSync(aside, dir)
    throw error
  }
}

if (import.meta.main) {
  try {
    const [from, more] = process.argv.slice(2).filter((word) => word !== '--replace')
    if (from === undefined || more !== undefined) throw new StartError('say which backup; see scripts/restore --help')
    const dir = process.env['HOTLINE_STATE_DIR'] ?? ''
    const aside = await restore({
      root: privateRoot(),
      ...{ dir, from, replace: process.argv.includes('--replace') },
      postgresPort: Number(process.env['HOTLINE_POSTGRES_PORT'] || 12_346),
      tell: (line) => console.log(line),
    })
    if (aside !== undefined) console.log(`the old system is in ${aside}`)
    console.log(`restored to ${dir}; scripts/start starts it`)
  } catch (error) {
    console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
    process.exitCode = 1
  }
}
