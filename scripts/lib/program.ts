/** Where the switchboard's program lies, ready to be started: made once for as long as the files that it is made of are the same. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { makeProgram } from './make-program.ts'
import { say } from './messages.ts'
import { inProject, project } from './processes.ts'
import { StartError } from './readiness.ts'

const prefix = 'program-'

/**
 * A folder in `dir`. New files in `from` make a new one, so that a switchboard which is started anew is of the version that lies there, as
 * every other process is; whoever runs keeps the folder of his own. Throws a StartError when they cannot be made a program.
 */
export async function programIn(dir: string, from = project): Promise<string> {
  const folder = join(dir, prefix + fingerprintOf(from))
  if (existsSync(folder)) return folder
  const half = join(dir, 'half-made')
  rmSync(half, { recursive: true, force: true })
  await makeProgram(half, from).catch((error: unknown) => {
    throw new StartError(say('noProgram', { from, why: whyOf(error) }))
  })
  // What the program is not made of it finds where the project's other processes do.
  symlinkSync(`${inProject}/node_modules`, join(half, 'node_modules'))
  forgetOld(dir)
  renameSync(half, folder)
  return folder
}

/** What the bundler says is wrong, and where; all that it says when it is something else. */
function whyOf(error: unknown): string {
  const said = stripVTControlCharacters(error instanceof Error ? error.message : String(error))
  const lines = said.split('\n').map((line) => line.trim())
  const told = lines.filter((line) => line.startsWith('[') || line.startsWith('╭'))
  return told.length > 0 ? told.join(' ') : said
}

/** One besides the new one stays: of a leader that has not been replaced yet. */
function forgetOld(dir: string): void {
  const madeAt = (folder: string): number => statSync(folder).mtimeMs
  const old = readdirSync(dir)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(dir, name))
    .toSorted((one, other) => madeAt(other) - madeAt(one))
  for (const folder of old.slice(1)) rmSync(folder, { recursive: true, force: true })
}

function fingerprintOf(from: string): string {
  const files = readdirSync(join(from, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const hash = createHash('sha256')
  for (const file of [join(from, 'package-lock.json'), ...files.toSorted()]) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}
