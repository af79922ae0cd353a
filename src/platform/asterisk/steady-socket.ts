/**
 * A websocket that comes back for ever.
 *
 *   idle ──start──▶ connecting ──open──▶ open ──close, silence──▶ waiting ──back-off──▶ connecting …
 *                                        any ──stop──▶ stopped
 *
 * Asterisk sends no pings and does not notice a vanished peer for minutes, so we ping, and give a socket up on which
 * nothing at all was heard for `deadAfterMs`.
 *
 * A hung Asterisk accepts connections (its kernel does) and registers, when it goes on, all who have knocked meanwhile, in any order: one
 * of the dead would replace the living. So whoever asks `isThere` first knocks only once.
 */
import { WebSocket } from 'ws'
import { type Backoff, backoffMs, usualBackoff } from './backoff.ts'

export type SteadyOptions = {
  /** Asked for anew on each connection when it is a function. */
  readonly url: string | (() => string)
  readonly headers: Readonly<Record<string, string>>
  readonly pingEveryMs?: number
  readonly deadAfterMs?: number
  readonly backoff?: Backoff
  readonly random?: () => number
  /** Asked before each try; when it rejects, there is none. */
  readonly isThere?: () => Promise<void>
}
export type SteadyHandlers = {
  readonly opened: () => void
  readonly message: (text: string) => void
  /** An open socket is gone. `silent`: nobody closed it, but nothing was heard any more. */
  readonly closed: (why: string, silent: boolean) => void
  /** A try has failed, or an open socket is gone; the next try comes after `delayMs`. */
  readonly retrying?: (why: string, failed: number, delayMs: number) => void
}

const handshakeMs = 2_000

export class SteadySocket {
  readonly #options: SteadyOptions
  readonly #handlers: SteadyHandlers
  readonly #pingEveryMs: number
  readonly #deadAfterMs: number
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #failed = 0
  /** Grows with each question whether somebody is there. */
  #turn = 0
  #state: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped' = 'idle'

  constructor(options: SteadyOptions, handlers: SteadyHandlers) {
    this.#options = options
    this.#handlers = handlers
    this.#pingEveryMs = options.pingEveryMs ?? 1_000
    this.#deadAfterMs = options.deadAfterMs ?? 4_000
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  start(): void {
    if (this.#state === 'idle' || this.#state === 'stopped') this.#connect()
  }

  /** Closes for good; `closed` is still told when the socket was open. */
  stop(): void {
    const wasOpen = this.#state === 'open'
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    if (socket?.readyState === WebSocket.OPEN) {
      socket.close(1000)
      // Asterisk answers the close at once; one that is gone does not.
      setTimeout(() => socket.terminate(), this.#pingEveryMs).unref()
    } else socket?.terminate()
    if (wasOpen) this.#handlers.closed('stopped', false)
  }

  /** False when there is no open socket; nothing is kept for later. */
  send(text: string): boolean {
    if (this.#state !== 'open' || this.#socket === undefined) return false
    this.#socket.send(text)
    return true
  }

  /** Gives this socket up and starts over. */
  drop(why: string, silent = false): void {
    if (this.#socket !== undefined) this.#lost(this.#socket, why, silent)
  }

  #connect(): void {
    this.#state = 'connecting'
    const { isThere } = this.#options
    if (isThere === undefined) {
      this.#knock()
      return
    }
    const turn = ++this.#turn
    const isMine = (): boolean => this.#state === 'connecting' && this.#turn === turn
    isThere().then(
      () => isMine() && this.#knock(),
      (error: unknown) => isMine() && this.#again(error instanceof Error ? error.message : String(error)),
    )
  }

  #knock(): void {
    const { url } = this.#options
    const socket = new WebSocket(typeof url === 'string' ? url : url(), {
      headers: this.#options.headers,
      handshakeTimeout: handshakeMs,
      perMessageDeflate: false,
    })
    this.#socket = socket
    let heardAt = 0
    const heard = (): void => {
      heardAt = performance.now()
    }
    socket.on('open', () => {
      if (this.#socket !== socket) return
      heard()
      this.#state = 'open'
      this.#watch(socket, () => heardAt, heard)
      this.#handlers.opened()
    })
    socket.on('message', (data: Buffer) => {
      heard()
      if (this.#socket === socket) this.#handlers.message(data.toString('utf8'))
    })
    socket.on('pong', heard)
    socket.on('error', (error) => this.#lost(socket, error.message))
    socket.on('close', (code) => this.#lost(socket, `closed with ${code}`))
  }

  #watch(socket: WebSocket, heardAt: () => number, heard: () => void): void {
    const openedAt = performance.now()
    let due = openedAt + this.#pingEveryMs
    const tick = (): void => {
      if (this.#socket !== socket) return
      const now = performance.now()
      // A link that has held is a good one: the next loss starts the back-off from its beginning.
      if (now - openedAt > this.#deadAfterMs) this.#failed = 0
      // When it was us who stood still, what was heard meanwhile is not read yet.
      if (now - due > this.#pingEveryMs) heard()
      if (now - heardAt() > this.#deadAfterMs) {
        this.#lost(socket, `nothing heard for ${this.#deadAfterMs} ms`, true)
        return
      }
      socket.ping()
      due = now + this.#pingEveryMs
      this.#timer = setTimeout(tick, this.#pingEveryMs)
    }
    this.#timer = setTimeout(tick, this.#pingEveryMs)
  }

  #lost(socket: WebSocket, why: string, silent = false): void {
    if (this.#socket !== socket) return
    const wasOpen = this.#state === 'open'
    this.#socket = undefined
    clearTimeout(this.#timer)
    socket.terminate()
    const delayMs = this.#wait()
    if (wasOpen) this.#handlers.closed(why, silent)
    this.#handlers.retrying?.(why, this.#failed, delayMs)
  }

  #again(why: string): void {
    const delayMs = this.#wait()
    this.#handlers.retrying?.(why, this.#failed, delayMs)
  }

  #wait(): number {
    this.#failed += 1
    const delayMs = backoffMs(
      this.#failed,
      (this.#options.random ?? Math.random)(),
      this.#options.backoff ?? usualBackoff,
    )
    this.#state = 'waiting'
    this.#timer = setTimeout(() => this.#connect(), delayMs)
    return delayMs
  }
}
