import { rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { noUdp6 } from './no-udp6.ts'
import { dirFor, endOf, giveTo, type Running, runInside, startInside } from './private-root.ts'
import { StartError, until } from './readiness.ts'

export type Asterisk = Running & {
  /** Runs a command of Asterisk's console and answers what it printed. */
  cli(command: string): Promise<string>
}

/** Below this version an ARI user can write files and load modules (advisories of 2026-06). */
export const asteriskFloor = [22, 10, 1] as const
const soundsDir = '/usr/share/asterisk/sounds'

/** Throws with one clear line when the root's Asterisk is older than the floor. Answers its version. */
export async function assertAsteriskVersion(root: string, scratch: string): Promise<string> {
  const printed = await runInside({ root, user: 'asterisk', binds: [], command: ['asterisk', '-V'] }, { scratch })
  const version = /Asterisk (\d+)\.(\d+)\.(\d+)/.exec(printed.toString())
  const floor = asteriskFloor.join('.')
  if (!version) throw new StartError(`Cannot read Asterisk's version from "${printed.toString().trim()}"`)
  const parts = version.slice(1).map(Number)
  for (const [index, least] of asteriskFloor.entries()) {
    const part = parts[index] ?? 0
    if (part > least) break
    if (part < least) {
      throw new StartError(`Asterisk ${parts.join('.')} is below ${floor} and has known holes: update the private root`)
    }
  }
  return parts.join('.')
}

/**
 * Starts an Asterisk of the private root as user asterisk. `etc` is its whole configuration (only read); everything it
 * writes lies under `dir`. Several run side by side when their ports and `dir` differ. `prompts` appears inside as
 * `sound:hotline/…`. Resolves when every module is up.
 */
export async function startAsterisk(how: {
  root: string
  dir: string
  etc: string
  prompts?: string
  name?: string
  env?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
}): Promise<Asterisk> {
  const { root, dir, etc } = how
  const name = how.name ?? 'asterisk'
  dirFor('asterisk', dir)
  const own = (part: string) => dirFor('asterisk', join(dir, part))
  const control = join(own('run'), 'asterisk.ctl')
  if (control.length > 107)
    throw new StartError(`The path ${control} is too long for a socket: choose a shorter folder`)
  rmSync(control, { force: true })
  // It holds hashed secrets: nobody else reads it.
  giveTo('asterisk', etc)
  const writable = (part: string, to: string) => ({ from: own(part), to, writable: true })
  const running = await startInside(
    {
      root,
      user: 'asterisk',
      cover: ['/var/cache/asterisk', soundsDir],
      binds: [
        { from: etc, to: '/etc/asterisk' },
        writable('lib', '/var/lib/asterisk'),
        writable('log', '/var/log/asterisk'),
        writable('spool', '/var/spool/asterisk'),
        writable('run', '/run/asterisk'),
        { from: join(root, soundsDir, 'en_US_f_Allison'), to: `${soundsDir}/en` },
        ...(how.prompts ? [{ from: how.prompts, to: `${soundsDir}/hotline` }] : []),
      ],
      seccomp: noUdp6,
      ...(how.env && { env: how.env }),
      command: ['asterisk', '-f', '-C', '/etc/asterisk/asterisk.conf'],
    },
    { name, logFile: join(dir, 'console.log'), stopSignal: 'SIGTERM', graceMs: 10_000, masked: true },
  )
  const asterisk: Asterisk = { ...running, cli: (command) => askConsole(control, command) }
  try {
    const booted = async () => (await asterisk.cli('core waitfullybooted')).includes('fully booted')
    await until(`Asterisk (${name})`, booted, {
      withinMs: 60_000,
      unless: endOf(running),
      signal: how.signal,
    })
  } catch (error) {
    await running.stop()
    throw error
  }
  return asterisk
}

/** Speaks the protocol of `asterisk -rx`: a greeting line comes, a command ended by NUL goes, its output ends the talk. */
export function askConsole(control: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: control })
    const parts: Buffer[] = []
    socket.setTimeout(30_000, () => socket.destroy(new Error(`no answer to "${command}"`)))
    socket.once('error', reject)
    socket.once('data', (greeting: Buffer) => {
      const end = greeting.indexOf(10)
      if (end >= 0 && end + 1 < greeting.length) parts.push(greeting.subarray(end + 1))
      socket.on('data', (part: Buffer) => parts.push(part))
      socket.write(`cli quit after ${command}\0`)
    })
    socket.once('close', () => {
      // Asterisk marks console lines with control characters.
      const printed = Buffer.concat(parts).toString()
      resolve(printed.replaceAll(/[^\P{Cc}\n\t]/gu, ''))
    })
  })
}
