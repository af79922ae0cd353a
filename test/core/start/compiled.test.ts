/** The processes as they are started: a killed one must not have to be compiled anew. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeProgram } from '../../../scripts/lib/make-program.ts'
import { temporaryDir } from '../../kit/temporary.ts'

const project = join(import.meta.dirname, '../../..')
/** What is compiled of the least of them comes to more than this. */
const leastBytes = 300_000

test.each(['switchboard', 'worker', 'api', 'rescue'])(
  '%s, killed as it starts, has kept its code compiled',
  async (name) => {
    const { dir, remove } = temporaryDir('compiled')
    onTestFinished(remove)
    const cache = join(dir, 'cache')
    mkdirSync(cache)
    const secret = join(dir, 'secret')
    writeFileSync(secret, 'a secret that is long enough', { mode: 0o600 })
    let main = join(project, `src/main/${name}.ts`)
    if (name === 'switchboard') {
      const program = join(dir, 'program')
      await makeProgram(program)
      symlinkSync(join(project, 'node_modules'), join(program, 'node_modules'))
      main = join(program, 'switchboard.mjs')
    }
    // Takes every connection and never says a word: whoever asks it waits.
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    onTestFinished(() => void mute.close())
    const at = `127.0.0.1:${(mute.address() as AddressInfo).port}`

    const running = spawn('node', [main], {
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
    await expect.poll(() => bytesIn(cache), { timeout: 4_500, message: 'what is compiled' }).toBeGreaterThan(leastBytes)
    running.kill('SIGKILL')
    expect(await exit).toEqual([null, 'SIGKILL'])
  },
)

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
