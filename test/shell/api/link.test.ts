import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { linkLimits } from '../../../src/platform/link/frame.ts'
import { createLinkClient } from '../../../src/platform/link/link-client.ts'
import { createLinkServer, type LinkServer } from '../../../src/platform/link/link-server.ts'
import { silentLog } from '../../../src/platform/telemetry/log.ts'

const secret = 'only for these tests'
const toStop: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of toStop.splice(0).toReversed()) await one.stop()
})

async function aServer(
  more: { listen?: string; snapshot?: string[]; answer?: (request: unknown) => Promise<unknown> } = {},
) {
  const server = createLinkServer<string>({
    listen: more.listen ?? '127.0.0.1:0',
    secret,
    onRequest: more.answer ?? (async (request) => ({ echo: request })),
    onConnect: () => more.snapshot ?? [],
    log: silentLog,
  })
  await server.start()
  toStop.push(server)
  return server
}
function aClient(server: { port(): number }, withSecret = secret) {
  const told: string[] = []
  const client = createLinkClient<string>({
    url: `ws://127.0.0.1:${server.port()}`,
    secret: withSecret,
    onPush: (push) => told.push(`push ${push}`),
    onUp: (snapshot) => told.push(`up ${snapshot.join(',')}`),
    onDown: () => told.push('down'),
    log: silentLog,
  })
  client.start()
  toStop.push(client)
  return { ...client, told }
}
const isUp = (client: { isUp(): boolean }) =>
  expect.poll(() => client.isUp(), { timeout: 8_000, interval: 5 }).toBe(true)
/** A socket that speaks what no client of ours would. */
async function aRude(server: LinkServer<string>) {
  const ws = new WebSocket(`ws://127.0.0.1:${server.port()}`, { headers: { authorization: `Bearer ${secret}` } })
  const heard: { is: string; error?: string }[] = []
  ws.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString())))
  await new Promise((resolve) => ws.once('open', resolve))
  return { ws, heard, closed: new Promise<number>((resolve) => ws.once('close', resolve)) }
}

test('requests are answered, each its own, in whatever order', async () => {
  const server = await aServer({
    answer: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms as number))
      return ms
    },
  })
  const client = aClient(server)
  await isUp(client)
  expect(await Promise.all([60, 1, 30, 0].map((ms) => client.request(ms)))).toEqual([60, 1, 30, 0])
})

test('the snapshot comes whole before any push, and anew after each reconnection', async () => {
  const snapshot = ['a', 'b']
  const server = await aServer({ snapshot })
  const client = aClient(server)
  await isUp(client)
  server.push('c')
  await expect.poll(() => client.told).toEqual(['up a,b', 'push c'])
  const listen = `127.0.0.1:${server.port()}`
  await server.stop()
  await expect.poll(() => client.told.at(-1)).toBe('down')
  await expect(client.request(1)).rejects.toMatchObject({ fault: 'down' })
  await aServer({ listen, snapshot: ['d'] })
  await isUp(client)
  expect(client.told).toEqual(['up a,b', 'push c', 'down', 'up d'])
})

test('a client waits for a server that is not there yet', async () => {
  const server = await aServer()
  const listen = `127.0.0.1:${server.port()}`
  await server.stop()
  const client = aClient(server)
  await expect(client.request(1)).rejects.toMatchObject({ fault: 'down' })
  await aServer({ listen })
  await isUp(client)
})

test('a request that is not answered in time is late, and its answer afterwards harms nobody', async () => {
  let answer = () => {}
  const server = await aServer({
    answer: (n) => (n === 1 ? new Promise((resolve) => (answer = () => resolve(1))) : Promise.resolve(n)),
  })
  const client = aClient(server)
  await isUp(client)
  await expect(client.request(1)).rejects.toMatchObject({ fault: 'late' })
  answer()
  expect(await client.request(2)).toBe(2)
})

test('a request open when the link breaks fails at once', async () => {
  const server = await aServer({ answer: () => new Promise(() => {}) })
  const client = aClient(server)
  await isUp(client)
  const asked = client.request(1)
  void server.stop()
  await expect(asked).rejects.toMatchObject({ fault: 'down' })
})

test('trouble while answering is told by its name, and the server goes on', async () => {
  const server = await aServer({
    answer: (n) => (n === 1 ? Promise.reject(new TypeError('insides')) : Promise.resolve(n)),
  })
  const client = aClient(server)
  await isUp(client)
  const error = await client.request(1).catch((e: Error) => e)
  expect(error).toMatchObject({ fault: 'failed', message: 'link: failed: TypeError' })
  expect(await client.request(2)).toBe(2)
})

test('a request beyond the size of a frame is refused before it is sent', async () => {
  const client = aClient(await aServer())
  await isUp(client)
  await expect(client.request('x'.repeat(linkLimits.frameBytes))).rejects.toMatchObject({ fault: 'tooLarge' })
  expect(client.isUp()).toBe(true)
})

test('a wrong secret, or none, is turned away with 401', async () => {
  const server = await aServer()
  for (const headers of [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: `Bearer ${secret} ` },
    { authorization: secret },
  ]) {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port()}`, { headers })
    const status = await new Promise((resolve) => {
      ws.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      ws.once('open', () => resolve('open'))
    })
    expect(status === 401 || (status === 'open' && headers.authorization?.trim() === `Bearer ${secret}`)).toBe(true)
  }
  const plain = await fetch(`http://127.0.0.1:${server.port()}/`)
  expect(plain.status).toBe(426)
})

test.for([
  ['no JSON', '{', 'notJson'],
  ['an array', '[]', 'notAFrame'],
  ['null', 'null', 'notAFrame'],
  ['of no kind', '{"is":"order"}', 'notAFrame'],
  ['an ask without id', '{"is":"ask","body":1}', 'notAFrame'],
  ['for a client', '{"is":"push","body":1}', 'unexpectedFrame'],
] as const)('a frame that is %s is named, and the server goes on', async ([, text, error]) => {
  const server = await aServer()
  const rude = await aRude(server)
  rude.ws.send(text)
  await expect.poll(() => rude.heard.find(({ is }) => is === 'error')?.error).toBe(error)
  rude.ws.send('{"is":"ask","id":1,"body":"still there"}')
  await expect.poll(() => rude.heard.at(-1)?.is).toBe('answer')
  rude.ws.terminate()
})

test('persistent nonsense and over-long frames are cut off; other clients do not notice', async () => {
  const server = await aServer()
  const client = aClient(server)
  await isUp(client)
  const rude = await aRude(server)
  for (let n = 0; n < linkLimits.malformedFrames; n++) rude.ws.send('nonsense')
  expect(await rude.closed).toBe(1008)
  const long = await aRude(server)
  long.ws.send('x'.repeat(linkLimits.frameBytes + 1))
  expect(await long.closed).toBe(1009)
  expect(await client.request(1)).toEqual({ echo: 1 })
  expect(client.told).toEqual(['up '])
})

test('a port that is taken is said at start', async () => {
  const server = await aServer()
  await expect(aServer({ listen: `127.0.0.1:${server.port()}` })).rejects.toThrow('EADDRINUSE')
})
