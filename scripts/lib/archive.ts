/** What stands in a backup: a manifest, and the files that it names with their checksums. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, statfs, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { StartError } from './readiness.ts'

export const FORMAT = 1

export type Place = 'machine' | 'containers'

export type Manifest = {
  readonly format: number
  /** Of the project, as in package.json. */
  readonly version: string
  readonly madeAt: string
  /** Where the system ran: `scripts/start` (older backups do not say) or `docker-compose.yml`. */
  readonly of?: Place
  /** Names of the migrations that the database has had, in order. */
  readonly migrations: readonly string[]
  /** SHA-256 by path; of a link, of where it points. */
  readonly files: Readonly<Record<string, string>>
}

const manifestName = 'manifest.json'

export async function writeManifest(folder: string, about: Omit<Manifest, 'format' | 'files'>): Promise<void> {
  const manifest: Manifest = { format: FORMAT, ...about, files: await digestAll(folder) }
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 })
}

/** Reads the manifest and compares every file with it. Throws `StartError` when one is missing, too many, or other than it was. */
export async function verified(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const found = await digestAll(folder)
  for (const path of new Set([...Object.keys(manifest.files), ...Object.keys(found)])) {
    const [should, is] = [manifest.files[path], found[path]]
    if (should === is) continue
    const how = is === undefined ? 'is missing' : should === undefined ? 'does not belong there' : 'has changed'
    throw new StartError(`this backup is damaged: ${path} ${how}`)
  }
  return manifest
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined)
  if (text === undefined) throw new StartError(`there is no backup: ${manifestName} is missing`)
  let manifest: Partial<Manifest>
  try {
    manifest = JSON.parse(text) as Partial<Manifest>
  } catch {
    throw new StartError(`this backup is damaged: ${manifestName} cannot be read`)
  }
  if (manifest.format !== FORMAT) {
    throw new StartError(
      `this backup has format ${manifest.format}, and this version knows ${FORMAT}: use the version that made it`,
    )
  }
  if (!Array.isArray(manifest.migrations) || typeof manifest.files !== 'object' || manifest.files === null) {
    throw new StartError(`this backup is damaged: ${manifestName} is not whole`)
  }
  return manifest as Manifest
}

async function digestAll(folder: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length + 1)
    if (entry.isDirectory() || name === manifestName) continue
    if (entry.isSymbolicLink()) digests[name] = await digestLink(folder, path)
    else if (entry.isFile()) digests[name] = await digestFile(path)
    else throw new StartError(`${path} is neither a file nor a folder`)
  }
  return digests
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * A link out of the backup would let it write where it does not belong. So it may lead up only to come down again at once within the
 * folders that stand above it (`../store/x`), and not by way of another link.
 */
async function digestLink(folder: string, path: string): Promise<string> {
  const target = await readlink(path)
  const steps = target.split('/')
  const up = steps.findLastIndex((step) => step === '..') + 1
  const depth = path.slice(folder.length + 1).split('/').length - 1
  // `a/../../x` would go by way of `a`, which may be a link.
  if (isAbsolute(target) || up > depth || steps.slice(0, up).some((step) => step !== '..')) {
    throw new StartError(`${path} points out of the backup, to ${target}`)
  }
  return createHash('sha256').update(`link ${target}`).digest('hex')
}

/** Bytes of all files below. */
export async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    // What a running server removes meanwhile counts nothing.
    bytes += await lstat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}

/** A full disk would stop the journal, and with it the calls. */
export async function needRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const [free, needed] = [bavail * bsize, bytes + 1024 ** 3].map((size) => Math.ceil(size / 1024 ** 2)) as [
    number,
    number,
  ]
  if (free < needed) throw new StartError(`the disk of ${folder} has ${free} MB free and ${needed} MB are needed`)
}

export async function tar(...args: readonly string[]): Promise<void> {
  const child = spawn('tar', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (part: Buffer) => {
    complaint += part.toString()
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new StartError(`tar failed: ${complaint.trim().split('\n')[0] ?? `code ${code}`}`)
}
