/**
 * The way to Redis, loaded once callers are served: BullMQ and ioredis are two fifths of all that a switchboard which is started anew has to
 * load, and no caller waits for them.
 */
import { flushCompileCache } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import type { Producer, ProducerOptions } from '#platform/queues/producer'

const usual = { load: () => import('#platform/queues/producer'), retryMs: 5_000 }

export type LateProducer<Data> = Producer<Data> & {
  /** Loads it and connects after so long, ms; of several calls the earliest counts. */
  beginWithin(ms: number): void
}

/** Until it is there `add` waits and `ping` rejects. `load` brings `createProducer`, and is tried again when it fails. */
export function createLateProducer<Data>(options: ProducerOptions, { load, retryMs } = usual): LateProducer<Data> {
  const { promise, resolve } = Promise.withResolvers<Producer<Data>>()
  let producer: Producer<Data> | undefined
  let timer: NodeJS.Timeout | undefined
  let dueAt = Number.POSITIVE_INFINITY
  let isClosed = false

  async function begin(): Promise<void> {
    while (!isClosed && !producer) {
      try {
        const { createProducer, loadQueues } = await load()
        await loadQueues()
        if (isClosed) return
        producer = createProducer<Data>(options)
        resolve(producer)
        flushCompileCache()
      } catch (error) {
        options.onTrouble(error as Error)
        await pause(retryMs, undefined, { ref: false })
      }
    }
  }

  return {
    beginWithin(ms) {
      const at = performance.now() + ms
      if (at >= dueAt) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        dueAt = Number.NEGATIVE_INFINITY // nothing is earlier
        void begin()
      }, ms)
      dueAt = at
    },
    add: async (jobs) => (await promise).add(jobs),
    async ping() {
      if (!producer) throw new Error('not connected yet')
      return producer.ping()
    },
    async close(withinMs) {
      isClosed = true
      clearTimeout(timer)
      await producer?.close(withinMs)
    },
  }
}
