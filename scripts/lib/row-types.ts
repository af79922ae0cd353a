import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const here = (path: string): string => join(import.meta.dirname, '../..', path)
export const rowTypesFile = here('src/platform/postgres/generated/database.ts')

/** The row types of a migrated database, as text. `url` with the password in it; it goes by the environment, not the command line. */
export async function rowTypesOf(url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'row-types-'))
  try {
    const file = join(folder, 'database.ts')
    const codegen = here('node_modules/kysely-codegen/dist/cli/bin.js')
    const args = ['--dialect', 'postgres', '--url', 'env(ROW_TYPES_URL)', '--type-mapping', '{"int8":"number"}']
    const env = { ...process.env, ROW_TYPES_URL: url }
    await promisify(execFile)(process.execPath, [codegen, ...args, '--out-file', file], { env, cwd: folder })
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}
