import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusalName, refusalStatus } from '../../../src/platform/http/refusals.ts'
import { type ApiStack, newId, startApiStack } from './api-stack.ts'

let api: ApiStack
let amina: string
beforeAll(async () => {
  api = await startApiStack({ level: 'info' })
  amina = await api.signIn('amina')
})
afterAll(() => api.stop())

type Answer = { statusCode: number; json(): unknown; headers: Record<string, unknown>; body: string }
/** A refusal is a problem whose name, status and words are ours, and says nothing of our insides. */
function expectNamed(answer: Answer) {
  const { refusal, status, title } = answer.json() as { refusal: string; status: number; title: string }
  expect(isRefusalName(refusal) && refusalStatus[refusal], answer.body).toBe(answer.statusCode)
  expect(status).toBe(answer.statusCode)
  expect(title).toBeTruthy()
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.body).not.toMatch(/node_modules|at \w+ \(|select |\.ts:/)
  return refusal
}
const raw = (method: string, url: string, payload: string | Buffer, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: method as 'POST',
    url,
    payload,
    headers: { authorization: `Bearer ${amina}`, 'content-type': 'application/json', ...headers },
  })

test.for([
  ['no JSON', '{', 'notJson'],
  ['empty', '', 'bodyMissing'],
  ['an array', '[]', 'malformedRequest'],
  ['null', 'null', 'malformedRequest'],
  ['a number', '7', 'malformedRequest'],
  ['a prototype', '{"__proto__":{"ok":true}}', 'notJson'],
  ['a constructor', '{"constructor":{"prototype":{"ok":true}}}', 'notJson'],
  ['deep nesting', '['.repeat(20_000) + ']'.repeat(20_000), 'malformedRequest'],
  ['broken UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'notJson'],
  ['70 kB', JSON.stringify({ commandId: 'x'.repeat(70_000) }), 'bodyTooLarge'],
  ['5 MB', Buffer.alloc(5_000_000, 0x20), 'bodyTooLarge'],
  ['an id that is none', '{"commandId":"1; drop table calls"}', 'malformedRequest'],
] as const)('a body that is %s is refused by name', async ([, payload, refusal]) => {
  expect(expectNamed(await raw('POST', '/v1/calls/c1/hold', payload))).toBe(refusal)
})

test('another kind of body is refused by name', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    '<b>',
    'application/json;;;=',
  ])
    expect(['notJsonMediaType', 'notJson'], type).toContain(
      expectNamed(await raw('POST', '/v1/calls/c1/hold', 'x=1', { 'content-type': type })),
    )
})

test('unknown routes and methods are refused by name and say what would be right', async () => {
  expect(expectNamed(await api.ask(amina, 'GET', '/v1/nothing'))).toBe('routeNotFound')
  const wrong = await api.ask(amina, 'GET', '/v1/calls/c1/hold')
  expect(expectNamed(wrong)).toBe('methodNotAllowed')
  expect(wrong.headers.allow).toBe('POST')
  for (const url of [
    '/%',
    '/v1/calls/%zz/hold',
    '/v1/calls/%00/hold',
    `/v1/calls/${'a'.repeat(5_000)}/hold`,
    '//',
    '/v1/../../etc/passwd',
    '/v1/calls/<b>/hold',
  ])
    expectNamed(await raw('POST', url, JSON.stringify({ commandId: newId() })))
})

test('the words are Chinese unless English is wanted more', async () => {
  const titleIn = async (language: string) =>
    ((await raw('GET', '/v1/nothing', '', { 'accept-language': language })).json() as { title: string }).title
  for (const language of ['', 'zh-CN', 'fr', 'en;q=0.5, zh', ';;;', 'en;q=x', 'x'.repeat(5_000)])
    expect(await titleIn(language), language).toMatch(/没有这个接口/)
  for (const language of ['en', 'en-GB,en;q=0.9', 'zh;q=0.1, en'])
    expect(await titleIn(language)).toMatch(/no such route/)
})

