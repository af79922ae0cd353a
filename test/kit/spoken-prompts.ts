/** Speaking prompts takes seconds; what earlier runs have spoken is kept beside the root. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const UNFINISHED = '.part'

/** What was spoken is named by the hash of its text: a file that is there is the right one, and whole (two runs copy beside each other). */
export function copyMissing(from: string, to: string): void {
  for (const store of ['store', 'en/store']) {
    if (!existsSync(join(from, store))) continue
    mkdirSync(join(to, store), { recursive: true })
    for (const name of readdirSync(join(from, store))) {
      const copy = join(to, store, name)
      if (name.endsWith(UNFINISHED) || existsSync(copy)) continue
      const unfinished = `${copy}.${process.pid}${UNFINISHED}`
      copyFileSync(join(from, store, name), unfinished)
      renameSync(unfinished, copy)
    }
  }
}
