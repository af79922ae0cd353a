/**
 * The worker process: `node src/main/worker.ts`. Takes runs of facts out of the queue and writes them, and what they add up to,
 * into Postgres. Any number of workers may run. Configuration comes from the environment (src/platform/config.ts).
 */
import { flushCompileCache } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { FACTS_QUEUE } from '#journal'
import { ConfigError, readConfig } from '#platform/config'
import { MigrationError, readMigrations } from '#platform/postgres/migrate'
import { createPostgres, type Database, isPassing } from '#platform/postgres/pool'
import { checkDatabase } from '#platform/postgres/ready'
import { createInTransaction } from '#platform/postgres/tx'
import { createConsumer } from '#platform/queues/consumer'
import { watchEventLoop } from '#platform/telemetry/event-loop'
import { createLog, type Log } from '#platform/telemetry/log'
import { createMetrics } from '#platform/telemetry/metrics'
import { countQuarantined, createTakeRuns, createWriteFacts, quarantineJob, type Unwritable } from '#tickets'
import { migrationsFolder } from './commands/migrate.ts'
import { asked, diskOf, type Health, judge, type Part } from './health.ts'
import { serveHealth } from './serve-health.ts'
import { createSparing } from './sparing.ts'

const stopWithinMs = 8_000
const drainMs = 5_000
/** Runs in hand at once; they are written together, so this bounds a transaction and not the load on Postgres. */
const runsAtOnce = 32
/** What the log may still come to. */
const diskBytes = 256 * 1024 * 1024

async function main(): Promise<void> {
  flushCompileCache() // who is killed writes none at the end, and what is compiled already starts sooner
  const config = readConfig(process.env, 'database', 'redis', 'health', 'eventLoop', 'log')
  const log = createLog({ name: 'worker', level: config.log.level })
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a bug: ending, to be started anew; the journal sends again what was in hand')
    process.exit(1)
  })
  const sparing = createSparing(log)
  const trouble = (error: Error, what: string): void => sparing(what, () => log.error({ err: error, what }, 'trouble'))
  const postgres = createPostgres({
    ...config.database,
    name: 'worker',
    connections: 4,
    onConnectionLost: (error) => trouble(error, 'postgres'),
  })
  const metrics = createMetrics({ process: 'worker' })
  const eventLoop = watchEventLoop(Number(config.eventLoop.limitMs), (delay) =>
    sparing('eventLoop', () => log.warn(delay, 'the event loop was held up')),
  )
  const quarantine = async ({ name, data, error }: Unwritable): Promise<void> => {
    await quarantineJob(postgres.db, { queue: FACTS_QUEUE, job: name, data, error })
    metrics.count('facts_quarantined_total', {})
    log.error({ job: name, err: error }, 'kept aside in quarantined_jobs')
  }
  const writeFacts = createWriteFacts({ inTransaction: createInTransaction(postgres.db), quarantine })
  const runs = createTakeRuns({
    async writeFacts(facts) {
      await writeFacts(facts)
      metrics.count('facts_written_total', {}, facts.length)
    },
    quarantine,
    onTrouble: (error) => trouble(error, 'writing'),
  })
  let consumer: ReturnType<typeof createConsumer> | undefined
  /** Somebody has to look, and takes the rows away when the calls are right. */
  async function asidePart(): Promise<Part> {
    let records = 0 // also when Postgres does not answer: that is told already
    await asked(async () => {
      records = await countQuarantined(postgres.db)
    })
    return records === 0 ? { ok: true } : { ok: false, reason: `kept aside in quarantined_jobs: ${records}`, records }
  }
  const ask = async (): Promise<Health> => {
    const [postgresPart, redis, disk, aside] = await Promise.all([
      asked(() => sql`select 1`.execute(postgres.db)),
      asked(async () => {
        if (!consumer) throw new Error('no jobs are taken from Redis yet')
        await consumer.ping()
      }),
      diskOf(process.cwd(), diskBytes),
      asidePart(),
    ])
    return judge({ postgres: postgresPart, redis, disk, aside }, ['postgres', 'redis'])
  }
  metrics.onAsked(async () => {
    const { parts } = await ask()
    const { p99Ms, maxMs } = eventLoop.last()
    metrics.set('database_up', {}, Number(parts['postgres']?.ok === true))
    metrics.set('redis_up', {}, Number(parts['redis']?.ok === true))
    metrics.set('alarms', { alarm: 'recordsAside' }, Number(parts['aside']?.ok === false))
    metrics.set('event_loop_delay_seconds', { figure: 'p99' }, p99Ms / 1_000)
    metrics.set('event_loop_delay_seconds', { figure: 'max' }, maxMs / 1_000)
  })
  const health = await serveHealth(config.health.address, { ask, metrics })
  const stopping = new AbortController()

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'stopping')
    stopping.abort()
    setTimeout(() => {
      log.fatal('could not stop in time; what was in hand is sent again')
      process.exit(1)
    }, stopWithinMs).unref()
    health.close()
    eventLoop.stop()
    const drained = consumer?.close(drainMs)
    setTimeout(() => runs.stop(), drainMs - 500).unref()
    await drained
    runs.stop()
    await postgres.close()
    log.info('stopped')
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))

  await awaitDatabase(postgres.db, log, stopping.signal)
  if (stopping.signal.aborted) return
  consumer = createConsumer({
    queue: FACTS_QUEUE,
    redis: config.redis,
    concurrency: runsAtOnce,
    take: (job) => runs.take(job),
    onTrouble: (error) => trouble(error, 'queue'),
  })
  log.info('worker is at work')
}

/** Waits for Postgres as long as it takes; refuses one that is of another version. */
async function awaitDatabase(db: Database, log: Log, signal: AbortSignal): Promise<void> {
  const migrations = await readMigrations(migrationsFolder)
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return await checkDatabase(db, migrations)
    } catch (error) {
      if (!isPassing(error)) throw error
      if (tries % 30 === 0) log.warn({ err: error }, 'Postgres is away; waiting for it')
      await wait(1_000, undefined, { signal }).catch(() => undefined) // aborted: the loop ends
    }
  }
}

try {
  await main()
} catch (error) {
  const isPlain = error instanceof ConfigError || error instanceof MigrationError
  console.error(isPlain ? error.message : error)
  process.exit(1)
}
