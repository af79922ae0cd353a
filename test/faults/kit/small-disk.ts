/**
 * Puts one folder or file of the switchboard on a disk of its own, which can be filled. Needs a machine that lets us mount; the disk lies
 * outside of the run's own folder, so that what a killed run leaves mounted hinders nobody.
 */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lives } from '../../kit/temporary.ts'
import type { Stack } from './stack.ts'

const prefix = 'hotline-disk-'
const size = '32m'

export type SmallDisk = {
  /** Takes all of its room. */
  fill(): void
  empty(): void
  /** Puts back what lay on it. */
  leave(): Promise<void>
}

/** Whether this machine lets us mount. */
export function canMount(): boolean {
  try {
    unmount(mount())
    return true
  } catch {
    return false
  }
}

/** `what`: `journal`, or `switchboard.log`. */
export async function moveToSmallDisk({ system }: Stack, what: string): Promise<SmallDisk> {
  const disk = mount()
  const own = join(system.options.dir, 'switchboard', what)
  const aside = `${own}.aside`
  const filler = join(disk, 'filler')
  await system.stop('switchboard')
  cpSync(own, join(disk, what), { recursive: true, preserveTimestamps: true })
  takeOwner(own, join(disk, what))
  renameSync(own, aside)
  symlinkSync(join(disk, what), own)
  await system.start('switchboard')

  return {
    fill() {
      const file = openSync(filler, 'a')
      try {
        for (let bytes = 1024 * 1024; bytes >= 1; ) {
          try {
            writeSync(file, Buffer.alloc(bytes))
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
            bytes = Math.floor(bytes / 2)
          }
        }
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(filler, { force: true }),
    async leave() {
      await system.stop('switchboard')
      rmSync(own)
      rmSync(aside, { recursive: true })
      cpSync(join(disk, what), own, { recursive: true, preserveTimestamps: true })
      takeOwner(join(disk, what), own)
      await system.start('switchboard')
      unmount(disk)
    },
  }
}

/** All that is in it belongs to whom it belonged. */
function takeOwner(from: string, to: string): void {
  const { uid, gid, mode } = lstatSync(from)
  execFileSync('chown', ['-R', `${uid}:${gid}`, to])
  execFileSync('chmod', [(mode & 0o777).toString(8), to])
}

function mount(): string {
  sweep()
  const at = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=711`, 'tmpfs', at], { stdio: 'pipe' })
  } catch (error) {
    rmdirSync(at)
    throw error
  }
  return at
}

function unmount(at: string): void {
  // A process in a view of its own may still hold it; it goes with that one.
  execFileSync('umount', ['--lazy', at], { stdio: 'pipe' })
  rmdirSync(at)
}

function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !lives(Number(pid))) unmount(join(tmpdir(), name))
  }
}
