import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import {
  type FactRelay,
  type Journal,
  type JournalAlarm,
  openJournal,
  type Run,
  relayFacts,
  storedFacts,
} from '#journal'
import type { NewFact } from '#journal/core'
import { createPostgres, type Postgres } from '../../../src/platform/postgres/pool.ts'
import { createProducer, type Producer } from '../../../src/platform/queues/producer.ts'
import { interleavedLives } from '../../kit/call-lives.ts'
import { startFactWorker } from '../../kit/fact-workers.ts'
import { makeOwnDatabase, type OwnDatabase } from '../../kit/own-database.ts'
import { startBreakableProxy } from '../api/breakable-proxy.ts'

/** Long enough for a machine that is busy with something else; nothing waits longer than it must. */
const soon = { timeout: 30_000 }
const services = inject('shellServices')
const timing = {
  gatherMs: 5,
  askMs: 50,
  resendMs: 400,
  resendAtMostMs: 1_000,
  retryMs: 20,
  retryAtMostMs: 100,
  lateMs: 300,
}

type Proxy = Awaited<ReturnType<typeof startBreakableProxy>>
let folder: string
let database: OwnDatabase
let witness: Postgres
let postgresProxy: Proxy
let redisProxy: Proxy
let line: Line
let alarms: JournalAlarm[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'))
  alarms = []
  database = await makeOwnDatabase(services)
  witness = createPostgres({ ...database.app, name: 'witness' })
  postgresProxy = await startBreakableProxy(Number(new URL(services.appUrl).port))
  redisProxy = await startBreakableProxy(Number(new URL(services.redisUrl).port))
  line = await startLine(`facts-${randomUUID()}`)
})
afterEach(async () => {
  await line.stop()
  await witness.close()
  await Promise.all([postgresProxy.stop(), redisProxy.stop()])
  await database.remove()
  rmSync(folder, { recursive: true })
})

type Line = {
  readonly queue: string
  readonly journal: Journal
  readonly relay: FactRelay
  readonly saved: boolean[]
  readonly troubles: string[]
  stop(): Promise<void>
}

/** Journal, relay, queue and worker, as in the processes, with Redis and Postgres behind proxies that can be cut. */
async function startLine(queue: string, { worker = true } = {}): Promise<Line> {
  const url = postgresProxy.through(database.app.url)
  const redis = { url: redisProxy.through(services.redisUrl), password: services.redisPassword }
  const journal = await openJournal({
    folder,
    segmentBytes: 30_000,
    mostFactsInMemory: 200,
    onAlarm: (alarm) => alarms.push(alarm),
  })
  const postgres = createPostgres({ ...database.app, url, name: 'relay', connections: 1, statementMs: 2_000 })
  const producer: Producer<Run> = createProducer<Run>({ queue, redis, onTrouble: () => undefined })
  const [saved, troubles]: [boolean[], string[]] = [[], []]
  const relay = relayFacts({
    journal,
    send: (runs) => producer.add(runs),
    stored: (id, first, last) => storedFacts(postgres.db, id, first, last),
    onTrouble: (_error, doing) => troubles.push(doing),
    onSavedCentrally: (is) => saved.push(is),
    timing,
  })
  const working = worker ? startFactWorker({ database: { ...database.app, url }, redis, queue }) : undefined
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await relay.stop(2_000)
    await producer.close(1_000)
    await working?.stop()
    await journal.close()
    await postgres.close()
  }
  return { queue, journal, relay, saved, troubles, stop: () => (stopped ??= stop()) }
}

const livesFor = (seed: number, calls: number): NewFact[] =>
  interleavedLives({ calls, seed, journal: '' }).map(({ journal: _, seq: __, epoch: ___, ...fact }) => fact)

async function append(facts: readonly NewFact[]): Promise<void> {
  for (let start = 0; start < facts.length; start += 3) {
    const written = line.journal.append({ facts: facts.slice(start, start + 3), keep: { start } })
    if (start % 30 === 0) await written
  }
  await line.journal.append({ facts: [], keep: {} })
}

/** Every fact is there, each once, as it was written. */
async function expectAll(facts: readonly NewFact[]): Promise<void> {
  await expect.poll(() => line.relay.behind(), soon).toBe(0)
  const rows = await witness.db.selectFrom('facts').select(['seq', 'type', 'call']).orderBy('seq').execute()
  deepEqual(
    rows,
    facts.map(({ type, call }, index) => ({ seq: index + 1, type, call })),
  )
  const { total } = await witness.db
    .selectFrom('calls')
    .select(({ fn }) => fn.sum<string>('facts').as('total'))
    .executeTakeFirstOrThrow()
  equal(Number(total), facts.length)
}

