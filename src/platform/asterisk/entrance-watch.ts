/**
 * A channel that we make is there before it takes commands: until its thread in Asterisk has entered our application,
 * `dial` and `addChannel` are refused with "not in Stasis", as if it were gone. `StasisStart` tells that it is in.
 */
import type { AriEvent } from './generated/ari.ts'

export class EntranceWatch {
  readonly #waiting = new Map<string, () => void>()
  readonly #mostMs: number

  /** `mostMs`: how long is waited for an event that does not come (the connection may be down). */
  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  notice(event: AriEvent): void {
    if (event.type === 'StasisStart' || event.type === 'StasisEnd' || event.type === 'ChannelDestroyed') {
      this.#waiting.get(event.channel.id)?.()
    }
  }

  /** Runs a job that makes a channel; settles when the channel is in, or was not made. */
  async untilIn<T>(channelId: string, job: () => Promise<T>, made: (answer: T) => boolean): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const isIn = new Promise<void>((resolve) => {
      this.#waiting.set(channelId, resolve)
      timer = setTimeout(resolve, this.#mostMs)
    })
    try {
      const answer = await job()
      if (made(answer)) await isIn
      return answer
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(channelId)
    }
  }
}
