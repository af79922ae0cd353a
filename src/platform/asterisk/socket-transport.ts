/**
 * Commands over websockets of their own (REST over websocket, Asterisk 22.4 and later), several calls to a socket.
 *
 * Asterisk reads and executes the requests of one socket one after another. So the commands of a call, which always
 * take the same socket, need not wait for each other's answers; but a request that is held up (addChannel while a
 * prompt plays) holds up every call of that socket. One that is held up longer than its time is taken for stuck: the
 * socket is replaced, and until the new one is open, commands go by HTTP. So do questions without a lane, whose answers
 * may be large, and bodies that do not fit into a frame. The sockets carry no events: each has an application name of
 * its own into which no channel ever comes, and on each connection a new one, for Asterisk may mix a session up with the one before
 * that had its name (see `ari-connection`), and then swallows all answers.
 */
import { randomUUID } from 'node:crypto'
import {
  type AriAddress,
  type AriReply,
  type AriRequest,
  AriSilence,
  type AriTransport,
  authorization,
} from './ari-transport.ts'
import type { RESTResponse } from './generated/ari.ts'
import { SteadySocket } from './steady-socket.ts'

export type SocketTransportOptions = {
  readonly address: AriAddress
  /** Applications of the sockets are named `${app}-cmd-…`. */
  readonly app: string
  readonly sockets?: number
  /** Takes what cannot go by socket. */
  readonly http: AriTransport
}

/** Largest frame that Asterisk reads. */
const mostBytes = 65_535

export function openSocketTransport(options: SocketTransportOptions): AriTransport {
  const { http } = options
  const sockets = Array.from({ length: options.sockets ?? 4 }, () => new CommandSocket(options))
  /** Lanes with requests under way by HTTP: what follows in them must not overtake by socket. */
  const byHttp = new Map<string, number>()

  const overHttp = async (request: AriRequest, lane: string): Promise<AriReply> => {
    byHttp.set(lane, (byHttp.get(lane) ?? 0) + 1)
    try {
      return await http.request(request, lane)
    } finally {
      const left = (byHttp.get(lane) ?? 1) - 1
      if (left === 0) byHttp.delete(lane)
      else byHttp.set(lane, left)
    }
  }

  return {
    request: (request, lane) => {
      if (lane === undefined) return http.request(request, lane)
      const sent = byHttp.has(lane) ? undefined : sockets[numberOf(lane) % sockets.length]?.request(request)
      return sent ?? overHttp(request, lane)
    },
    // The command sockets ping for themselves.
    renew: () => http.renew(),
    close: async () => {
      for (const socket of sockets) socket.close()
      await http.close()
    },
  }
}

/** FNV-1a: the same lane, the same number; neighbouring ids, different ones. */
function numberOf(lane: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < lane.length; i++) hash = Math.imul(hash ^ lane.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

type Pending = {
  readonly timeoutMs: number
  readonly resolve: (reply: AriReply) => void
  readonly reject: (error: AriSilence) => void
}

class CommandSocket {
  readonly #socket: SteadySocket
  /** In the order in which they were sent, which is the order in which they are executed. */
  readonly #pending = new Map<string, Pending>()
  #timer: NodeJS.Timeout | undefined
  #next = 0

  constructor({ address, app }: SocketTransportOptions) {
    const url = (): string => {
      const url = new URL(`${address.url.replace(/^http/, 'ws')}/ari/events`)
      url.searchParams.set('app', `${app}-cmd-${randomUUID()}`)
      return url.href
    }
    this.#socket = new SteadySocket(
      { url, headers: { authorization: authorization(address) } },
      { opened: () => {}, message: (text) => this.#answered(text), closed: () => this.#lost() },
    )
    this.#socket.start()
  }

  /** Undefined when it cannot go by this socket now; nothing has been sent then. */
  request(request: AriRequest): Promise<AriReply> | undefined {
    if (!this.#socket.open) return undefined
    const id = String(++this.#next)
    const frame = frameOf(request, id)
    if (Buffer.byteLength(frame) > mostBytes || !this.#socket.send(frame)) return undefined
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { timeoutMs: request.timeoutMs, resolve, reject })
      if (this.#pending.size === 1) this.#watchFirst()
    })
  }

  close(): void {
    this.#socket.stop()
  }

  #answered(text: string): void {
    const reply = readReply(text)
    const pending = reply && this.#pending.get(reply.id)
    if (reply === undefined || pending === undefined) return
    this.#pending.delete(reply.id)
    this.#watchFirst()
    pending.resolve(reply)
  }

  /** Only the first is being executed, so only its time runs. */
  #watchFirst(): void {
    clearTimeout(this.#timer)
    const first = this.#pending.values().next().value
    if (first === undefined) return
    this.#timer = setTimeout(() => {
      const [id] = this.#pending.keys()
      if (id !== undefined) this.#pending.delete(id)
      first.reject(new AriSilence('timeout'))
      this.#socket.drop('a request is stuck')
    }, first.timeoutMs)
  }

  #lost(): void {
    clearTimeout(this.#timer)
    const lost = [...this.#pending.values()]
    this.#pending.clear()
    for (const pending of lost) pending.reject(new AriSilence('disconnected'))
  }
}

const frameOf = (request: AriRequest, id: string): string =>
  JSON.stringify({
    type: 'RESTRequest',
    transaction_id: id,
    request_id: id,
    method: request.method,
    uri: request.path.slice(1),
    ...(request.query.length > 0 && { query_strings: request.query.map(([name, value]) => ({ name, value })) }),
    ...(request.body !== undefined && { content_type: 'application/json', message_body: request.body }),
  })

/** Undefined for anything that is not the answer to a request. */
function readReply(text: string): (AriReply & { readonly id: string }) | undefined {
  try {
    const frame = JSON.parse(text) as Partial<RESTResponse>
    const { request_id: id, status_code: status, message_body: body } = frame
    if (frame.type !== 'RESTResponse' || typeof id !== 'string' || typeof status !== 'number') return undefined
    return { id, status, body: typeof body === 'string' && body !== '' ? (JSON.parse(body) as unknown) : null }
  } catch {
    return undefined
  }
}
