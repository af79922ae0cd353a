import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { PatientAgent } from '../../../src/platform/asterisk/patient-agent.ts'

/** As many as fit, with five websockets, into what Asterisk lets wait. */
const most = 5
const questions = 20

/** An Asterisk that accepts and says nothing until it is told to. */
async function mute(acceptedAfterMs: number) {
  const held: ServerResponse[] = []
  let connections = 0
  let isMute = true
  const server = createServer((_, response) => {
    if (isMute) held.push(response)
    else response.end('here')
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const agent = new PatientAgent({ maxSockets: 32, timeout: 10_000, acceptedAfterMs })
  onTestFinished(() => agent.destroy())
  return {
    held,
    ask: () => {
      const asking = request({ agent, host: '127.0.0.1', port })
      const answer = new Promise<IncomingMessage>((resolve, reject) => {
        asking.on('response', resolve).on('error', reject).end()
      }).then((response) => {
        agent.proved(response.socket)
        return text(response)
      })
      return { asking, answer }
    },
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
      for (const response of held.splice(0)) response.end('here')
    },
  }
}
const longMs = 60_000

test('few connections wait at a time for a first answer; then all that was asked is answered', async () => {
  const { held, ask, count, speak } = await mute(longMs)
  const answers = Array.from({ length: questions }, () => ask().answer)
  await expect.poll(() => held.length).toBe(most)
  expect(await count()).toBe(most)
  speak()
  expect(await Promise.all(answers)).toEqual(Array(questions).fill('here'))
})

test('answers that wait for something hold up nobody for long', async () => {
  const { held, ask, speak } = await mute(20)
  const answers = Array.from({ length: questions }, () => ask().answer)
  await expect.poll(() => held.length).toBe(questions)
  speak()
  expect(await Promise.all(answers)).toEqual(Array(questions).fill('here'))
})

test('a connection that ends without an answer makes way, and so does one that is given up', async () => {
  const { held, ask, speak } = await mute(longMs)
  const first = Array.from({ length: most }, ask)
  const givenUp = Promise.allSettled(first.map(({ answer }) => answer))
  const answers = Array.from({ length: questions }, () => ask().answer)
  await expect.poll(() => held.length).toBe(most)
  for (const { asking } of first) asking.destroy()
  expect((await givenUp).map(({ status }) => status)).toEqual(Array(most).fill('rejected'))
  await expect.poll(() => held.length).toBe(2 * most)
  for (const response of held.splice(0)) response.destroy()
  speak()
  const settled = await Promise.allSettled(answers)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(questions - most)
})
