/** Puts jobs into a BullMQ queue. */
import type { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { type RedisAddress, toProduce, within } from './redis.ts'

/** The same id again, while the first is still waiting or worked on, adds nothing. No colon in an id. */
export type NewJob<Data> = { readonly id: string; readonly data: Data }

export type Producer<Data> = {
  /** Resolves when Redis has the jobs. Rejects at once while Redis is away. */
  add(jobs: readonly NewJob<Data>[]): Promise<void>
  /** Resolves when Redis answers. */
  ping(): Promise<unknown>
  close(withinMs: number): Promise<void>
}

export type ProducerOptions = {
  readonly queue: string
  readonly redis: RedisAddress
  /** Lost or failing connections, again and again while Redis is away: for a log that counts. */
  readonly onTrouble: (error: Error) => void
}

/** Much to load, so in a step of its own: meanwhile nothing else is done. A producer does so before it adds. */
export const loadQueues = () => import('bullmq')

export function createProducer<Data>({ queue: name, redis, onTrouble }: ProducerOptions): Producer<Data> {
  const connection = new Redis(toProduce(redis))
  connection.on('error', onTrouble)
  /** While we have only begun to connect, Redis is neither here nor away. */
  const firstTry = new Promise<void>((resolve) => {
    for (const outcome of ['ready', 'close', 'end'] as const) connection.once(outcome, () => resolve())
  })
  let opening: Promise<Queue<Data, void, string>> | undefined

  /**
   * A BullMQ queue that met no Redis when it was made rejects for ever. So it is made when Redis is there, and
   * forgotten when that failed.
   */
  async function open(): Promise<Queue<Data, void, string>> {
    const { Queue } = await loadQueues()
    if (connection.status !== 'ready') throw new Error(`Redis is away (${connection.status})`)
    const queue = new Queue<Data, void, string>(name, {
      connection,
      skipWaitingForReady: true,
      // A finished job is removed, so that its id is free again: a kept one would swallow what is sent anew.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    })
    queue.on('error', onTrouble)
    await queue.waitUntilReady()
    return queue
  }

  return {
    async add(jobs) {
      await firstTry
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      const queue = await opening
      if (connection.status !== 'ready') throw new Error(`Redis is away (${connection.status})`)
      await queue.addBulk(jobs.map(({ id, data }) => ({ name, data, opts: { jobId: id } }) as never))
    },
    ping: () => connection.ping(),
    async close(withinMs) {
      const queue = await opening?.catch(() => undefined)
      if (queue) await within(withinMs, queue.close())
      connection.disconnect()
    },
  }
}