test.for([
  ['digits of a dial string', 'POST', '/v1/calls/c1/digits', { digits: '12@evil' }],
  ['full-width digits', 'POST', '/v1/calls/c1/digits', { digits: '１２' }],
  ['too many digits', 'POST', '/v1/calls/c1/digits', { digits: '1'.repeat(33) }],
  ['a line with a dial string', 'POST', '/v1/calls/c1/consult', { party: { kind: 'line', line: '12315&PJSIP/x' } }],
  ['a party of another kind', 'POST', '/v1/calls/c1/consult', { party: { kind: 'number', number: '00861' } }],
  ['a line and an agent at once', 'POST', '/v1/calls/c1/consult', { party: { kind: 'line', line: '1', agent: '2' } }],
  ['a seat with control characters', 'POST', '/v1/agent/seat', { seat: '8001\r\nX: y' }],
  ['a reason of the system', 'PUT', '/v1/agent/state', { state: 'notReady', reason: 'missed' }],
  ['not ready without a reason', 'PUT', '/v1/agent/state', { state: 'notReady' }],
  ['ready with a reason', 'PUT', '/v1/agent/state', { state: 'ready', reason: 'meal' }],
  ['no fields', 'PATCH', '/v1/tickets/CZ1', { fields: {} }],
  ['a field that is none', 'PATCH', '/v1/tickets/CZ1', { fields: { state: 'CLOSED' } }],
  ['a long title', 'PATCH', '/v1/tickets/CZ1', { fields: { title: '长'.repeat(51) } }],
  ['a title with a control character', 'PATCH', '/v1/tickets/CZ1', { fields: { title: 'a\u0000b' } }],
  ['a title that is no text', 'PATCH', '/v1/tickets/CZ1', { fields: { title: 7 } }],
] as const)('%s does not reach the switchboard, and the answer says why', async ([, method, url, body]) => {
  const before = api.desk.asked.length
  const answer = await api.ask(amina, method, url, { commandId: newId(), ...body })
  expect(expectNamed(answer)).toBe('malformedRequest')
  expect((answer.json() as { detail: string }).detail).toMatch(/^(body|params)/)
  expect(api.desk.asked.length).toBe(before)
})

test('markup and long Chinese text in a ticket is text, carried as it was written', async () => {
  const fields = {
    title: '<script>alert(1)</script>',
    content: "噪'; drop table tickets; --\n\t".repeat(130),
    place: '=1+1',
  }
  const answer = await api.ask(amina, 'PATCH', '/v1/tickets/CZ1', { commandId: newId(), fields })
  expect(answer.statusCode).toBe(200)
  expect(api.desk.asked.at(-1)?.command).toEqual({ name: 'writeTicket', ticket: 'CZ1', fields })
})

test('headers with anything in them never make trouble', async () => {
  const anything = fc.string({ unit: fc.constantFrom(...'<>"\'&%;=,\\/ \té中\u00a0aZ0'), maxLength: 300 })
  const name = fc.constantFrom(
    'accept-language',
    'x-request-id',
    'cookie',
    'origin',
    'authorization',
    'x-forwarded-for',
    'content-type',
    'sec-websocket-protocol',
  )
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, anything, { maxKeys: 4 }), async (headers) => {
      const answer = await api.app.inject({
        method: 'POST',
        url: '/v1/calls/c1/hold',
        headers,
        payload: '{"commandId":1}',
      })
      expectNamed(answer)
      expect(answer.statusCode).toBeLessThan(500)
      expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{8,64}$/)
    }),
    { numRuns: 300 },
  )
})

test('bodies with anything in them never make trouble', async () => {
  const urls = fc.constantFrom(
    ['POST', '/v1/sessions'],
    ['PUT', '/v1/agent/state'],
    ['POST', '/v1/agent/seat'],
    ['POST', '/v1/calls/c1/consult'],
    ['POST', '/v1/calls/c1/digits'],
    ['PATCH', '/v1/tickets/CZ1'],
    ['POST', '/v1/staff/1001/password'],
  )
  const key = fc.constantFrom(
    'commandId',
    'state',
    'reason',
    'party',
    'kind',
    'line',
    'fields',
    'title',
    'staff',
    'password',
    'seat',
    'digits',
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.string(),
      fc.constant(newId()),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(urls, value, async ([method = '', url = ''], body) => {
      const answer = await raw(method, url, JSON.stringify(body) ?? 'null')
      expectNamed(answer)
      expect(answer.statusCode, answer.body).toBeLessThan(500)
    }),
    { numRuns: 400 },
  )
})

test.for([
  ['no HTTP at all', '\u0000\u0001\u0002\r\n\r\n', /^HTTP\/1\.1 400 badHttp\r\n.*"refusal":"badHttp"/s],
  ['a bare line feed smuggled in', 'GET / HTTP/1.1\r\nhost: x\r\nx:\u0000y\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'headers of 40 kB',
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 headersTooLarge/,
  ],
  [
    'two lengths',
    'POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length and chunks',
    'POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
] as const)('on the wire, %s is answered and the connection closed', async ([, bytes, answer]) => {
  const heard = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(api.port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => (text += data.toString()))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(heard).toMatch(answer)
})

test('after all this the server still serves, has logged no failure, and every answer has the security headers', async () => {
  const answer = await api.ask(amina, 'GET', '/v1/sessions/current')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'strict-transport-security': expect.any(String),
  })
  expect(api.lines.filter((line) => /"level":[56]0/.test(line))).toEqual([])
})

test('the metrics are for this machine only', async () => {
  const here = await api.app.inject('/metrics')
  expect(here.body).toMatch(/hotline_http_refusals_total\{refusal="notJson",process="api"\}/)
  const elsewhere = await api.app.inject({ url: '/metrics', remoteAddress: '10.0.0.9' })
  expect(elsewhere.statusCode).toBe(404)
})
