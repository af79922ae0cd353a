import { expect, test } from 'vitest'
import { createMetrics } from '#platform/telemetry/metrics'
import { asked, diskOf, type Health, judge, judgeDisk } from '../../../src/main/health.ts'
import { serveHealth } from '../../../src/main/serve-health.ts'
import { freePorts } from '../../kit/temporary.ts'

const fine = { ok: true }
const bad = { ok: false, reason: 'away' }

test('what is needed decides whether a process is ready; all that is wrong is told', () => {
  expect(judge({ asterisk: fine, postgres: bad }, ['asterisk'])).toMatchObject({ ready: true, wrong: ['postgres'] })
  expect(judge({ asterisk: bad, postgres: fine }, ['asterisk'])).toMatchObject({ ready: false, wrong: ['asterisk'] })
})

test('a part that refuses tells why, also when its error has no words', async () => {
  expect(await asked(() => Promise.resolve(1))).toEqual({ ok: true })
  expect(await asked(() => Promise.reject(new Error('refused')))).toEqual({ ok: false, reason: 'refused' })
  const wordless = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
  expect(await asked(() => Promise.reject(wordless))).toEqual({ ok: false, reason: 'ECONNREFUSED' })
})

test('a part that is silent is not fine', async () => {
  expect(await asked(() => new Promise(() => undefined))).toMatchObject({ ok: false })
})

test('a disk with less room than may still be written is told of', async () => {
  expect(judgeDisk(100, 100)).toEqual({ ok: true, freeBytes: 100 })
  expect(judgeDisk(99, 100)).toMatchObject({ ok: false, freeBytes: 99 })
  expect(await diskOf('/', 1)).toMatchObject({ ok: true })
  expect(await diskOf('/nowhere/at/all', 1)).toMatchObject({ ok: false })
})

test('over HTTP: live whatever is wrong, ready only when the needed is there, and the counts', async () => {
  let health: Health = judge({ asterisk: bad }, ['asterisk'])
  const metrics = createMetrics({ process: 'test' })
  metrics.set('asterisk_up', {}, 0)
  const [port = 0] = await freePorts(1)
  let isSilent = true
  const ask = (): Promise<Health> => (isSilent ? new Promise(() => {}) : Promise.resolve(health))
  const server = await serveHealth(`127.0.0.1:${port}`, { ask, metrics })
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  try {
    const live = await get('/health/live')
    expect([live.status, await live.json()]).toEqual([200, { live: true }])
    isSilent = false
    expect((await get('/health/ready')).status).toBe(503)
    health = judge({ asterisk: fine }, ['asterisk'])
    expect((await get('/health/ready')).status).toBe(200)
    expect((await get('/health/ready?by=monitor')).status).toBe(200)
    expect(await (await get('/metrics')).text()).toContain('hotline_asterisk_up{process="test"} 0\n')
    expect((await get('/elsewhere')).status).toBe(404)
  } finally {
    server.close()
  }
})
