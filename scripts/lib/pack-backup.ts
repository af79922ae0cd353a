/**
 * What every backup does, wherever the system runs: copy what cannot be made again beside the running system, in the order that
 * loses nothing (src/journal/hold-journal.ts), and put it into one file.
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
import { dirname, join } from 'node:path'
import { holdJournal } from '../../src/journal/index.ts'
import { needRoom, type Place, tar, writeManifest } from './archive.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'

export type Source = {
  readonly of: Place
  /** Bytes of what is copied, about. */
  readonly bytes: number
  /** Names of the migrations that the database has had, in order. */
  readonly migrations: readonly string[]
  /** Folder of the journal. */
  readonly journal: string
  /** Copied as they are, what is not there is left out: where it stands in the backup, and where it is. */
  readonly plain: readonly (readonly [name: string, from: string])[]
  /** Copies the database, whole and consistent, into a folder that it makes. */
  copyDatabase(to: string, scratch: string): Promise<void>
}

/** Answers the name of the file. Nothing is left in `folder` when it fails. */
export async function packBackup(source: Source, folder: string, tell: (line: string) => void): Promise<string> {
  for (const name of readdirSync(folder)) if (name.startsWith('.part-')) rmSync(join(folder, name), { recursive: true })
  const { of, journal, migrations, plain } = source
  const hasJournal = existsSync(join(journal, 'id'))
  await needRoom(folder, 2 * source.bytes)

  const part = mkdtempSync(join(folder, '.part-'))
  const held = hasJournal ? await holdJournal(journal) : undefined
  try {
    const copy = join(part, 'hotline')
    mkdirSync(join(copy, 'switchboard'), { recursive: true, mode: 0o700 })
    await source.copyDatabase(join(copy, 'postgres'), join(part, 'scratch'))
    tell('the database is copied')
    await held?.copyTo(join(copy, 'switchboard/journal'))
    tell(held ? 'the journal is copied' : 'there is no journal yet')
    for (const [name, from] of plain) {
      if (!existsSync(from)) continue
      mkdirSync(dirname(join(copy, name)), { recursive: true, mode: 0o700 })
      cpSync(from, join(copy, name), { recursive: true, verbatimSymlinks: true })
    }
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string }
    const madeAt = new Date().toISOString()
    await writeManifest(copy, { of, version, madeAt, migrations })
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

function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
