import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type AriReply, type AriRequest, AriSilence } from '../../../src/platform/asterisk/ari-transport.ts'
import { openHttpTransport } from '../../../src/platform/asterisk/http-transport.ts'

/** As many as fit, with five websockets, into what Asterisk lets wait. */
const most = 5
const questions = 40
const bound = 16
const longMs = 60_000

/** An Asterisk that accepts and says nothing until it is told to. */
async function mute(acceptedAfterMs: number) {
  const held: ServerResponse[] = []
  let [connections, open, openAtMost, isMute] = [0, 0, 0, true]
  const server = createServer((_, response) => {
    if (isMute) held.push(response)
    else response.end('"here"')
  })
  server.on('connection', (socket) => {
    connections += 1
    openAtMost = Math.max(openAtMost, ++open)
    socket.once('close', () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const address = { url: `http://127.0.0.1:${port}`, user: 'u', password: 'p' }
  const transport = openHttpTransport(address, { connections: bound, acceptedAfterMs })
  onTestFinished(() => {
    server.closeAllConnections()
    return transport.close()
  })
  const question = { op: 'channels.list', method: 'GET', path: '/channels', query: [], body: undefined } as const
  return {
    held,
    transport,
    openAtMost: () => openAtMost,
    ask: (timeoutMs = longMs): Promise<AriReply> =>
      transport.request({ ...question, timeoutMs } satisfies AriRequest, undefined),
    /** Connections that have come. One more is made and seen, so that all before it have been. */
    async count(): Promise<number> {
      const before = connections
      const probe = connect(port, '127.0.0.1')
      await expect.poll(() => connections).toBeGreaterThan(before)
      probe.destroy()
      connections -= 1
      return connections
    },
    speak(): void {
      isMute = false
      for (const response of held.splice(0)) response.end('"here"')
    },
  }
}
const here: AriReply = { status: 200, body: 'here' }
const outcomes = async (answers: Promise<AriReply>[]): Promise<unknown[]> =>
  (await Promise.allSettled(answers)).map((one) => (one.status === 'fulfilled' ? one.value : one.reason))

test('few connections wait at a time for a first answer; then all is answered, within the bound', async () => {
  const { held, ask, count, openAtMost, speak } = await mute(longMs)
  const answers = Array.from({ length: questions }, () => ask())
  await expect.poll(() => held.length).toBe(most)
  expect(await count()).toBe(most)
  speak()
  expect(await Promise.all(answers)).toEqual(Array(questions).fill(here))
  expect(openAtMost()).toBeLessThanOrEqual(bound)
})

test('answers that wait for something hold up nobody for long, and not more than the bound are asked at once', async () => {
  const { held, ask, count, openAtMost, speak } = await mute(20)
  const answers = Array.from({ length: questions }, () => ask())
  await expect.poll(() => held.length).toBe(bound)
  expect(await count()).toBe(bound)
  speak()
  expect(await Promise.all(answers)).toEqual(Array(questions).fill(here))
  expect(openAtMost()).toBeLessThanOrEqual(bound + 1) // and the one that counted
})

test('who waits for a turn is as impatient as who was sent, and is then never sent', async () => {
  const { held, ask, count, speak } = await mute(longMs)
  const first = Array.from({ length: most }, () => ask())
  await expect.poll(() => held.length).toBe(most)
  const impatient = await outcomes([ask(20), ask(20)])
  expect(impatient).toEqual([new AriSilence('timeout'), new AriSilence('timeout')])
  speak()
  expect(await Promise.all(first)).toEqual(Array(most).fill(here))
  expect(await count()).toBe(most)
})

test('those that time out and those whose connection breaks make way', async () => {
  const { held, ask, speak } = await mute(longMs)
  const first = Array.from({ length: most }, () => ask(300))
  const second = Array.from({ length: most }, () => ask())
  const rest = Array.from({ length: questions }, () => ask())
  expect(await outcomes(first)).toEqual(Array(most).fill(new AriSilence('timeout')))
  await expect.poll(() => held.length).toBe(2 * most)
  for (const response of held.splice(0)) response.destroy()
  expect(await outcomes(second)).toEqual(Array(most).fill(new AriSilence('disconnected')))
  speak()
  expect(await Promise.all(rest)).toEqual(Array(questions).fill(here))
})

test('after a renewal those that waited are asked anew, few at a time', async () => {
  const { held, transport, ask, count, speak } = await mute(longMs)
  const first = Array.from({ length: most }, () => ask())
  await expect.poll(() => held.length).toBe(most)
  const rest = Array.from({ length: questions }, () => ask())
  transport.renew()
  expect(await outcomes(first)).toEqual(Array(most).fill(new AriSilence('disconnected')))
  await expect.poll(() => held.length).toBe(2 * most)
  expect(await count()).toBe(2 * most)
  speak()
  expect(await Promise.all(rest)).toEqual(Array(questions).fill(here))
})
