/** Speaking prompts takes seconds; what earlier runs have spoken is kept beside the root. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What was spoken is named by the hash of its text: a file that is there is the right one. */
export function copyMissing(from: string, to: string): void {
  for (const store of ['store', 'en/store']) {
    if (!existsSync(join(from, store))) continue
    mkdirSync(join(to, store), { recursive: true })
    for (const name of readdirSync(join(from, store))) {
      if (!existsSync(join(to, store, name))) copyFileSync(join(from, store, name), join(to, store, name))
    }
  }
}
