/** The wire side of the fake: HTTP, the event websockets, and REST over websocket. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { type OperationName, operations } from '../../src/platform/asterisk/generated/ari.ts'
import type { Reply } from './fake-asterisk-operations.ts'

export type Request = {
  readonly op: OperationName
  readonly args: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}
/** `cut`: the connection breaks; `silence`: it stays, and nothing comes. */
export type Answer = Reply | 'cut' | 'silence'

/** One application's connection, as Asterisk has it. */
export type Wire = { send(text: string): void }
export type ServerHandlers = {
  readonly request: (request: Request) => Promise<Answer>
  readonly opened: (apps: readonly string[], wire: Wire) => void
  readonly closed: (wire: Wire) => void
}
/** How the outside reaches the fake: real sockets here, a simulated network in the simulation. */
export type FakeNet = Pick<FakeServer, 'listen' | 'accept' | 'dropAll' | 'close'>

const routes = Object.entries(operations).map(([op, { method, path }]) => ({
  op: op as OperationName,
  method,
  names: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
  // Fixed paths such as /channels/create come before /channels/{channelId}.
  fixed: !path.includes('{'),
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}))
routes.sort((a, b) => Number(b.fixed) - Number(a.fixed))

export class FakeServer {
  readonly #http: Server
  readonly #ws = new WebSocketServer({ noServer: true })
  readonly #sockets = new Set<Socket>()
  readonly #login: string
  readonly #handlers: ServerHandlers
  /** While false, connections are refused as by a machine on which nobody listens. */
  #accepting = true

  constructor(login: { user: string; password: string }, handlers: ServerHandlers) {
    this.#login = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
    this.#handlers = handlers
    this.#http = createServer({ keepAliveTimeout: 15_000 }, (request, response) => void this.#serve(request, response))
    this.#http.on('connection', (socket) => {
      if (!this.#accepting) {
        socket.destroy()
        return
      }
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head))
  }

  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.#http.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`))
    })
  }

  accept(yes: boolean): void {
    this.#accepting = yes
    if (!yes) this.dropAll()
  }

  /** Breaks every connection without a goodbye. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve))
    this.dropAll()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://fake')
    const answer =
      request.headers.authorization === this.#login
        ? await this.#answer(request.method ?? '', url.pathname.replace(/^\/ari/, ''), url.searchParams, textOf(chunks))
        : { status: 401, body: { message: 'Authentication required' } }
    if (answer === 'silence') return
    if (answer === 'cut') {
      response.socket?.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  async #answer(method: string, path: string, query: Iterable<[string, string]>, text: string): Promise<Answer> {
    const route = routes.find((known) => known.method === method && known.pattern.test(path))
    if (route === undefined) return { status: 404, body: { message: 'Resource not found' } }
    const ids = (route.pattern.exec(path) ?? []).slice(1).map(decodeURIComponent)
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    const fromPath = route.names.map((name, i): [string, string] => [name, ids[i] ?? ''])
    return this.#handlers.request({ op: route.op, args: Object.fromEntries([...query, ...fromPath]), body })
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://fake')
    const apps = (url.searchParams.get('app') ?? '').split(',').filter((app) => app !== '')
    if (request.headers.authorization !== this.#login || url.pathname !== '/ari/events' || apps.length === 0) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#ws.handleUpgrade(request, socket, head, (ws) => {
      let turn: Promise<unknown> = Promise.resolve()
      // One request after another, as Asterisk does.
      ws.on('message', (data: Buffer) => {
        turn = turn.then(() => this.#overSocket(ws, data.toString('utf8')))
      })
      ws.on('error', () => ws.terminate())
      ws.on('close', () => this.#handlers.closed(ws))
      this.#handlers.opened(apps, ws)
    })
  }

  async #overSocket(ws: WebSocket, text: string): Promise<void> {
    const frame = JSON.parse(text) as {
      transaction_id: string
      request_id: string
      method: string
      uri: string
      query_strings?: { name: string; value: string }[]
      message_body?: string
    }
    const query = (frame.query_strings ?? []).map(({ name, value }): [string, string] => [name, value])
    const answer = await this.#answer(frame.method, `/${frame.uri}`, query, frame.message_body ?? '')
    if (answer === 'silence') await new Promise(() => {})
    if (typeof answer === 'string') {
      ws.terminate()
      return
    }
    const { transaction_id, request_id, uri } = frame
    ws.send(
      JSON.stringify({
        type: 'RESTResponse',
        transaction_id,
        request_id,
        status_code: answer.status,
        reason_phrase: '',
        uri,
        ...(answer.body !== undefined && {
          content_type: 'application/json',
          message_body: JSON.stringify(answer.body),
        }),
      }),
    )
  }
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')
