import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { messages } from '../../../scripts/lib/messages.ts'
import { assertPortFree, assertUdpPortFree, StartError, until } from '../../../scripts/lib/readiness.ts'

const sip = { what: messages.sip, setting: 'HOTLINE_SIP_PORT', hostSetting: 'HOTLINE_SIP_HOST' }

test('an address that is not of this machine is told as such, in both languages, with the variable that mends it', async () => {
  for (const check of [assertPortFree, assertUdpPortFree]) {
    const refused = check({ host: '192.0.2.1', port: 5060 }, sip)
    await expect(refused).rejects.toThrow(
      /192\.0\.2\.1:5060.*不是本机地址.*HOTLINE_SIP_HOST.* — .*no address of this machine/,
    )
  }
})

test('a port that is taken is told with the variable that moves it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const refused = assertPortFree({ host: '127.0.0.1', port }, sip)
  await expect(refused).rejects.toThrow(new RegExp(`127\\.0\\.0\\.1:${port}.*占用.*HOTLINE_SIP_PORT`))
  server.close()
})

test('what waiting will not mend is not waited for, nor what is given up', async () => {
  const hopeless = async (): Promise<boolean> => {
    throw new StartError('the password does not fit')
  }
  await expect(until('it', hopeless, { withinMs: 60_000 })).rejects.toThrow('the password does not fit')
  const asked = new AbortController()
  const never = async (): Promise<boolean> => {
    asked.abort(new Error('given up'))
    return false
  }
  await expect(until('it', never, { withinMs: 60_000, signal: asked.signal })).rejects.toThrow('given up')
})
