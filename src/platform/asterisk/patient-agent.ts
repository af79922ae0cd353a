/**
 * HTTP connections that are opened a few at a time. Asterisk lets ten wait to be accepted (tcptls.c: `listen(…, 10)`); of more than that,
 * while it has much to do, the kernel drops the first packet, and it comes again a second later. So a new connection waits for one of
 * the few that have had no answer yet.
 */
import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http'
import { createConnection, type NetConnectOpts, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The websockets connect at the same time: one with events, four for commands. */
const mostUnproved = 5

export class PatientAgent extends Agent {
  readonly #unproved = new Set<Socket>()
  readonly #waiting: (() => void)[] = []

  constructor(options: AgentOptions & { readonly maxSockets: number }) {
    super({ ...options, keepAlive: true })
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const connect = (): void => {
      const socket = createConnection(options as NetConnectOpts)
      this.#unproved.add(socket)
      socket.once('close', () => this.proved(socket))
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
