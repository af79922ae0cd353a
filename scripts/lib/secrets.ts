import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './messages.ts'
import { StartError } from './readiness.ts'

/** What the processes take (src/platform/config.ts); an emptied or cut file is told before anything is changed. */
const shortest = 16

export type Secret = { readonly file: string; readonly value: string }

/**
 * A random secret (256 bits, base64url) in a file that only its owner reads; made when it is not there. A half-written
 * file cannot exist: the finished one is linked into place, and who comes second reads what the first has made.
 */
export function secretIn(dir: string, name: string): Secret {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, name)
  const fresh = `${file}.${process.pid}.new`
  try {
    writeFileSync(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'w' })
    linkSync(fresh, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(fresh, { force: true })
  }
  // As somebody's copy of the folder may have left it.
  for (const path of [dir, file]) if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, path === dir ? 0o700 : 0o600)
  const value = readFileSync(file, 'utf8').trim()
  if (value.length < shortest) throw new StartError(say('secretTooShort', { file, shortest: `${shortest}` }))
  return { file, value }
}
