import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openHttpTransport } from '../../../src/platform/asterisk/http-transport.ts'

/** As many as fit, with five websockets, into what Asterisk lets wait. */
const most = 5
const requests = 20
const question = {
  op: 'channels.list',
  method: 'GET',
  path: '/channels',
  query: [],
  body: undefined,
  timeoutMs: 4_000,
} as const

/** An Asterisk that accepts and says nothing until it is told to. */
async function mute() {
  const held: ServerResponse[] = []
  let connections = 0
  let isMute = true
  const server = createServer((_, response) => {
    if (isMute) held.push(response)
    else response.end('[]')
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const transport = openHttpTransport({ url: `http://127.0.0.1:${port}`, user: 'u', password: 'p' })
  onTestFinished(() => transport.close())
  return {
    transport,
    held,
    /** Those that have come. One more is made and seen, so that all before it have been. */
    async count() {
      const probe = connect(port, '127.0.0.1')
      const before = connections
      await expect.poll(() => connections).toBeGreaterThan(before)
      probe.destroy()
      connections -= 1
      return connections
    },
    speak() {
      isMute = false
      for (const response of held.splice(0)) response.end('[]')
    },
  }
}

test('few connections wait at a time for a first answer; then all that was asked is answered', async () => {
  const { transport, held, count, speak } = await mute()
  const asked = Array.from({ length: requests }, () => transport.request(question, undefined))
  await expect.poll(() => held.length).toBe(most)
  expect(await count()).toBe(most)
  speak()
  for (const answer of await Promise.all(asked)) expect(answer).toEqual({ status: 200, body: [] })
})

test('a connection that ends without an answer makes way, and so does one that was waited for too long', async () => {
  const { transport, held, speak } = await mute()
  const lost = Array.from({ length: most }, () => transport.request({ ...question, timeoutMs: 100 }, undefined))
  const asked = Array.from({ length: requests }, () => transport.request(question, undefined))
  expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(Array(most).fill('rejected'))
  await expect.poll(() => held.filter(({ destroyed }) => !destroyed).length).toBe(most)
  for (const response of held.splice(0)) response.destroy()
  speak()
  const answers = await Promise.allSettled(asked)
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(requests - most)
})
