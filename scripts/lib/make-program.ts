/**
 * The switchboard as a few files: `node scripts/lib/make-program.ts FOLDER [PROJECT]`. Callers wait while it starts anew, and in a full hall to
 * find and load its 1,600 modules takes four times as long (1.0–1.4 s, not 0.3). What nobody waits for is a file of its own, loaded later:
 * `producer.mjs` (src/main/late-producer.ts). Made from `src` and what package-lock.json names, when a switchboard is started (program.ts) or
 * the image made. Not minified: a stack trace has names. The other processes run from `src`: nobody waits for them.
 */
import { execFile } from 'node:child_process'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const project = join(import.meta.dirname, '../..')
/** Tests put themselves between the switchboard and the world here (test/faults/kit/die-at.ts). */
const apart = ['ws']

/** In a process of its own, whose memory is given back. Rejects with what the bundler complains of. */
export async function makeProgram(folder: string, from = project): Promise<void> {
  await promisify(execFile)(process.execPath, [import.meta.filename, folder, from])
}

if (import.meta.main) {
  const [, , folder, from = project] = process.argv
  if (folder === undefined) throw new Error('usage: node scripts/lib/make-program.ts FOLDER [PROJECT]')
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: join(from, 'src/main/switchboard.ts'),
    platform: 'node',
    external: apart,
  })
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' })
  await bundle.close()
  await copyFile(join(from, 'src/main/standby/guard.sh'), join(folder, 'guard.sh'))
}
