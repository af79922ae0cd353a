/** The servers of a measurement, each started afresh where that matters, in a folder of their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Asterisk, startAsterisk } from '../../scripts/lib/asterisk.ts'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { type Postgres, startPostgres } from '../../scripts/lib/postgres.ts'
import { lastLines } from '../../scripts/lib/private-root.ts'
import { until } from '../../scripts/lib/readiness.ts'
import { type Redis, startRedis } from '../../scripts/lib/redis.ts'
import { secretIn } from '../../scripts/lib/secrets.ts'
import { addBenchToEtc } from './asterisk-etc.ts'
import { seedBench } from './seed.ts'

export const project = join(import.meta.dirname, '../..')

const basePort = Number(process.env.HOTLINE_BENCH_PORT ?? 27_000)
export const ports = {
  postgres: basePort + 10,
  redis: basePort + 11,
  ari: basePort + 12,
  sip: basePort + 13,
  desk: basePort + 14,
  switchboardHealth: basePort + 15,
  workerHealth: basePort + 16,
  rescueHealth: basePort + 17,
  wss: basePort + 17,
  switchboardInspector: basePort + 18,
  workerInspector: basePort + 19,
  caller: basePort + 20,
  phones: basePort + 21,
} as const
/** Room for 900 legs. Below the range from which the kernel takes ports by itself. */
const rtpPorts = '16000-19999'

/** A program of this project that runs beside us. */
export type Program = {
  readonly pid: number
  readonly logFile: string
  readonly exited: Promise<number | null>
  stop(): Promise<void>
}

export type Lab = {
  readonly root: string
  /** Everything is written below it. */
  readonly dir: string
  readonly env: NodeJS.ProcessEnv
  /** Starts `node <args>` in the project's folder. */
  run(name: string, args: readonly string[], env?: NodeJS.ProcessEnv): Program
  /** The same, to its end. Throws when it fails. */
  runToEnd(name: string, args: readonly string[]): Promise<void>
  startAsterisk(how: { withQueue: boolean }): Promise<Asterisk>
  startStores(): Promise<Stores>
}

/** Postgres and Redis. */
export type Stores = {
  readonly postgres: Postgres
  readonly redis: Redis
  goAway(): Promise<void>
  /** With what they had. */
  comeBack(): Promise<void>
  stop(): Promise<void>
}

export function openLab(): Lab {
  const root = privateRoot()
  const dir = join(project, '.run/bench')
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o711)
  const env = environment(dir)
  let started = 0
  const lab: Lab = {
    root,
    dir,
    env,
    run: (name, args, more = {}) => startProgram(join(dir, `${++started}-${name}.log`), args, { ...env, ...more }),
    async runToEnd(name, args) {
      const program = lab.run(name, args)
      const code = await program.exited
      if (code !== 0) throw new Error(`${name} failed: ${lastLines(program.logFile)}`)
    },
    async startAsterisk(how) {
      const etc = join(dir, 'etc')
      rmSync(etc, { recursive: true, force: true })
      await lab.runToEnd('render-asterisk', ['src/main/cli.ts', 'render-asterisk', '--settings-only'])
      addBenchToEtc(etc, ports.phones, how)
      return await startAsterisk({ root, dir: join(dir, 'asterisk'), etc })
    },
    async startStores() {
      const secrets = join(dir, 'secrets')
      const start = async () => ({
        postgres: await startPostgres({ root, dir: join(dir, 'postgres'), secrets, port: ports.postgres }),
        redis: await startRedis({ root, dir: join(dir, 'redis'), secrets, port: ports.redis }),
      })
      let running: Awaited<ReturnType<typeof start>> | undefined = await start()
      const { postgres, redis } = running
      await lab.runToEnd('migrate', ['src/main/cli.ts', 'migrate'])
      await seedBench(postgres)
      const goAway = async () => {
        await Promise.all([running?.postgres.stop(), running?.redis.stop()])
        running = undefined
      }
      const comeBack = async () => {
        running = await start()
      }
      return { postgres, redis, goAway, comeBack, stop: goAway }
    },
  }
  return lab
}

/** The same variables that the product's processes get from `scripts/start`. */
function environment(dir: string): NodeJS.ProcessEnv {
  const secret = (name: string) => secretIn(join(dir, 'secrets'), name).file
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(project, '.run/bench-node'),
    HOTLINE_LOG_LEVEL: 'info',
    HOTLINE_DATABASE_URL: `postgres://hotline_app@127.0.0.1:${ports.postgres}/hotline`,
    HOTLINE_DATABASE_PASSWORD_FILE: secret('postgres-app'),
    HOTLINE_OWNER_DATABASE_URL: `postgres://hotline_owner@127.0.0.1:${ports.postgres}/hotline`,
    HOTLINE_OWNER_DATABASE_PASSWORD_FILE: secret('postgres-owner'),
    HOTLINE_REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    HOTLINE_REDIS_PASSWORD_FILE: secret('redis'),
    HOTLINE_ARI_URL: `http://127.0.0.1:${ports.ari}`,
    HOTLINE_ARI_USER: 'switchboard',
    HOTLINE_ARI_PASSWORD_FILE: secret('ari'),
    HOTLINE_ARI_OBSERVER_PASSWORD_FILE: secret('ari-observer'),
    HOTLINE_ARI_LISTEN: `127.0.0.1:${ports.ari}`,
    HOTLINE_SIP_LISTEN: `127.0.0.1:${ports.sip}`,
    HOTLINE_WSS_LISTEN: `127.0.0.1:${ports.wss}`,
    HOTLINE_RTP_PORTS: rtpPorts,
    // Nobody sends sound here, so silence must not end a call.
    HOTLINE_RTP_TIMEOUT_S: '0',
    // What is measured is how much is carried, not where it is cut off.
    HOTLINE_MOST_CALLERS: '99999',
    HOTLINE_CALLS_PER_S: '99999',
    HOTLINE_DESK_LISTEN: `127.0.0.1:${ports.desk}`,
    HOTLINE_DESK_URL: `ws://127.0.0.1:${ports.desk}`,
    HOTLINE_DESK_SECRET_FILE: secret('desk'),
    HOTLINE_JOURNAL_DIR: join(dir, 'journal'),
    HOTLINE_DIRECTORY_CACHE: join(dir, 'directory.json'),
    HOTLINE_ASTERISK_ETC: join(dir, 'etc'),
    HOTLINE_PROMPTS_DIR: join(dir, 'prompts'),
  }
}

function startProgram(logFile: string, args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const log = openSync(logFile, 'w', 0o600)
  const child: ChildProcess = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', log, log] })
  closeSync(log)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  exited.catch(() => {})
  return {
    pid: child.pid ?? 0,
    logFile,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const byForce = setTimeout(() => child.kill('SIGKILL'), 12_000)
      await exited
      clearTimeout(byForce)
    },
  }
}

/** Waits until a process of ours answers that it is at work. */
export async function untilReady(what: string, program: Program, port: number): Promise<void> {
  await until(what, async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok, {
    withinMs: 30_000,
    unless: program.exited.then((code) => `code ${code}; ${lastLines(program.logFile)}`),
  })
}
