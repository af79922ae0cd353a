import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { basename, join } from 'node:path'
import { say } from './messages.ts'
import { type Bind, endOf, giveTo, type Running, startInside, userOf } from './private-root.ts'
import { StartError, until } from './readiness.ts'

export const project = join(import.meta.dirname, '../..')
/** The project, as our processes see it. */
export const inProject = '/srv/hotline'

/**
 * Starts one of our own processes (`main`: where it sees its program) as user hotline inside the private root: it sees the project
 * read-only, its own folders, its own secrets, and nothing else of this machine. Ready when `healthUrl` answers 200.
 *
 * In `env` a variable that ends in `_FILE` names a file of ours; the process gets a copy that only it reads.
 * `folders` are bound at /srv/<name>.
 */
export async function startProcess(how: {
  root: string
  dir: string
  name: string
  main: string
  env: Readonly<Record<string, string>>
  folders?: Readonly<Record<string, { path: string; writable: boolean }>>
  healthUrl: string
  /** How long it may take to get ready. */
  withinMs?: number
  signal?: AbortSignal | undefined
}): Promise<Running> {
  assertReadable()
  const { root, dir, name } = how
  const { uid, gid } = userOf('hotline')
  const secrets = join(dir, 'secrets')
  mkdirSync(secrets, { recursive: true, mode: 0o700 })
  chownSync(secrets, uid, gid)
  const env: Record<string, string> = { NODE_ENV: 'production' }
  for (const [variable, value] of Object.entries(how.env)) {
    if (!variable.endsWith('_FILE')) {
      env[variable] = value
      continue
    }
    const copy = join(secrets, basename(value))
    writeFileSync(copy, readFileSync(value), { mode: 0o600 })
    chownSync(copy, uid, gid)
    env[variable] = `/srv/secrets/${basename(value)}`
  }
  const folders = Object.entries(how.folders ?? {}).map(([folder, { path, writable }]): Bind => {
    if (writable) giveTo('hotline', path)
    return { from: path, to: `/srv/${folder}`, writable }
  })
  const running = await startInside(
    {
      root,
      user: 'hotline',
      binds: [{ from: project, to: inProject }, { from: secrets, to: '/srv/secrets' }, ...folders],
      command: [`${inProject}/node_modules/.bin/node`, how.main],
      env,
    },
    { name, logFile: join(dir, `${name}.log`), stopSignal: 'SIGTERM', graceMs: 10_000 },
  )
  try {
    const answers = async () => {
      const status = await statusOf(how.healthUrl)
      if (status !== 200) throw new Error(`${how.healthUrl} answers ${status}`)
      return true
    }
    await until(name, answers, { withinMs: how.withinMs ?? 30_000, unless: endOf(running), signal: how.signal })
  } catch (error) {
    await running.stop()
    throw error
  }
  return running
}

/** By plain HTTP: `fetch` refuses some ports, 5060 among them, which are as good as any for the api. */
export function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { timeout: 2_000, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer within 2 s')))
    asked.on('error', reject)
  })
}

/** Another user than the one who cloned the project must be able to read it. */
function assertReadable(): void {
  for (const path of ['.', 'package.json', 'src/main', 'src/main/cli.ts', 'node_modules/.bin']) {
    const mode = statSync(join(project, path)).mode
    if ((mode & 0o004) === 0) {
      throw new StartError(say('filesClosed', { project }))
    }
  }
}

/** Runs a command of src/main/cli.ts to its end. Answers what it printed; throws with its complaint when it fails. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string> {
  const node = join(project, 'node_modules/.bin/node')
  const command = ['--pdeathsig', 'KILL', '--', node, join(project, 'src/main/cli.ts'), ...args]
  const child = spawn('setpriv', command, {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(signal ? { signal } : {}),
  })
  let printed = ''
  let complaint = ''
  child.stdout.on('data', (part: Buffer) => {
    printed += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    complaint += part.toString()
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new StartError(complaint.trim() || `${args[0]} failed with code ${code}`)
  return printed
}

/** A folder of state: only root lists it, others pass through to what is theirs. */
export function stateDir(path: string): string {
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o711)
  return path
}
