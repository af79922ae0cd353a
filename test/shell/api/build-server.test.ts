import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { buildServer } from '../../../src/platform/http/build-server.ts'
import { languageOf, refusalTexts } from '../../../src/platform/http/messages.ts'
import { refusalStatus } from '../../../src/platform/http/refusals.ts'
import { silentLog } from '../../../src/platform/telemetry/log.ts'

const build = () =>
  buildServer({
    log: silentLog,
    guard: async () => 'notSignedIn',
    isPermission: (name) => name === 'call.read',
    version: '1',
  })
const schema = { operationId: 'x', response: { 200: Type.Object({}) } }

test('a route that names no permission keeps the server from starting', async () => {
  const app = await build()
  expect(() => app.get('/v1/open', { schema }, async () => ({}))).toThrow('route GET /v1/open names no permission')
  await app.close()
})

test('a route that names a permission which does not exist keeps the server from starting', async () => {
  const app = await build()
  const config = { permission: 'call.raed' }
  expect(() => app.get('/v1/open', { config, schema }, async () => ({}))).toThrow('does not exist: call.raed')
  await app.close()
})

test('a guarded route is answered by the guard before its body is looked at', async () => {
  const app = await build()
  app.post(
    '/v1/thing',
    { config: { permission: 'call.read' }, schema: { ...schema, body: Type.Object({}) } },
    async () => ({}),
  )
  const answer = await app.inject({ method: 'POST', url: '/v1/thing', payload: 'nonsense' })
  expect([answer.statusCode, answer.json().refusal]).toEqual([401, 'notSignedIn'])
  await app.close()
})

test('a request with nothing to send may say that it is JSON; where a body is asked for it is missed', async () => {
  const app = await buildServer({
    log: silentLog,
    guard: async () => undefined,
    isPermission: () => true,
    version: '1',
  })
  const config = { permission: 'public' }
  app.delete('/v1/thing', { config, schema }, async () => ({}))
  app.post('/v1/thing', { config, schema: { ...schema, body: Type.Object({}) } }, async () => ({}))
  const ask = (method: 'DELETE' | 'POST', payload = '') =>
    app.inject({ method, url: '/v1/thing', headers: { 'content-type': 'application/json' }, payload })
  expect((await ask('DELETE')).statusCode).toBe(200)
  const missed = await ask('POST')
  expect([missed.statusCode, missed.json().refusal]).toEqual([400, 'bodyMissing'])
  expect((await ask('POST', '{"__proto__":{}}')).json().refusal).toBe('notJson')
  await app.close()
})

test('a bug is answered as trouble, with nothing of our insides', async () => {
  const app = await build()
  app.get('/v1/thing', { config: { permission: 'public' }, schema }, async () => {
    throw new Error('secret insides')
  })
  const answer = await app.inject('/v1/thing')
  expect([answer.statusCode, answer.json().refusal]).toEqual([500, 'trouble'])
  expect(answer.body).not.toContain('insides')
  await app.close()
})

test.each([
  ['a public route', '/v1/thing', 200],
  ['a route whose guard refuses', '/v1/own', 401],
  ['no route', '/v1/nothing', 404],
])('one address that asks too much is told so, by name: %s', async (_what, url, first) => {
  const app = await buildServer({
    log: silentLog,
    guard: async () => 'notSignedIn',
    isPermission: () => true,
    version: '1',
    requestsPerMinute: 3,
  })
  app.get('/v1/thing', { config: { permission: 'public' }, schema }, async () => ({}))
  app.get('/v1/own', { config: { permission: 'own' }, schema }, async () => ({}))
  const statuses = []
  for (let n = 0; n < 4; n++) statuses.push(await app.inject(url))
  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([first, first, first, 429])
  expect(statuses[3]?.json().refusal).toBe('tooManyRequests')
  expect(Number(statuses[3]?.headers['retry-after'])).toBeGreaterThan(0)
  await app.close()
})

test('every refusal has words in both languages, and no two say the same', () => {
  const names = Object.keys(refusalStatus) as (keyof typeof refusalStatus)[]
  for (const language of ['zh', 'en'] as const)
    expect(new Set(names.map((name) => refusalTexts[name][language])).size).toBe(names.length)
})

test.for([
  [undefined, 'zh'],
  ['en', 'en'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['zh-CN,en;q=0.9', 'zh'],
  ['fr;q=1, en;q=0.2', 'en'],
  ['en;q=nonsense', 'zh'],
  ['*', 'zh'],
] as const)('Accept-Language %s: %s', ([header, language]) => {
  expect(languageOf(header)).toBe(language)
})

test('only a proxy that is named is believed when it says for whom it asks', async () => {
  const from = async (remoteAddress: string, proxies?: string) => {
    const app = await buildServer({
      log: silentLog,
      guard: async () => undefined,
      isPermission: () => true,
      version: '1',
      ...(proxies === undefined ? {} : { proxies }),
    })
    const shape = { operationId: 'x', response: { 200: Type.Object({ ip: Type.String() }) } }
    app.get('/v1/who', { config: { permission: 'public' }, schema: shape }, async ({ ip }) => ({ ip }))
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const answer = await app.inject({ url: '/v1/who', remoteAddress, headers })
    await app.close()
    return answer.json<{ ip: string }>().ip
  }
  expect(await from('127.0.0.1')).toBe('203.0.113.7')
  expect(await from('10.1.2.3')).toBe('10.1.2.3')
  expect(await from('10.1.2.3', '127.0.0.0/8,10.1.2.0/24')).toBe('203.0.113.7')
  expect(await from('10.1.3.3', '127.0.0.0/8,10.1.2.0/24')).toBe('10.1.3.3')
})
