/** Since when nothing is wrong with the machinery: what is out of place before that, or soon after, is no failure yet. */
import type { VirtualTime } from './virtual-time.ts'
import { mostDelayMs } from './weather.ts'

/** What an audit has seen it saw so long ago. */
const auditTakesMs = 1_000

export class Calm {
  /** Infinity: something is wrong now, or nobody has compared since. */
  since = Number.POSITIVE_INFINITY
  /** Until then single events may be lost, or come late. */
  #leaksUntil = 0
  #badUntil = 0
  #upSince = 0
  #unsettledSince = 0
  readonly #time: VirtualTime

  constructor(time: VirtualTime) {
    this.#time = time
  }

  /** When something was last wrong, or is to be over. */
  get lately(): number {
    return Math.max(this.#leaksUntil, this.#badUntil, this.#upSince, this.#unsettledSince)
  }

  /** From now on until journal and Asterisk are compared. */
  unsettle(): void {
    this.since = Number.POSITIVE_INFINITY
    this.#unsettledSince = this.#time.now
  }

  /** Something is slow, or away, and nothing is lost by it. */
  badFor(ms: number): void {
    this.#badUntil = Math.max(this.#badUntil, this.#time.now + ms)
    if (this.since !== Number.POSITIVE_INFINITY) this.since = Math.max(this.since, this.#badUntil)
  }

  /** Nobody notices that events are lost, or late, but an audit. */
  leaksFor(ms: number): void {
    this.#leaksUntil = Math.max(this.#leaksUntil, this.#time.now + ms + mostDelayMs)
    this.unsettle()
  }

  /** Journal, memory and Asterisk have been compared. `afresh`: after a start, or a connection that was away. */
  compared(afresh: boolean): void {
    if (afresh) this.#upSince = this.#time.now
    if (this.#time.now < this.#leaksUntil + auditTakesMs) return
    if (afresh || this.since === Number.POSITIVE_INFINITY) this.since = Math.max(this.#time.now, this.#badUntil)
  }
}
