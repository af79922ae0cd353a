/**
 * Lets requests go so that few connections wait at a time to be accepted. Asterisk lets ten wait (tcptls.c: `listen(…, 10)`); of more than
 * that the kernel drops the first packet, and it comes again a second later: a start of the switchboard asked for thirty at once, and one
 * in four took that second longer.
 *
 * At most as many requests are under way as there are connections known to be accepted, and five. A pool that keeps its connections
 * opens one only when all it has are taken, so no more than five are ever unproved.
 */
import type { Socket } from 'node:net'

/** The websockets connect at the same time: one with events, four for commands. */
const unprovedAtMost = 5
/** So long after the kernel has connected one, Asterisk has surely accepted: its answer may wait for a channel's thread, and others for it. */
const usuallyAcceptedAfterMs = 200

export class SlowStart {
  readonly #atMost: number
  readonly #acceptedAfterMs: number
  readonly #accepted = new Set<Socket>()
  readonly #waiting = new Set<() => void>()
  #underWay = 0

  /** `atMost`: requests under way, and so connections. */
  constructor(atMost: number, acceptedAfterMs = usuallyAcceptedAfterMs) {
    this.#atMost = atMost
    this.#acceptedAfterMs = acceptedAfterMs
  }

  /** Runs the request when its turn comes, in the order of asking. Rejects with the signal's reason if that comes first. */
  async run<T>(request: () => Promise<T>, patience: AbortSignal): Promise<T> {
    if (this.#hasRoom()) this.#underWay += 1
    else await this.#turn(patience)
    try {
      return await request()
    } finally {
      this.#underWay -= 1
      this.#admit()
    }
  }

  /** A request was given this connection, perhaps a new one. */
  opens(socket: Socket): void {
    if (!socket.connecting) return
    socket.once('connect', () => {
      const timer = setTimeout(() => this.proved(socket), this.#acceptedAfterMs).unref()
      socket.once('close', () => clearTimeout(timer))
    })
  }

  /** An answer has come by it, so it has been accepted. */
  proved(socket: Socket): void {
    if (socket.destroyed || this.#accepted.has(socket)) return
    this.#accepted.add(socket)
    socket.once('close', () => this.#accepted.delete(socket))
    this.#admit()
  }

  #hasRoom(): boolean {
    return this.#underWay < Math.min(this.#atMost, this.#accepted.size + unprovedAtMost)
  }

  #turn(patience: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        patience.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        this.#waiting.delete(begin)
        reject(patience.reason)
      }
      this.#waiting.add(begin)
      patience.addEventListener('abort', giveUp, { once: true })
    })
  }

  #admit(): void {
    for (const begin of this.#waiting) {
      if (!this.#hasRoom()) return
      this.#waiting.delete(begin)
      this.#underWay += 1
      begin()
    }
  }
}
