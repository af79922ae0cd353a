/** Takes jobs out of a BullMQ queue. */
import { Worker } from 'bullmq'
import { type RedisAddress, toConsume, within } from './redis.ts'

export type Job<Data> = { readonly id: string; readonly data: Data }

export type Consumer = {
  /** Whether the consumer is connected to Redis and takes jobs; a Redis that has frozen is connected still. */
  isRunning(): boolean
  /** Resolves when Redis answers; rejects at once while no jobs are taken from it. */
  ping(): Promise<unknown>
  /** Takes no more jobs and waits for those in hand; after `withinMs` they are left, and another worker gets them later. */
  close(withinMs: number): Promise<void>
}

export type ConsumerOptions<Data> = {
  readonly queue: string
  readonly redis: RedisAddress
  /** Jobs in hand at once. */
  readonly concurrency: number
  /** May be called twice for one job, at the same time even. A rejection drops the job: whoever sent it sends it again. */
  readonly take: (job: Job<Data>) => Promise<void>
  readonly onTrouble: (error: Error) => void
}

export function createConsumer<Data>(options: ConsumerOptions<Data>): Consumer {
  const { queue, redis, concurrency, take, onTrouble } = options
  const worker = new Worker<Data, void>(
    queue,
    async ({ id, data }) => {
      await take({ id: id ?? '', data })
    },
    {
      connection: toConsume(redis),
      concurrency,
      // A worker that was killed leaves its jobs locked for this long; then another takes them.
      lockDuration: 15_000,
      stalledInterval: 5_000,
      maxStalledCount: 1_000,
    },
  )
  worker.on('error', onTrouble)
  worker.on('failed', (_job, error) => onTrouble(error))
  const { client } = worker.getBackend()
  let connection: Awaited<typeof client> | undefined
  client.then((made) => {
    connection = made
  }, onTrouble)
  let closing: Promise<void> | undefined
  const isRunning = (): boolean => connection?.status === 'ready' && !closing

  return {
    isRunning,
    async ping() {
      if (connection === undefined || !isRunning()) throw new Error('no jobs are taken from Redis')
      return await connection.llen(queue)
    },
    close: (withinMs) => {
      closing ??= (async () => {
        if (!(await within(withinMs, worker.close()))) await within(1_000, worker.disconnect())
      })()
      return closing
    },
  }
}
