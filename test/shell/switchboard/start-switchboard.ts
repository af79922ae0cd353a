/** The switchboard as a process of its own, with everything else away: Redis and Asterisk refuse, and Postgres where no port of it is given. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { freePorts, temporaryDir } from '../../kit/temporary.ts'
import { makeWatch } from '../../outside/watch.ts'

const soonMs = 30_000

export type Started = {
  readonly process: ChildProcess
  /** Resolves when each of these has been logged; rejects when it has not within `soonMs`. */
  said(...messages: string[]): Promise<void>
  readonly exited: Promise<unknown[]>
  /** What it wrote that is no log line. */
  lastWords(): string
  health(): Promise<{ wrong: string[]; parts: Record<string, { ok: boolean; reason?: string }> }>
  live(): Promise<unknown>
}

/** A folder for all of them, and the one port at which whoever leads answers. */
export async function openPlace() {
  const { dir, remove } = temporaryDir('switchboards')
  onTestFinished(remove)
  mkdirSync(join(dir, 'directory'))
  const nobody = { agents: [], seats: [], queues: [], numbers: [], lines: [] }
  writeFileSync(join(dir, 'directory/directory.json'), JSON.stringify(nobody))
  writeFileSync(join(dir, 'secret'), 'a secret of no use\n')
  const [redis, ari, desk, postgres] = await freePorts(4)

  async function start(postgresPort = postgres): Promise<Started> {
    const [health] = await freePorts(1)
    const started = spawn(process.execPath, ['src/main/switchboard.ts'], {
      cwd: join(import.meta.dirname, '../../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOTLINE_DATABASE_URL: `postgres://hotline_app@127.0.0.1:${postgresPort}/hotline`,
        HOTLINE_DATABASE_PASSWORD_FILE: join(dir, 'secret'),
        HOTLINE_REDIS_URL: `redis://127.0.0.1:${redis}`,
        HOTLINE_REDIS_PASSWORD_FILE: join(dir, 'secret'),
        HOTLINE_ARI_URL: `http://127.0.0.1:${ari}`,
        HOTLINE_ARI_USER: 'switchboard',
        HOTLINE_ARI_PASSWORD_FILE: join(dir, 'secret'),
        HOTLINE_DESK_LISTEN: `127.0.0.1:${desk}`,
        HOTLINE_DESK_SECRET_FILE: join(dir, 'secret'),
        HOTLINE_HEALTH_LISTEN: `127.0.0.1:${health}`,
        HOTLINE_JOURNAL_DIR: join(dir, 'journal'),
        HOTLINE_DIRECTORY_CACHE: join(dir, 'directory/directory.json'),
      },
    })
    onTestFinished(() => void started.kill('SIGKILL'))
    let words = ''
    started.stderr.on('data', (text: Buffer) => {
      words += String(text)
    })
    const log: string[] = []
    const heard = makeWatch()
    createInterface(started.stdout).on('line', (line) => {
      log.push(line)
      heard.poke()
    })
    const ask = async (path: string): Promise<unknown> =>
      await (await fetch(`http://127.0.0.1:${health}/health/${path}`)).json()
    const messages = (): string[] => log.map((line) => (JSON.parse(line) as { msg: string }).msg)
    return {
      process: started,
      exited: once(started, 'exit'),
      lastWords: () => words,
      said: (...wanted) =>
        heard.until(
          () => wanted.every((message) => messages().includes(message)),
          soonMs,
          () => `not said: ${wanted}; ${log.join('\n')}\n${words}`,
        ),
      health: () => ask('ready') as ReturnType<Started['health']>,
      live: () => ask('live'),
    }
  }
  return { journal: join(dir, 'journal'), desk, start }
}
