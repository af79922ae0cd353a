import { type ChildProcess, spawn } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { say } from './messages.ts'
import { StartError, until } from './readiness.ts'

/**
 * Runs programs of the private root (a whole Debian in one folder, see root.sh). The root itself is mounted read-only,
 * so any number of servers share one; what a server writes lies in its own state folder, bound over the root's paths.
 *
 * Nobody is left behind: bubblewrap dies with us, and with it the first process of its PID namespace (a reaper of
 * bubblewrap's, which keeps root's rights and so its parent-death signal), and with that everything in the namespace.
 * The program itself must therefore not be that first process: its change of user would clear the signal.
 */
export type Bind = { readonly from: string; readonly to: string; readonly writable?: boolean }

/** `hotline` is our own processes' user. */
export type User = 'postgres' | 'redis' | 'asterisk' | 'hotline'
/**
 * Numbers of our own, the same as in the images. Those that the root's packages have chosen (101 and on) belong to somebody else on this
 * machine, who could read what is theirs.
 */
const numbers: Readonly<Record<User, number>> = { postgres: 12_001, redis: 12_002, asterisk: 12_003, hotline: 12_004 }

export type Inside = {
  readonly root: string
  readonly user: User
  readonly binds: readonly Bind[]
  /** Paths of the root that are covered with an empty memory file system before the binds are made. */
  readonly cover?: readonly string[]
  readonly command: readonly string[]
  /** Compiled filter of system calls; for `startInside`. */
  readonly seccomp?: Buffer
  readonly env?: Readonly<Record<string, string>>
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Running = {
  readonly name: string
  /** Process id on this machine of the program itself, not of its wrapper. */
  readonly pid: number
  readonly logFile: string
  /** Where in it this run begins. */
  readonly logFrom: number
  readonly exited: Promise<Exit>
  /** Asks it to end and waits; takes it by force after `graceMs`. Safe to call twice. */
  stop(): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** Name that every program of the root sees as its host's; its hosts file knows it, so no DNS is asked. */
const hostName = 'hotline'

const accounts = [['root', 0] as const, ...Object.entries(numbers), ['nobody', 65_534] as const]
/** Files that take the place of the root's own in /etc. */
const etcFiles: Readonly<Record<string, string>> = {
  hosts: `127.0.0.1 localhost ${hostName} A.ROOT-SERVERS.NET\n::1 localhost\n`,
  passwd: accounts.map(([user, id]) => `${user}:x:${id}:${id}::/:/usr/sbin/nologin\n`).join(''),
  group: accounts.map(([user, id]) => `${user}:x:${id}:\n`).join(''),
}

export const userOf = (user: User): { uid: number; gid: number } => ({ uid: numbers[user], gid: numbers[user] })

/**
 * A folder that belongs to a user of the root and to nobody else. What is in it and belonged to the folder's owner of before (an earlier
 * version had other numbers) is moved over, the folder itself last: when that is interrupted, the next start goes on.
 */
export function dirFor(user: User, path: string, mode = 0o700): string {
  const { uid, gid } = userOf(user)
  mkdirSync(path, { recursive: true, mode })
  const before = lstatSync(path).uid
  if (before !== uid && before !== 0) {
    for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
      const inner = join(entry.parentPath, entry.name)
      if (lstatSync(inner).uid === before) lchownSync(inner, uid, gid)
    }
  }
  chownSync(path, uid, gid)
  return path
}

/** The folder, made when it is not there, with all that is in it, whoever has copied it there; somebody may be at work in it. */
export function giveTo(user: User, path: string): void {
  const { uid, gid } = userOf(user)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  lchownSync(path, uid, gid)
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    try {
      lchownSync(join(entry.parentPath, entry.name), uid, gid)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** A file in such a folder, readable by that user only. */
export function fileFor(user: User, path: string, text: string): string {
  const { uid, gid } = userOf(user)
  writeFileSync(path, text, { mode: 0o600 })
  chownSync(path, uid, gid)
  return path
}

function wrapperArguments(inside: Inside, etc: readonly Bind[]): string[] {
  const cover = (path: string) => ['--perms', '1777', '--tmpfs', path]
  const binds = [...etc, ...inside.binds].flatMap(({ from, to, writable }) => [
    writable ? '--bind' : '--ro-bind',
    from,
    to,
  ])
  const { uid, gid } = userOf(inside.user)
  const asUser = [
    ...['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    ...['--no-new-privs', '--bounding-set', '-all', '--'],
  ]
  return [
    ...['--ro-bind', inside.root, '/', '--dev', '/dev', '--proc', '/proc'],
    ...['/dev/shm', '/tmp', '/run', '/srv', ...(inside.cover ?? [])].flatMap(cover),
    ...binds,
    ...['--unshare-pid', '--unshare-uts', '--hostname', hostName, '--die-with-parent'],
    ...['--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin:/sbin:/bin', '--setenv', 'LANG', 'C.UTF-8'],
    // By `env`, so that what concerns how a program is loaded concerns this one alone, and not who changes the user.
    ...['--chdir', '/', ...asUser, 'env'],
    ...Object.entries(inside.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...inside.command,
  ]
}

function etcIn(dir: string): Bind[] {
  return Object.entries(etcFiles).map(([name, text]) => {
    const file = join(dir, name)
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
    return { from: file, to: `/etc/${name}` }
  })
}

/** Runs a program of the root to its end. Answers what it printed; throws with its complaint when it fails. */
export async function runInside(inside: Inside, { input, scratch }: { input?: string; scratch: string }) {
  mkdirSync(scratch, { recursive: true })
  const child = spawn('bwrap', wrapperArguments(inside, etcIn(scratch)), {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const out: Buffer[] = []
  const complaint: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.stderr.on('data', (part: Buffer) => complaint.push(part))
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const { code } = await exitOf(child)
  if (code !== 0) {
    const words = Buffer.concat(complaint).toString().trim().split('\n').slice(-3).join(' / ')
    throw new StartError(`${inside.command[0]} failed with code ${code}: ${words}`)
  }
  return Buffer.concat(out)
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

/**
 * Starts a server of the root in a session of its own, so that a Ctrl-C at the terminal reaches only us. `masked`: what it says goes
 * through mask-log.pl first; for every program that does not mask callers' numbers itself.
 */
export async function startInside(
  inside: Inside,
  how: { name: string; logFile: string; stopSignal: NodeJS.Signals; graceMs: number; masked?: boolean },
): Promise<Running> {
  mkdirSync(dirname(how.logFile), { recursive: true })
  const log = openSync(how.logFile, 'a', 0o600)
  const logFrom = fstatSync(log).size
  const mask = how.masked ? startMask(log, userOf(inside.user)) : undefined
  const said = mask?.stdin ?? log
  const filter = inside.seccomp ? ['--seccomp', '4'] : []
  const child = spawn(
    'bwrap',
    ['--info-fd', '3', ...filter, ...wrapperArguments(inside, etcIn(dirname(how.logFile)))],
    {
      stdio: ['ignore', said, said, 'pipe', inside.seccomp ? 'pipe' : 'ignore'],
      detached: true,
    },
  )
  closeSync(log)
  if (inside.seccomp) handOver(child.stdio[4] as Writable, inside.seccomp)
  mask?.stdin?.destroy()
  const exited = mask ? exitOf(child).finally(() => endOfMask(mask)) : exitOf(child)
  exited.catch(() => {})
  const info = await Promise.race([textOf(child), exited.then(() => '')])
  const reaper = /"child-pid":\s*(\d+)/.exec(info)?.[1]
  const firstChild = () => Number.parseInt(readFileSync(`/proc/${reaper}/task/${reaper}/children`, 'utf8'), 10)
  try {
    await until(how.name, async () => firstChild() > 0, {
      withinMs: 10_000,
      unless: exited.then(() => lastLines(how.logFile, { from: logFrom })),
    })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const pid = firstChild()
  return { pid, ...stoppable({ ...how, logFrom, child, pid, exited }) }
}

/** A process of its own between the server and its log: the pipe does not depend on us, and what is parsed there is parsed without rights. */
function startMask(log: number, { uid, gid }: { uid: number; gid: number }): ChildProcess {
  const asUser = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--no-new-privs']
  // Handed over open: the way to the project may be closed to everybody but root, as a home of root is.
  const script = openSync(join(import.meta.dirname, 'mask-log.pl'), 'r')
  try {
    if ((fstatSync(script).mode & 0o004) === 0)
      throw new StartError(say('filesClosed', { project: join(import.meta.dirname, '../..') }))
    return spawn('setpriv', [...asUser, '--bounding-set', '-all', '--', 'perl', '/dev/fd/3'], {
      stdio: ['pipe', log, log, script],
      detached: true,
      env: { PATH: '/usr/bin:/bin' },
    })
  } finally {
    closeSync(script)
  }
}

/** It ends with its server, once all is written; a disk that hangs must not keep us. */
async function endOfMask(mask: ChildProcess): Promise<void> {
  if (mask.exitCode !== null || mask.signalCode !== null) return
  const tooLong = setTimeout(() => mask.kill('SIGKILL'), 2_000)
  await new Promise((resolve) => mask.once('exit', resolve))
  clearTimeout(tooLong)
}

function handOver(pipe: Writable, bytes: Buffer): void {
  pipe.on('error', () => {}) // it has ended before it read; why is in its log
  pipe.end(bytes)
}

function textOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const pipe = child.stdio[3] as NodeJS.ReadableStream
    pipe.on('data', (part: Buffer) => {
      text += part.toString()
      if (text.includes('}')) resolve(text)
    })
    pipe.once('end', () => resolve(text))
  })
}

/** The stopping half of a running process. */
export function stoppable(of: {
  name: string
  logFile: string
  logFrom: number
  stopSignal: NodeJS.Signals
  graceMs: number
  child: ChildProcess
  pid: number
  exited: Promise<Exit>
}): Omit<Running, 'pid'> {
  const { child, pid, exited } = of
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  const gone = exited.then(
    () => undefined,
    () => undefined,
  )
  return {
    name: of.name,
    logFile: of.logFile,
    logFrom: of.logFrom,
    exited,
    async stop() {
      signal(of.stopSignal)
      const byForce = setTimeout(() => signal('SIGKILL'), of.graceMs)
      await gone
      clearTimeout(byForce)
    },
    async kill() {
      signal('SIGKILL')
      await gone
    },
  }
}

/** What a server said last, for the one line that explains why it did not start. Of a stack trace, only the error. */
export function lastLines(logFile: string, { count = 2, from = 0 } = {}): string {
  const said = existsSync(logFile) ? readFileSync(logFile).subarray(from).toString().split('\n') : []
  // Of an error that was printed whole: neither its stack, nor its properties, nor who ran it.
  const lines = said.filter((line) => /^[^\s}]/.test(line) && !line.startsWith('Node.js v')).slice(-count)
  return `${lines.join(' / ') || 'it said nothing'} (log: ${logFile})`
}

/** Settles with an explanation when the process ends; for `until`. */
export const endOf = (running: Running): Promise<string> =>
  running.exited.then(
    ({ code, signal }) => `${signal ?? `code ${code}`}; ${lastLines(running.logFile, { from: running.logFrom })}`,
  )
