/**
 * Whether the core of Asterisk still answers. Its websocket needs no other part of it, so pongs come from an Asterisk whose
 * channels have been locked for hours.
 *
 * Asked is for the statistics of a channel that cannot be. To say that there is none, Asterisk takes the lock of the list and then of each
 * channel in turn (channelstorage_ao2_legacy.c): a single one that is stuck leaves us without an answer. `GET /channels` reads a
 * cache and would not notice; and its answer is hundreds of kilobytes, this one a few bytes.
 */
import { AriTrouble } from './ari-trouble.ts'

export type PulseOptions = {
  readonly everyMs?: number
  /** Silent for so long, it is hung. Noticed at most `everyMs` / 4 later. */
  readonly hungAfterMs?: number
}

/** Named so that nobody ever is. */
export const pulseChannel = 'pulse-no-such-channel'

export class Pulse {
  readonly #ask: () => Promise<unknown>
  readonly #hung: (silentMs: number) => void
  readonly #everyMs: number
  readonly #hungAfterMs: number
  #timer: NodeJS.Timeout | undefined
  /** Grows with each start and stop: an answer to a question of before says nothing of now. */
  #turn = 0

  constructor(
    client: { rtpStatistics(channelId: string): Promise<unknown> },
    hung: (silentMs: number) => void,
    { everyMs = 1_000, hungAfterMs = 3_300 }: PulseOptions = {},
  ) {
    this.#ask = () => client.rtpStatistics(pulseChannel).catch(unlessAnswered)
    this.#hung = hung
    this.#everyMs = everyMs
    this.#hungAfterMs = hungAfterMs
  }

  /** Resolves when Asterisk has answered once, if only with a refusal; rejects when it has not in time. */
  async once(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('Asterisk does not answer')), this.#hungAfterMs)
    })
    try {
      await Promise.race([this.#ask(), silence])
    } finally {
      clearTimeout(timer)
    }
  }

  start(): void {
    this.stop()
    const turn = this.#turn
    const tickMs = this.#everyMs / 4
    let answeredAt = performance.now()
    let askedAt = Number.NEGATIVE_INFINITY
    let isAsking = false
    let due = answeredAt + tickMs
    const question = async (): Promise<void> => {
      isAsking = true
      try {
        await this.#ask()
        answeredAt = performance.now()
      } catch {
        // silence: asked again at the next tick
      } finally {
        isAsking = false
      }
    }
    const tick = (): void => {
      if (turn !== this.#turn) return
      const now = performance.now()
      // When it was us who stood still, what was answered meanwhile is not read yet.
      if (now - due > this.#everyMs) answeredAt = now
      if (now - answeredAt > this.#hungAfterMs) {
        this.stop()
        this.#hung(Math.round(now - answeredAt))
        return
      }
      if (!isAsking && now - askedAt >= this.#everyMs) {
        askedAt = now
        void question()
      }
      due = now + tickMs
      this.#timer = setTimeout(tick, tickMs)
    }
    tick()
  }

  stop(): void {
    this.#turn += 1
    clearTimeout(this.#timer)
  }
}

/** A refusal is an answer. */
function unlessAnswered(error: unknown): void {
  if (!(error instanceof AriTrouble) || error.status === 0) throw error
}
