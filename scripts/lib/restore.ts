/**
 * `scripts/restore`: makes the system from a backup. All is done beside the place where it will stand, and put there by two renames
 * at the end, so whatever fails before leaves everything as it was.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { succeedJournal } from '../../src/journal/index.ts'
import { plainParts } from './backup.ts'
import { privateRoot } from './locate-root.ts'
import { startPostgres } from './postgres.ts'
import { userOf } from './private-root.ts'
import { runCommand, stateDir } from './processes.ts'
import { StartError } from './readiness.ts'
import { giveAll, notTakenOver, type Owner, unpackBackup } from './unpack-backup.ts'

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

const rootUser: Owner = { uid: 0, gid: 0 }

/** Left by scripts/start and ours, and no state. */
const noState = new Set(['lock', 'pid'])

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
    const { madeAt, version } = await unpackBackup(from, copy, 'machine')
    tell(`the backup of ${madeAt} (version ${version}) is whole`)
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
  giveAll(join(dir, 'prompts'), rootUser, [0o755, 0o644])
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
