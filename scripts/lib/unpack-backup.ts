/** What every restore does first, wherever the system will stand: unpack, check everything, refuse what does not fit. */
import { chmodSync, chownSync, cpSync, existsSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readMigrations } from '../../src/platform/postgres/migrate.ts'
import { type Manifest, needRoom, type Place, sizeOf, tar, verified } from './archive.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'

export type Owner = { readonly uid: number; readonly gid: number }

/**
 * Keys of the journal that are not taken over. Ticket numbers were told after the backup: the count begins beyond them
 * (src/main/given-before.ts).
 */
export const notTakenOver: readonly string[] = ['serial']

const restoredBy: Readonly<Record<Place, string>> = {
  machine: 'scripts/restore',
  containers: 'scripts/compose-restore',
}

/** `from`: a file of `packBackup`, or the same unpacked. `to` is made. Throws `StartError` when anything is not as it must be. */
export async function unpackBackup(from: string, to: string, here: Place): Promise<Manifest> {
  if (!existsSync(from)) throw new StartError(`${from} is not there`)
  const isFolder = statSync(from).isDirectory()
  await needRoom(dirname(dirname(to)), 2 * (isFolder ? await sizeOf(from) : statSync(from).size))
  mkdirSync(to, { recursive: true, mode: 0o700 })
  if (isFolder) cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  else await tar('--extract', '--no-same-owner', '--preserve-permissions', '--file', from, '--directory', to)
  const manifest = await verified(to)
  const { of = 'machine' } = manifest
  if (of !== here) throw new StartError(`this backup is of a system in ${of}: ${restoredBy[of]} restores it`)
  await refuseNewer(manifest)
  return manifest
}

/** An older database is brought up to date; a newer one holds what this version does not know. */
async function refuseNewer({ migrations, version }: Manifest): Promise<void> {
  const known = await readMigrations(join(project, 'migrations'))
  const strange = migrations.find((name, index) => known[index]?.name !== name)
  if (strange) {
    throw new StartError(
      `the backup's database has ${strange}, which this version does not know: restore it with version ${version}`,
    )
  }
}

/** Owner and rights are what they must be here, whatever the way of the backup has made of them. */
export function giveAll(
  path: string,
  { uid, gid }: Owner,
  [folderMode, fileMode]: readonly [number, number] = [0o700, 0o600],
): void {
  if (!existsSync(path)) return
  const below = readdirSync(path, { recursive: true, withFileTypes: true })
  chownSync(path, uid, gid)
  chmodSync(path, folderMode)
  for (const entry of below) {
    const name = join(entry.parentPath, entry.name)
    lchownSync(name, uid, gid)
    if (!entry.isSymbolicLink()) chmodSync(name, entry.isDirectory() ? folderMode : fileMode)
  }
}
