/**
 * HTTP connections that are opened a few at a time. Asterisk lets ten wait to be accepted (tcptls.c: `listen(…, 10)`); of more than that,
 * while it has much to do, the kernel drops the first packet, and it comes again a second later. So a new connection waits for one of
 * the few of which it is not known yet that they were accepted.
 */
import { Agent, type ClientRequestArgs } from 'node:http'
import { createConnection, type NetConnectOpts, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The websockets connect at the same time: one with events, four for commands. */
const mostUnproved = 5
/** So long after the kernel has connected them Asterisk has surely accepted: the answer may wait for a channel's thread, and others for it. */
const acceptedAfterMs = 200

export type PatientAgentOptions = {
  readonly maxSockets: number
  /** An idle connection is closed after so long, ms. */
  readonly timeout: number
  readonly acceptedAfterMs?: number
}

export class PatientAgent extends Agent {
  readonly #acceptedAfterMs: number
  readonly #unproved = new Set<Socket>()
  readonly #waiting: (() => void)[] = []

  constructor({ maxSockets, timeout, ...options }: PatientAgentOptions) {
    super({ keepAlive: true, maxSockets, timeout })
    this.#acceptedAfterMs = options.acceptedAfterMs ?? acceptedAfterMs
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const connect = (): void => {
      const socket = createConnection(options as NetConnectOpts)
      this.#unproved.add(socket)
      const prove = (): void => this.proved(socket)
      socket.once('close', prove).once('connect', () => setTimeout(prove, this.#acceptedAfterMs).unref())
      callback?.(null, socket)
    }
    if (this.#unproved.size < mostUnproved) connect()
    else this.#waiting.push(connect)
  }

  /** An answer has come by it, so it has been accepted. */
  proved(socket: Socket): void {
    if (this.#unproved.delete(socket)) this.#waiting.shift()?.()
  }
}
