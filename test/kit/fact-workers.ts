/** Workers as they run in src/main/worker.ts, on a queue of the test's own. */
import { sql } from 'kysely'
import { createPostgres, type Database } from '../../src/platform/postgres/pool.ts'
import { createInTransaction } from '../../src/platform/postgres/tx.ts'
import { createConsumer } from '../../src/platform/queues/consumer.ts'
import type { RedisAddress } from '../../src/platform/queues/redis.ts'
import { createTakeRuns, createWriteFacts, quarantineJob, type Unwritable } from '../../src/tickets/index.ts'

export type Place = {
  readonly database: { readonly url: string; readonly password: string }
  readonly redis: RedisAddress
  readonly queue: string
}

export function startFactWorker({ database, redis, queue }: Place, mostFacts?: number) {
  const postgres = createPostgres({ ...database, name: 'test-worker', connections: 2 })
  const quarantine = ({ name, data, error }: Unwritable) =>
    quarantineJob(postgres.db, { queue, job: name, data, error })
  const troubles: Error[] = []
  const runs = createTakeRuns({
    writeFacts: createWriteFacts({ inTransaction: createInTransaction(postgres.db), quarantine }),
    quarantine,
    onTrouble: (error) => troubles.push(error),
    ...(mostFacts === undefined ? {} : { mostFacts }),
  })
  const consumer = createConsumer({
    queue,
    redis,
    concurrency: 8,
    take: (job) => runs.take(job),
    onTrouble: (error) => troubles.push(error),
  })
  return {
    troubles,
    async stop(withinMs = 5_000) {
      const closed = consumer.close(withinMs)
      runs.stop()
      await closed
      await postgres.close()
    },
  }
}

const tables = {
  facts: ['journal', 'seq'],
  calls: ['id'],
  legs: ['id'],
  offers: ['id'],
  call_parties: ['id'],
  tickets: ['ticket_no'],
  ticket_events: ['journal', 'seq'],
} as const

/** Every row that comes from facts, in an order of its own. */
export async function allRows(db: Database): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {}
  for (const [table, key] of Object.entries(tables)) {
    const order = sql.join(key.map((column) => sql.ref(column)))
    rows[table] = (await sql`select * from ${sql.table(table)} order by ${order}`.execute(db)).rows
  }
  return rows
}

export async function countFacts(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('facts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
