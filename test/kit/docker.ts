/** The Docker engine of this machine, for tests that need one: whether it answers, images, and what killed runs left. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const project = join(import.meta.dirname, '../..')
/** On every container and project of a test: the process id of the test run that made it. */
export const runLabel = 'hotline.test.run'

export type Ran = { readonly code: number; readonly out: string; readonly complaint: string }

/** Runs a program to its end without judging how it ended. */
export function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: project,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let complaint = ''
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      complaint += part.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? -1, out, complaint }))
  })
}

/** What a program printed; throws with the end of its complaint when it fails. */
export async function printed(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, complaint } = await run(command, env)
  if (code !== 0) throw new Error(`${command.join(' ')} failed with code ${code}:\n${complaint.trim().slice(-2_000)}`)
  return out
}

/** Why containers cannot be used here, in one clear line; nothing when they can. */
export async function whyNoEngine(): Promise<string | undefined> {
  const engine = await run(['docker', 'version', '--format', '{{.Server.Version}}']).catch(() => undefined)
  if (engine?.code !== 0) return 'no Docker engine answers on this machine'
  const compose = await run(['docker', 'compose', 'version'])
  return compose.code === 0 ? undefined : 'the Docker engine has no Compose plugin'
}

/** Images are built from docker/, as for production; seconds when nothing has changed. */
export async function buildImages(...services: readonly string[]): Promise<void> {
  await printed(['scripts/compose-secrets'])
  await printed(['nice', '-n', '10', 'docker', 'compose', 'build', '--quiet', ...services])
}

/** Removes containers of runs that are no more. (Nobody does it for us: testcontainers' own helper image is not here.) */
export async function sweepContainers(): Promise<void> {
  const format = `{{.ID}} {{.Label "${runLabel}"}}`
  const listed = await printed(['docker', 'ps', '--all', '--filter', `label=${runLabel}`, '--format', format])
  for (const line of listed.split('\n').filter((one) => one !== '')) {
    const [id = '', owner] = line.split(' ')
    if (!isAlive(Number(owner))) await printed(['docker', 'rm', '--force', '--volumes', id])
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
