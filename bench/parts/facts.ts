/**
 * How fast facts reach Postgres: a journal of made-up calls → relay → BullMQ on Redis → a real worker process → Postgres, and whether
 * every one of them is there, once, as it was written.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Client } from 'pg'
import { FACTS_QUEUE, type Journal, type NewFact, openJournal, type Run, relayFacts, storedFacts } from '#journal'
import { createPostgres } from '#platform/postgres/pool'
import { createProducer } from '#platform/queues/producer'
import type { Postgres } from '../../scripts/lib/postgres.ts'
import { until } from '../../scripts/lib/readiness.ts'
import type { Redis } from '../../scripts/lib/redis.ts'
import { type Lab, ports, untilReady } from '../lab/lab.ts'
import { hallInFullSwing } from '../lab/made-up-calls.ts'
import { cpuMs } from '../lab/processor-time.ts'
import { connectTo } from '../lab/seed.ts'

export type FactFigures = {
  readonly facts: number
  readonly calls: number
  readonly factsASecond: number
  readonly lost: number
  readonly doubled: number
  /** Facts whose content is not what was written. */
  readonly changed: number
  /** Rows of `calls` that were folded from them, and those of them that have ended with their reason. */
  readonly callRows: number
  readonly endedRows: number
  readonly workerCpuAFactMs: number
}

export async function measureFacts(
  lab: Lab,
  stores: { postgres: Postgres; redis: Redis },
  calls: number,
): Promise<FactFigures> {
  const folder = join(lab.dir, 'journal-of-facts')
  rmSync(folder, { recursive: true, force: true })
  const journal = await openJournal({ folder, onAlarm: (alarm) => console.error('journal', alarm) })
  const written = await fill(journal.append.bind(journal), calls)
  const worker = lab.run('worker', ['src/main/worker.ts'], { HOTLINE_HEALTH_LISTEN: `127.0.0.1:${ports.workerHealth}` })
  const client = connectTo(stores.postgres)
  await client.connect()
  const app = { url: stores.postgres.url('hotline_app'), password: stores.postgres.app.value }
  const reader = createPostgres({ ...app, name: 'bench', connections: 2 })
  const trouble = (error: Error): void => console.error('facts:', error.message)
  const redis = { url: stores.redis.url, password: stores.redis.password.value }
  const producer = createProducer<Run>({ queue: FACTS_QUEUE, redis, onTrouble: trouble })
  try {
    await untilReady('the worker', worker, ports.workerHealth)
    const cpuBefore = cpuMs(worker.pid)
    const begun = performance.now()
    const relay = relayFacts({
      journal,
      send: (runs) => producer.add(runs),
      stored: (id, first, last) => storedFacts(reader.db, id, first, last),
      onTrouble: trouble,
    })
    await until('all facts in Postgres', async () => (await countOf(client, journal.id)) >= written.length, {
      withinMs: 120_000,
    })
    const tookS = (performance.now() - begun) / 1000
    await until('the confirmation', async () => journal.behind() === 0, { withinMs: 30_000 })
    const cpu = cpuMs(worker.pid) - cpuBefore
    await relay.stop(2_000)
    return {
      ...(await compare(client, journal.id, written)),
      facts: written.length,
      calls,
      factsASecond: written.length / tookS,
      workerCpuAFactMs: cpu / written.length,
    }
  } finally {
    await producer.close(1_000)
    await worker.stop()
    await reader.close()
    await client.end()
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What was appended, in order: the fact at index n has seq n + 1. */
async function fill(append: Journal['append'], calls: number) {
  const written: NewFact[] = []
  const done: Promise<void>[] = []
  let ended = 0
  for (const step of hallInFullSwing('facts')) {
    written.push(...step.facts)
    done.push(append(step))
    if (step.facts.some(({ type }) => type === 'call.ended') && ++ended === calls) break
  }
  await Promise.all(done)
  return written
}

async function countOf(client: Client, journal: string): Promise<number> {
  const { rows } = await client.query('select count(*)::int as n from facts where journal = $1', [journal])
  return rows[0].n as number
}

async function compare(client: Client, journal: string, written: readonly NewFact[]) {
  const { rows } = await client.query(
    `select seq::int, type, call, agent, (extract(epoch from at) * 1000)::float8 as at, body from facts where journal = $1`,
    [journal],
  )
  const bySeq = Map.groupBy(rows as { seq: number; body: object }[], ({ seq }) => seq)
  let lost = 0
  let doubled = 0
  let changed = 0
  for (const [index, fact] of written.entries()) {
    const [row, ...more] = bySeq.get(index + 1) ?? []
    bySeq.delete(index + 1)
    if (!row) lost += 1
    else if (!isDeepStrictEqual(plain(row), JSON.parse(JSON.stringify(fact)))) changed += 1
    doubled += more.length
  }
  for (const strangers of bySeq.values()) doubled += strangers.length
  const calls = await client.query(
    `select count(*)::int as rows, (count(*) filter (where end_reason = 'callerHungUp'))::int as ended from calls where id like 'facts-%'`,
  )
  return { lost, doubled, changed, callRows: calls.rows[0].rows as number, endedRows: calls.rows[0].ended as number }
}

/** A row as the fact that it was made of. */
function plain({ seq: _, body, ...columns }: { seq: number; body: object }): object {
  return { ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)), ...body }
}
