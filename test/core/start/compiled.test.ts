/** The processes as they are started: a killed one must not have to be compiled anew. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDir } from '../../kit/temporary.ts'

const project = join(import.meta.dirname, '../../..')

test.each(['switchboard', 'worker', 'api', 'rescue'])(
  '%s, killed as it starts, has kept its code compiled',
  async (name) => {
    const { dir, remove } = temporaryDir('compiled')
    onTestFinished(remove)
    const cache = join(dir, 'cache')
    mkdirSync(cache)
    const secret = join(dir, 'secret')
    writeFileSync(secret, 'a secret that is long enough', { mode: 0o600 })
    // Takes every connection and never says a word: whoever asks it waits.
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    onTestFinished(() => void mute.close())
    const at = `127.0.0.1:${(mute.address() as AddressInfo).port}`

    const running = spawn('node', [join(project, `src/main/${name}.ts`)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: cache,
        HOTLINE_LOG_LEVEL: 'fatal',
        HOTLINE_DATABASE_URL: `postgres://app@${at}/hotline`,
        HOTLINE_DATABASE_PASSWORD_FILE: secret,
        HOTLINE_REDIS_URL: `redis://${at}`,
        HOTLINE_REDIS_PASSWORD_FILE: secret,
        HOTLINE_ARI_URL: `http://${at}`,
        HOTLINE_ARI_PASSWORD_FILE: secret,
        HOTLINE_DESK_LISTEN: '127.0.0.1:0',
        HOTLINE_DESK_URL: `ws://${at}`,
        HOTLINE_DESK_SECRET_FILE: secret,
        HOTLINE_API_LISTEN: '127.0.0.1:0',
        HOTLINE_HEALTH_LISTEN: '127.0.0.1:0',
        HOTLINE_JOURNAL_DIR: join(dir, 'journal'),
        HOTLINE_DIRECTORY_CACHE: join(dir, 'directory.json'),
      },
    })
    const exit = once(running, 'exit')
    onTestFinished(() => void running.kill('SIGKILL'))
    await expect
      .poll(() => readdirSync(cache, { recursive: true }).length, { timeout: 4_500, message: 'what is compiled' })
      .toBeGreaterThan(100)
    running.kill('SIGKILL')
    expect(await exit).toEqual([null, 'SIGKILL'])
  },
)
