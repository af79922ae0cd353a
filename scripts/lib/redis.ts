import { createConnection } from 'node:net'
import { join } from 'node:path'
import { messages } from './messages.ts'
import { dirFor, endOf, fileFor, type Running, startInside } from './private-root.ts'
import { assertPortFree, until } from './readiness.ts'
import { type Secret, secretIn } from './secrets.ts'

export type Redis = Running & { readonly port: number; readonly url: string; readonly password: Secret }

/** Starts Redis 8 on loopback with a random password. It carries work only: what is lost here is done again. */
export async function startRedis(how: {
  root: string
  dir: string
  secrets: string
  port: number
  signal?: AbortSignal | undefined
}): Promise<Redis> {
  const { root, dir, port } = how
  await assertPortFree({ host: '127.0.0.1', port }, { what: messages.redis, setting: 'HOTLINE_REDIS_PORT' })
  const password = secretIn(how.secrets, 'redis')
  dirFor('redis', dir)
  const data = dirFor('redis', join(dir, 'data'))
  const settings = [
    ...['bind 127.0.0.1', `port ${port}`, `requirepass ${password.value}`, 'protected-mode yes', 'dir /srv/data'],
    // BullMQ needs every key to stay; one second of jobs may be lost with the machine and is sent again.
    ...['appendonly yes', 'appendfsync everysec', 'save ""', 'maxmemory-policy noeviction', 'daemonize no'],
    // The report of a crash would hold what was being written.
    'hide-user-data-from-log yes',
  ]
  const file = fileFor('redis', join(dir, 'redis.conf'), `${settings.join('\n')}\n`)
  const running = await startInside(
    {
      root,
      user: 'redis',
      binds: [
        { from: file, to: '/srv/redis.conf' },
        { from: data, to: '/srv/data', writable: true },
      ],
      command: ['redis-server', '/srv/redis.conf'],
    },
    { name: 'redis', logFile: join(dir, 'redis.log'), stopSignal: 'SIGTERM', graceMs: 10_000, masked: true },
  )
  try {
    await until('Redis', () => answersPing(port, password.value), {
      withinMs: 30_000,
      unless: endOf(running),
      signal: how.signal,
    })
  } catch (error) {
    await running.stop()
    throw error
  }
  return { ...running, port, url: `redis://127.0.0.1:${port}`, password }
}

/** Also waits for the append-only file to be loaded: until then Redis answers -LOADING. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    let answer = ''
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer to PING')))
    socket.once('error', reject)
    socket.once('close', () => resolve(answer.includes('+PONG')))
    socket.on('data', (part) => {
      answer += part.toString()
      if (answer.split('\r\n').length > 2) socket.end()
    })
    socket.write(`AUTH ${password}\r\nPING\r\n`)
  })
}
