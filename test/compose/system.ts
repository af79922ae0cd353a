/** The whole system of docker-compose.yml under a project name of its own, with the demo city in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, printed, project, run } from '../kit/docker.ts'
import { freePorts, temporaryDir } from '../kit/temporary.ts'
import { closeStreet, hotlineAddress, openStreet, roles } from './street.ts'

const prefix = 'hotline-test-'
/**
 * Another one in the next run: for two minutes the kernel (nf_conntrack_udp_timeout_stream) goes on sending what comes from an address
 * and port to the container that had it, and that is gone.
 */
export const outsideSipPort = 26_400 + (process.pid % 50)

export type System = Awaited<ReturnType<typeof bringUp>>

export async function bringUp() {
  await sweepProjects()
  const { dir, remove } = temporaryDir('compose')
  const name = `${prefix}${process.pid}`
  const sipPort = 26_460
  const [apiPort = 0] = await freePorts(1)
  const at = (line: keyof typeof roles) => `${roles[line]}:${outsideSipPort}`
  const env = {
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_PROFILES: 'demo',
    COMPOSE_PROGRESS: 'plain',
    HOTLINE_COMPOSE_DIR: dir,
    HOTLINE_SIP_PUBLISH: hotlineAddress,
    HOTLINE_SIP_EXTERNAL: hotlineAddress,
    HOTLINE_SIP_PORT: String(sipPort),
    HOTLINE_RTP_PORTS: '26480-26519',
    HOTLINE_API_PORT: String(apiPort),
    HOTLINE_DEMO_TRUNK: at('carrier'),
    HOTLINE_DEMO_PARTNERS: (['12315', '12333', '12329'] as const).map((line) => `${line}=${at(line)}`).join(','),
  }
  const compose = (...args: readonly string[]) => printed(['docker', 'compose', ...args], env)
  const passwords = (file: string): Readonly<Record<string, string>> =>
    JSON.parse(readFileSync(join(dir, 'demo', file), 'utf8'))

  /** Removes containers, networks and volumes, also of a system that came up only in part. */
  async function takeDown(): Promise<void> {
    await compose('down', '--volumes', '--remove-orphans', '--timeout', '20')
    await closeStreet()
    remove()
  }

  try {
    await openStreet()
    const began = performance.now()
    await printed(['scripts/compose-secrets'], env)
    await printed(['nice', '-n', '5', 'docker', 'compose', 'build', '--quiet'], env)
    const built = performance.now()
    await compose('up', '--detach', '--wait', '--wait-timeout', '300')
    const seconds = (from: number, to: number) => ((to - from) / 1_000).toFixed(0)
    console.info(`compose: images in ${seconds(began, built)} s, all up in ${seconds(built, performance.now())} s`)
  } catch (error) {
    const said = await compose('logs', '--no-color', '--tail', '15').catch(String)
    await takeDown()
    throw new Error(`the system did not come up: ${String(error)}\n${said}`)
  }
  return {
    ...{ name, dir, compose, takeDown },
    /** Runs a script of the project on this system. */
    script: (script: string, ...args: readonly string[]) => run([join(project, 'scripts', script), ...args], env),
    apiUrl: `http://127.0.0.1:${apiPort}`,
    hotline: { address: hotlineAddress, sipPort },
    /** By staff number. */
    logins: passwords('demo-logins.json'),
    /** SIP passwords by seat. */
    seats: passwords('seats.json'),
  }
}

/** What of a project is still on this machine. */
export async function remainsOf(name: string): Promise<string[]> {
  const label = `label=com.docker.compose.project=${name}`
  const listed = await Promise.all([
    printed(['docker', 'ps', '--all', '--quiet', '--filter', label]),
    printed(['docker', 'volume', 'ls', '--quiet', '--filter', label]),
    printed(['docker', 'network', 'ls', '--quiet', '--filter', label]),
  ])
  return listed
    .join('\n')
    .split('\n')
    .filter((line) => line !== '')
}

/** Takes down the systems of runs that were killed. Refuses beside a run that lives: there is one street. */
async function sweepProjects(): Promise<void> {
  const projects = JSON.parse(await printed(['docker', 'compose', 'ls', '--all', '--format', 'json'])) as {
    Name: string
  }[]
  for (const { Name: name } of projects) {
    const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN
    if (!Number.isInteger(owner)) continue
    if (isAlive(owner)) throw new Error(`another run of this test (process ${owner}) is under way: wait for its end`)
    await printed(['docker', 'compose', 'down', '--volumes', '--remove-orphans'], { COMPOSE_PROJECT_NAME: name })
  }
}
