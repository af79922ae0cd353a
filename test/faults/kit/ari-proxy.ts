/**
 * Stands between switchboard and Asterisk: breaks connections, and loses, doubles or holds back single events. Frames of the
 * websocket are understood as far as their length; HTTP passes as it is.
 */
import { connect, createServer, type Socket } from 'node:net'

/** What becomes of an event: given each, answers how often it is passed on, and after how many ms. */
export type Mischief = (event: string) => { times: number; afterMs: number }

export type AriProxy = Awaited<ReturnType<typeof openAriProxy>>

const untouched: Mischief = () => ({ times: 1, afterMs: 0 })

export async function openAriProxy({ port, target }: { port: number; target: number }) {
  const sockets = new Set<Socket>()
  let mischief = untouched
  const listener = createServer((client) => {
    const server = connect(target, '127.0.0.1')
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (data) => server.write(data))
    relayAnswers(server, client, (event) => mischief(event))
  })
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    /** Breaks every connection. */
    cut,
    /** From now on, until told `null`. */
    meddle(how: Mischief | null): void {
      mischief = how ?? untouched
    },
    async close(): Promise<void> {
      cut()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

function relayAnswers(server: Socket, client: Socket, mischief: Mischief): void {
  let isWebsocket: boolean | undefined
  let rest = Buffer.alloc(0)
  const pass = (frame: Buffer): void => {
    if (!client.destroyed) client.write(frame)
  }
  server.on('data', (data: Buffer) => {
    isWebsocket ??= data.subarray(0, 12).toString('latin1') === 'HTTP/1.1 101'
    if (!isWebsocket) return pass(data)
    rest = Buffer.concat([rest, data])
    if (rest.subarray(0, 5).toString('latin1') === 'HTTP/') {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) return
      pass(rest.subarray(0, end + 4))
      rest = rest.subarray(end + 4)
    }
    for (let length = frameLength(rest); length > 0 && rest.length >= length; length = frameLength(rest)) {
      const frame = rest.subarray(0, length)
      rest = rest.subarray(length)
      const text = ((frame[0] ?? 0) & 0x0f) === 1 ? frame.toString('utf8') : ''
      // Answers to commands come over websockets too; those are not events.
      const isEvent = text !== '' && !text.includes('"RESTResponse"')
      const { times, afterMs } = isEvent ? mischief(text) : { times: 1, afterMs: 0 }
      for (let n = 0; n < times; n++) {
        if (afterMs > 0) setTimeout(() => pass(frame), afterMs)
        else pass(frame)
      }
    }
  })
}

/** Of the unmasked frame at the start of `data`, with its head; 0: not even its head is there. */
function frameLength(data: Buffer): number {
  if (data.length < 2) return 0
  const short = (data[1] ?? 0) & 0x7f
  if (short < 126) return 2 + short
  if (short === 126) return data.length < 4 ? 0 : 4 + data.readUInt16BE(2)
  return data.length < 10 ? 0 : 10 + Number(data.readBigUInt64BE(2))
}