const flushRedis = async (): Promise<void> => {
  const redis = new Redis(services.redisUrl, { password: services.redisPassword })
  await redis.flushall()
  redis.disconnect()
}

test('facts arrive, and the journal is emptied as Postgres confirms', async () => {
  const facts = livesFor(1, 100)
  await append(facts)
  await expectAll(facts)
  deepEqual([line.troubles, alarms], [[], []])
  equal(line.journal.unconfirmed(0, 1).length, 0)
})

test('given Redis is erased again and again on the way, nothing is lost or doubled', async () => {
  const facts = livesFor(2, 150)
  const third = Math.floor(facts.length / 3)
  const writing = append(facts.slice(0, third))
  for (let n = 0; n < 3; n++) await flushRedis()
  await writing
  await append(facts.slice(third, 2 * third))
  await flushRedis()
  await append(facts.slice(2 * third))
  await flushRedis()
  await expectAll(facts)
})

test.each(['cut', 'freeze'] as const)(
  'given Postgres is away (%s), facts are kept locally and that is said; when it is back they arrive and that is said too',
  async (how) => {
    const facts = livesFor(3, 120)
    const half = Math.floor(facts.length / 2)
    await append(facts.slice(0, half))
    // Frozen, it gives no answer to a question asked when nothing was late yet.
    if (how === 'freeze') await expect.poll(() => line.relay.behind(), soon).toBe(0)
    postgresProxy[how]()
    await append(facts.slice(half))
    await expect.poll(() => line.relay.savedCentrally(), soon).toBe(false)
    ok(line.relay.behind() > 0)
    await flushRedis() // and the queue is lost meanwhile
    postgresProxy.mend()
    await expectAll(facts)
    await expect.poll(() => line.saved.at(-1), soon).toBe(true)
    deepEqual(line.saved.slice(-2), [false, true])
  },
)

test('given Redis is away, facts wait in the journal and arrive when it is back', async () => {
  redisProxy.cut()
  const facts = livesFor(4, 60)
  await append(facts)
  await expect.poll(() => line.troubles.filter((doing) => doing === 'sending').length, soon).toBeGreaterThan(2)
  await expect.poll(() => line.relay.savedCentrally(), soon).toBe(false)
  equal(line.relay.behind(), facts.length)
  redisProxy.mend()
  await expectAll(facts)
})

test('given Postgres is frozen when a new life begins, what the one before left is said to be kept locally before any answer is given up', async () => {
  redisProxy.cut()
  await append(livesFor(6, 20))
  await line.stop()
  redisProxy.mend()
  postgresProxy.freeze()
  line = await startLine(line.queue)
  await expect.poll(() => line.saved, { ...soon, interval: 20 }).toEqual([false])
  deepEqual(line.troubles, [])
  postgresProxy.mend()
  await expect.poll(() => line.saved.at(-1), soon).toBe(true)
})

test('given the process dies with facts unsent, the next life of the journal sends them, and only what Postgres lacks', async () => {
  const facts = livesFor(5, 80)
  const half = Math.floor(facts.length / 2)
  await append(facts.slice(0, half))
  await expect.poll(() => line.relay.behind(), soon).toBe(0)
  redisProxy.cut()
  await append(facts.slice(half))
  await line.stop()
  redisProxy.mend()
  line = await startLine(line.queue)
  equal(line.journal.epoch, 2)
  equal(line.journal.behind(), facts.length - half)
  await expectAll(facts)
})

test('stopping is bounded while both are away', async () => {
  postgresProxy.freeze()
  redisProxy.freeze()
  await append(livesFor(6, 20))
  const began = performance.now()
  await line.relay.stop(300)
  ok(performance.now() - began < 4_000)
  postgresProxy.mend()
  redisProxy.mend()
})

test('a folder that was put back to an older state is noticed by its epochs, and nothing of it is taken for saved', async () => {
  await line.stop()
  const before = mkdtempSync(`${folder}-before-`)
  cpSync(folder, before, { recursive: true })
  line = await startLine(line.queue)
  const facts = livesFor(9, 20)
  await append(facts)
  await expectAll(facts)
  await line.stop()
  rmSync(folder, { recursive: true })
  renameSync(before, folder)
  // One more opening, as after a crash: what follows is of a later epoch than the facts whose names it takes.
  await (await openJournal({ folder, onAlarm: (alarm) => alarms.push(alarm) })).close()

  line = await startLine(line.queue)
  await line.journal.append({ facts: facts.slice(0, 3), keep: {} })
  await expect.poll(() => line.troubles.includes('asking'), soon).toBe(true)
  await expect.poll(() => line.saved.at(-1), soon).toBe(false)
  equal(line.relay.behind(), 3)
})
