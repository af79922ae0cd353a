/** A TCP relay that can break, fall silent, or slip a websocket frame in: for what happens to real connections. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type CutLink = {
  readonly url: string
  /** Breaks every connection. */
  cut(): void
  /** From now on nothing passes on connections that stand, and nobody is told: a cable pulled out. */
  freeze(): void
  /** Slips a text frame into the stream from the server on each open websocket. The stream must be idle. */
  insert(text: string): void
  close(): Promise<void>
}

type Pair = { readonly client: Socket; readonly server: Socket; isWebsocket: boolean; frozen: boolean }

/** Relays a free port of loopback to `target`, an `http://` address. */
export async function openCutLink(target: string): Promise<CutLink> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<Pair>()
  const listener = createServer((client) => {
    const server = connect(Number(port), hostname)
    const pair: Pair = { client, server, isWebsocket: false, frozen: false }
    pairs.add(pair)
    relay(pair)
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        if (pair.frozen) return
        pairs.delete(pair)
        client.destroy()
        server.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
    pairs.clear()
  }
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    freeze: () => {
      for (const pair of pairs) pair.frozen = true
    },
    insert: (text) => {
      for (const pair of pairs) if (pair.isWebsocket && !pair.frozen) pair.client.write(frame(text))
    },
    close: async () => {
      cut()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

function relay(pair: Pair): void {
  pair.client.on('data', (data: Buffer) => {
    if (!pair.frozen) pair.server.write(data)
  })
  pair.server.on('data', (data: Buffer) => {
    if (data.subarray(0, 12).toString('latin1') === 'HTTP/1.1 101') pair.isWebsocket = true
    if (!pair.frozen) pair.client.write(data)
  })
}

/** An unmasked text frame, as a server sends it. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, payload])
}
