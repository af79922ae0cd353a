/**
 * A clock on the wall that can be set, for Asterisk and our processes alone: libfaketime, preloaded, looks into a file of each. As on a
 * machine whose clock is set, timers and whatever else counts without a calendar go on as they did. Each process looks whenever it asks for
 * the time, so that all of them see it set at once.
 */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from './stack.ts'

const parts = ['asterisk', 'rescue', 'switchboard', 'worker', 'api'] as const
/** In HOME. */
const fileName = '.faketimerc'

/** Where a part sees its file, and where it lies. */
const placeOf = (part: (typeof parts)[number], dir: string): { inside: string; folder: string } =>
  part === 'asterisk'
    ? { inside: '/etc/asterisk', folder: join(dir, 'asterisk/etc') }
    : { inside: '/srv/cache', folder: join(dir, part, 'cache') }

export type WallClock = {
  /** Everybody's clock is so many seconds off. */
  set(offsetS: number): void
  /** They have the machine's own again. */
  leave(): Promise<void>
}

/** Starts Asterisk and ours anew. */
export async function hangClock(stack: Stack): Promise<WallClock> {
  const { system, tell } = stack
  const { dir } = system.options
  const set = (offsetS: number): void => {
    const files = parts.map((part) => join(placeOf(part, dir).folder, fileName))
    for (const file of files) {
      writeFileSync(`${file}.new`, `${offsetS < 0 ? '' : '+'}${offsetS}\n`)
      chmodSync(`${file}.new`, 0o644)
    }
    for (const file of files) renameSync(`${file}.new`, file) // at once, as far as can be
  }
  const restart = async (): Promise<void> => {
    for (const part of ['api', 'rescue', 'switchboard', 'worker', 'asterisk'] as const) await system.stop(part)
    for (const part of parts) await system.start(part)
  }
  for (const part of parts) {
    const { inside, folder } = placeOf(part, dir)
    mkdirSync(folder, { recursive: true })
    tell(part, {
      // $LIB is the linker's own word for where libraries of this machine's kind lie.
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      HOME: inside,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    })
  }
  set(0)
  await restart()
  return {
    set,
    async leave() {
      for (const part of parts) tell(part, {})
      await restart()
    },
  }
}
