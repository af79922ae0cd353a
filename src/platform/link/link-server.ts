/**
 * The end of a link that answers and pushes. One port on loopback, a bearer secret, any number of clients.
 * Whatever a client sends, the server lives: a frame that makes no sense is named, counted, and at last cut off.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { Log } from '#platform/telemetry/log'
import { type Frame, type FrameFault, linkLimits, readFrame } from './frame.ts'

type Options<Push> = {
  /** `127.0.0.1:PORT`; port 0 takes any free one (see `port`). */
  listen: string
  secret: string
  /** Answers one request, in any order. A throw is answered as `failed` and logged: it is trouble, not a refusal. */
  onRequest(request: unknown): Promise<unknown>
  /** What a client that has just come (back) must know; sent before any push. */
  onConnect(): readonly Push[]
  log: Log
}

export type LinkServer<Push = unknown> = {
  /** To every client. A client that reads too slowly is cut off and begins again with a snapshot. */
  push(message: Push): void
  /** Resolves when the port is taken; rejects when it cannot be. */
  start(): Promise<void>
  stop(): Promise<void>
  /** The port that was taken; known once started. */
  port(): number
  clients(): number
}

export function createLinkServer<Push = unknown>(options: Options<Push>): LinkServer<Push> {
  const { host, port } = splitAddress(options.listen)
  let bound = port
  const sockets = new WebSocketServer({ noServer: true, maxPayload: linkLimits.frameBytes, clientTracking: false })
  const clients = new Set<Client>()
  const http: Server = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', connection: 'close' }).end('websocket only\n')
  })
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy()) // a peer that leaves while it is refused
    if (!isRightSecret(request, options.secret)) return turnAway(socket)
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const client = createClient(ws, options, () => clients.delete(client))
      clients.add(client)
    })
  })
  const beat = setInterval(() => {
    for (const client of clients) client.beat()
  }, linkLimits.pingEveryMs)
  beat.unref()

  return {
    push(message) {
      if (clients.size === 0) return
      const text = toText({ is: 'push', body: message })
      for (const client of clients) client.send(text)
    },
    async start() {
      http.listen(port, host)
      await once(http, 'listening') // rejects when it cannot be; may be tried again
      bound = (http.address() as AddressInfo).port
      http.on('error', (error) => options.log.error({ err: error }, 'link server'))
    },
    async stop() {
      clearInterval(beat)
      for (const client of clients) client.close()
      if (!http.listening) return
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
    port: () => bound,
    clients: () => clients.size,
  }
}

type Client = { send(text: string): void; beat(): void; close(): void }

function createClient<Push>(ws: WebSocket, options: Options<Push>, onGone: () => void): Client {
  const { log } = options
  let heardAt = performance.now()
  let open = 0
  let malformed = 0

  const send = (text: string) => {
    if (ws.readyState !== WebSocket.OPEN) return
    if (ws.bufferedAmount > linkLimits.waitingBytes) {
      log.warn({ waiting: ws.bufferedAmount }, 'link client reads too slowly: cut off')
      ws.terminate()
      return
    }
    ws.send(text)
  }
  const complain = (error: FrameFault, detail: string) => {
    malformed += 1
    log.warn({ fault: error, detail, malformed }, 'link frame not understood')
    send(toText({ is: 'error', error, detail }))
    if (malformed >= linkLimits.malformedFrames) ws.close(1008, 'too many frames that make no sense')
  }
  const answer = async (id: number, body: unknown) => {
    open += 1
    try {
      send(toText({ is: 'answer', id, body: await options.onRequest(body) }))
    } catch (error) {
      log.error({ err: error }, 'link request failed')
      send(toText({ is: 'failed', id, error: error instanceof Error ? error.name : 'Error' }))
    } finally {
      open -= 1
    }
  }

  ws.on('message', (data, isBinary) => {
    heardAt = performance.now()
    const read = readFrame(data, isBinary)
    if (!read.ok) return complain(read.fault, read.detail)
    if (read.frame.is === 'error') return log.warn(read.frame, 'link client did not understand us')
    if (read.frame.is !== 'ask') return complain('unexpectedFrame', `a server takes no frame "${read.frame.is}"`)
    if (open >= linkLimits.openRequests)
      return send(toText({ is: 'failed', id: read.frame.id, error: 'tooManyRequests' }))
    void answer(read.frame.id, read.frame.body)
  })
  ws.on('pong', () => {
    heardAt = performance.now()
  })
  ws.on('error', (error) => log.warn({ err: error }, 'link client')) // over-long frames come here; `close` follows
  ws.on('close', () => {
    onGone()
    log.info('link client gone')
  })

  log.info('link client here')
  for (const body of options.onConnect()) send(toText({ is: 'snapshot', body }))
  send(toText({ is: 'up' }))

  return {
    send,
    beat() {
      if (performance.now() - heardAt > linkLimits.silenceMs) ws.terminate()
      else if (ws.readyState === WebSocket.OPEN) ws.ping()
    },
    close() {
      ws.close(1001)
    },
  }
}

const toText = (frame: Frame) => JSON.stringify(frame)

function turnAway(socket: Duplex): void {
  socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

/** Hashes first, so that neither length nor content shows in the time it takes. */
function isRightSecret(request: IncomingMessage, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(request.headers.authorization ?? ''), hash(`Bearer ${secret}`))
}

function splitAddress(listen: string): { host: string; port: number } {
  const at = listen.lastIndexOf(':')
  const port = Number(listen.slice(at + 1))
  if (at < 1 || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`not an address to listen on (host:port): "${listen}"`)
  return { host: listen.slice(0, at), port }
}
