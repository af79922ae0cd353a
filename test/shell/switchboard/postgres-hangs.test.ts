/** A switchboard that starts while Postgres takes connections and answers nothing, with facts in its journal that are not stored yet. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { openJournal } from '#journal'
import { freePorts, temporaryDir } from '../../kit/temporary.ts'

test('it leads all the same, says that facts are kept locally, and goes on', async () => {
  const { dir, remove } = temporaryDir('hangs')
  onTestFinished(remove)
  const journal = await openJournal({ folder: join(dir, 'journal'), onAlarm: () => undefined })
  await journal.append({ facts: [{ type: 'call.queued', at: 1 as never, call: 'c1' as never }], keep: {} })
  await journal.close()
  mkdirSync(join(dir, 'directory'))
  const nobody = { agents: [], seats: [], queues: [], numbers: [], lines: [] }
  writeFileSync(join(dir, 'directory/directory.json'), JSON.stringify(nobody))
  writeFileSync(join(dir, 'secret'), 'a secret of no use\n')
  const hung = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  onTestFinished(() => void hung.close())
  await once(hung, 'listening')
  const [redis, ari, desk, health] = await freePorts(4)
  const started = spawn(process.execPath, ['src/main/switchboard.ts'], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOTLINE_DATABASE_URL: `postgres://hotline_app@127.0.0.1:${(hung.address() as AddressInfo).port}/hotline`,
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
  const exited = once(started, 'exit')
  const said: string[] = []
  const wanted = new Set(['switchboard is at work', 'facts are kept locally'])
  const lines = (async () => {
    for await (const line of createInterface(started.stdout)) {
      said.push(line)
      wanted.delete((JSON.parse(line) as { msg: string }).msg)
      if (wanted.size === 0) return
    }
    throw new Error(`it has ended: ${said.join('\n')}`)
  })()
  await lines
  expect(await (await fetch(`http://127.0.0.1:${health}/health/live`)).json()).toMatchObject({ live: true })
  started.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
