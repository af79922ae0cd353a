/**
 * `scripts/compose-restore`: makes the system in containers from a backup. Only where there is none: everything that is made is new, so
 * whatever fails, it is taken away again and nothing else was touched.
 */
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { succeedJournal } from '../../src/journal/index.ts'
import { compose, printed, readCompose } from './compose.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'
import { giveAll, notTakenOver, type Owner, unpackBackup } from './unpack-backup.ts'

export type ComposeRestoreOptions = {
  /** `HOTLINE_COMPOSE_DIR`. */
  readonly dir: string
  /** A file of `scripts/compose-backup`, or the same unpacked. */
  readonly from: string
  readonly tell?: (line: string) => void
}

/** Numbers that the Dockerfiles give. */
const users = {
  postgres: { uid: 12_001, gid: 12_001 },
  /** What Asterisk reads, too. */
  shared: { uid: 12_004, gid: 12_003 },
  hotline: { uid: 12_004, gid: 12_004 },
} as const satisfies Record<string, Owner>
const readByGroup = [0o2750, 0o640] as const
/** Where `journal replay` finds the old journal within its container. */
const oldJournal = '/var/lib/hotline/old-journal'

export async function restoreContainers(options: ComposeRestoreOptions): Promise<void> {
  const { from, tell = () => {} } = options
  const { name, remains, folderOf } = await readCompose()
  const there = await remains()
  if (there.length > 0) {
    throw new StartError(
      `there is a system of the name ${name} (${there.length} containers and volumes): set COMPOSE_PROJECT_NAME to another name, or remove it with all it holds: docker compose down --volumes`,
    )
  }
  const fresh = resolve(options.dir, 'restoring')
  rmSync(fresh, { recursive: true, force: true }) // of a run that was killed
  try {
    const copy = join(fresh, 'backup')
    const { madeAt, version } = await unpackBackup(from, copy, 'containers')
    tell(`the backup of ${madeAt} (version ${version}) is whole`)
    await build(options, copy, folderOf).catch(async (error: unknown) => {
      await compose('down', '--volumes', '--remove-orphans').catch((other: unknown) => tell(String(other)))
      throw error
    })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function build(
  { dir, tell = () => {} }: ComposeRestoreOptions,
  copy: string,
  folderOf: (volume: string) => Promise<string>,
): Promise<void> {
  for (const [name, place] of [
    ['secrets', 'secrets/hotline'],
    ['demo', 'demo'],
  ] as const) {
    if (!existsSync(join(copy, name)) || existsSync(join(dir, place))) continue
    cpSync(join(copy, name), join(dir, place), { recursive: true })
    giveAll(join(dir, place), users.hotline)
  }
  await printed(join(project, 'scripts/compose-secrets')) // those that are missing
  await compose('build', '--quiet')
  await compose('create', '--no-recreate')
  await put(join(copy, 'postgres'), join(await folderOf('postgres'), '18'), users.postgres)
  if (existsSync(join(copy, 'prompts')))
    await put(join(copy, 'prompts'), await folderOf('prompts'), users.shared, readByGroup)
  const journal = join(copy, 'switchboard/journal')
  const hasJournal = existsSync(journal)
  await compose('up', '--detach', '--wait', 'postgres')
  giveAll(journal, users.hotline)
  const replay = hasJournal ? ['then', 'journal', 'replay'] : []
  // As the owner: this service is given no other password.
  const as = ['URL=postgres://hotline_owner@postgres:5432/hotline', 'PASSWORD_FILE=/run/secrets/postgres-owner']
  const env = [...as.map((setting) => `HOTLINE_DATABASE_${setting}`), `HOTLINE_JOURNAL_DIR=${oldJournal}`]
  const said = await compose(
    ...['run', '--rm', '--no-deps', '-T', ...env.flatMap((setting) => ['--env', setting])],
    ...(hasJournal ? ['--volume', `${journal}:${oldJournal}`] : []),
    ...['migrate', 'src/main/cli.ts', 'migrate', ...replay],
  )
  for (const line of said.trim().split('\n')) tell(line)
  if (hasJournal) {
    const next = join(copy, 'next-journal')
    const { journal: id, of } = await succeedJournal(journal, next, notTakenOver)
    await put(next, await folderOf('journal'), users.hotline)
    tell(`journal ${id} goes on from ${of}`)
  }
  await compose('stop')
}

async function put(from: string, to: string, owner: Owner, modes?: readonly [number, number]): Promise<void> {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  giveAll(to, owner, modes)
}

if (import.meta.main) {
  try {
    const [dir = '', from = ''] = process.argv.slice(2)
    await restoreContainers({ dir, from, tell: (line) => console.log(line) })
    console.log('restored; docker compose up --wait starts it')
  } catch (error) {
    console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
    process.exitCode = 1
  }
}
