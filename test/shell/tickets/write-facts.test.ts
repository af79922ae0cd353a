import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { insertFacts, lastStored, nameRun, type Run } from '#journal'
import type { CallId } from '#kernel'
import type { StoredFact } from '#tickets/core'
import { run as refold } from '../../../src/main/commands/refold.ts'
import { createPostgres, type Postgres } from '../../../src/platform/postgres/pool.ts'
import { createInTransaction } from '../../../src/platform/postgres/tx.ts'
import { createProducer, type Producer } from '../../../src/platform/queues/producer.ts'
import { createWriteFacts, readTicketsGiven } from '../../../src/tickets/index.ts'
import { createDice, interleavedLives } from '../../kit/call-lives.ts'
import { allRows, countFacts, startFactWorker } from '../../kit/fact-workers.ts'
import { makeOwnDatabase, type OwnDatabase } from '../../kit/own-database.ts'
import { startBreakableProxy } from '../api/breakable-proxy.ts'

/** Long enough for a machine that is busy with something else; nothing waits longer than it must. */
const soon = { timeout: 20_000 }
const services = inject('shellServices')
const redis = { url: services.redisUrl, password: services.redisPassword }
let database: OwnDatabase
let postgres: Postgres
/** Another database, into which the same facts are written by one writer, in order, each once. */
let straight: { database: OwnDatabase; postgres: Postgres }
let queue: string
let producer: Producer<unknown>
const workers: ReturnType<typeof startFactWorker>[] = []

beforeAll(async () => {
  database = await makeOwnDatabase(services)
  postgres = createPostgres({ ...database.app, name: 'test' })
  const other = await makeOwnDatabase(services)
  straight = { database: other, postgres: createPostgres({ ...other.app, name: 'straight' }) }
})
afterAll(async () => {
  await Promise.all([postgres.close(), straight.postgres.close()])
  await Promise.all([database.remove(), straight.database.remove()])
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  await producer?.close(1_000)
})

const write = (facts: readonly StoredFact[]): Promise<void> =>
  createWriteFacts({
    inTransaction: createInTransaction(postgres.db),
    quarantine: ({ error }) => Promise.reject(error),
  })(facts)
const startWorker = (url = database.app.url): ReturnType<typeof startFactWorker> => {
  const worker = startFactWorker({ database: { ...database.app, url }, redis, queue })
  workers.push(worker)
  return worker
}
async function openQueue(): Promise<void> {
  queue = `facts-${randomUUID()}`
  producer = createProducer<unknown>({ queue, redis, onTrouble: () => undefined })
  await expect
    .poll(
      () =>
        producer.add([]).then(
          () => true,
          () => false,
        ),
      soon,
    )
    .toBe(true)
}

const toRun = (facts: readonly StoredFact[]): Run => ({
  journal: facts[0]?.journal ?? '',
  facts: facts.map(({ journal: _, ...fact }) => fact),
})

/** Facts cut into runs of up to `longest`, in any order, some twice and three times. */
function mixedRuns(facts: readonly StoredFact[], seed: number, longest: number): Run[] {
  const dice = createDice(seed)
  const runs: Run[] = []
  for (let start = 0; start < facts.length; ) {
    const length = 1 + Math.floor(dice() * longest)
    runs.push(toRun(facts.slice(start, start + length)))
    start += length
  }
  const doubled = [...runs, ...runs.filter(() => dice() < 0.3), ...runs.filter(() => dice() < 0.1)]
  // Runs that overlap without being the same: sent by an earlier life of the process.
  for (let n = 0; n < 5; n++) {
    const start = Math.floor(dice() * facts.length)
    doubled.push(toRun(facts.slice(start, start + longest)))
  }
  return doubled
    .map((run) => ({ run, order: dice() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ run }) => run)
}

test('facts that come shuffled, twice and late, to two workers at once, give the rows of those that come in order', async () => {
  await openQueue()
  startWorker()
  startWorker()
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), fc.integer({ min: 1, max: 60 }), async (seed, longest) => {
      const facts = interleavedLives({ calls: 40, seed, journal: randomUUID() })
      const before = await countFacts(postgres.db)
      const jobs = mixedRuns(facts, seed, longest).map((run, index) => ({ id: `${nameRun(run)}-${index}`, data: run }))
      // The last fifth comes later than all else has been written.
      const late = jobs.splice(Math.floor(jobs.length * 0.8))
      const early = new Set(jobs.flatMap(({ data }) => data.facts.map(({ seq }) => seq)))
      await producer.add(jobs)
      await expect.poll(() => countFacts(postgres.db), soon).toBe(before + early.size)
      await producer.add(late)
      await expect.poll(() => countFacts(postgres.db), soon).toBe(before + facts.length)
      deepEqual(await rowsOf(postgres, seed), await rowsWrittenInOrder(facts, seed))
    }),
    { numRuns: 4 },
  )
}, 180_000)

async function rowsOf({ db }: Postgres, seed: number) {
  const rows = await allRows(db)
  return Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.filter((row) => isOf(row, seed))]))
}

/** Calls and tickets of a seed are named for it. */
function isOf(row: unknown, seed: number): boolean {
  const text = JSON.stringify(row)
  return text.includes(`node1-${seed}.`) || text.includes(`-${seed}"`)
}

async function rowsWrittenInOrder(facts: readonly StoredFact[], seed: number) {
  const quarantine = (): Promise<void> => Promise.reject(new Error('nothing is to be kept aside here'))
  const write = createWriteFacts({ inTransaction: createInTransaction(straight.postgres.db), quarantine })
  await write(facts)
  return await rowsOf(straight.postgres, seed)
}

test('what is no run of facts is kept aside with the reason, and the others go on', async () => {
  await openQueue()
  startWorker()
  const facts = interleavedLives({ calls: 3, seed: 71, journal: randomUUID() })
  const before = await countFacts(postgres.db)
  await producer.add([
    { id: 'nonsense-1', data: 'hello' },
    { id: 'nonsense-2', data: { journal: 'x', facts: [] } },
    { id: 'nonsense-3', data: { journal: randomUUID(), facts: [{ seq: -1, epoch: 1 }] } },
    { id: 'nonsense-4', data: null },
    { id: 'good', data: toRun(facts) },
  ])
  await expect.poll(() => countFacts(postgres.db), soon).toBe(before + facts.length)
  const aside = () =>
    postgres.db.selectFrom('quarantined_jobs').selectAll().where('queue', '=', queue).orderBy('job').execute()
  await expect
    .poll(async () => (await aside()).map(({ job }) => job), soon)
    .toEqual(['nonsense-1', 'nonsense-2', 'nonsense-3', 'nonsense-4'])
  for (const { error } of await aside()) equal(error, 'TypeError: not a run of facts')
})

test('text that Postgres cannot hold is written as near as it can', async () => {
  await openQueue()
  startWorker()
  const journal = randomUUID()
  const [first] = interleavedLives({ calls: 1, seed: 72, journal })
  const name = `a\u0000b\ud83dc<b>"';--\\u0000`
  await producer.add([{ id: 'strange', data: toRun([{ ...first, name } as StoredFact]) }])
  await expect
    .poll(
      () => postgres.db.selectFrom('tickets').select('caller_name').where('call', '=', 'node1-72.0').executeTakeFirst(),
      soon,
    )
    .toEqual({ caller_name: `a\ufffdb\ufffdc<b>"';--\\u0000` })
})

test('given one call cannot be folded, its facts are kept and said so, and the others are written', async () => {
  await openQueue()
  startWorker()
  const ours = interleavedLives({ calls: 2, seed: 73, journal: randomUUID() })
  const ticket = (ours.find(({ type }) => type === 'call.accepted') as { ticket?: string } | undefined)?.ticket
  const other = interleavedLives({ calls: 1, seed: 74, journal: randomUUID() })
  const thief = other.map((fact) => ('ticket' in fact ? { ...fact, ticket } : fact)) as StoredFact[]
  await producer.add([{ id: 'ours', data: toRun(ours) }])
  await expect.poll(() => ticketOf('node1-73.0'), soon).toBeTruthy()
  const before = await countFacts(postgres.db)
  const more = interleavedLives({ calls: 2, seed: 75, journal: randomUUID() })
  await producer.add([
    { id: 'thief', data: toRun(thief) },
    { id: 'more', data: toRun(more) },
  ])
  await expect.poll(() => countFacts(postgres.db), soon).toBe(before + thief.length + more.length)
  await expect.poll(() => ticketOf('node1-75.1'), soon).toBeTruthy()
  const aside = await postgres.db.selectFrom('quarantined_jobs').selectAll().where('queue', '=', queue).execute()
  deepEqual(
    aside.map(({ job, error }) => [job, error.split(':')[0]]),
    [['call-node1-74.0', 'TicketNumberTaken']],
  )
  const owner = await postgres.db
    .selectFrom('tickets')
    .select('call')
    .where('ticket_no', '=', ticket ?? '')
    .executeTakeFirst()
  ok(owner?.call.startsWith('node1-73.'))
})

test('a call that was up when its journal was lost has one ticket and one end, in whichever order the facts come', async () => {
  for (const [seed, first] of [
    [90, 'old'],
    [91, 'new'],
  ] as const) {
    const [lost, ended] = [randomUUID(), randomUUID()]
    const life = interleavedLives({ calls: 1, seed, journal: lost })
    const accepted = life.find(({ type }) => type === 'call.accepted') as StoredFact & { ticket: string }
    const end = life.findLast(({ type }) => type === 'call.ended') as StoredFact
    const inOld = life.filter(({ seq }) => seq < end.seq).map((fact) => ({ ...fact, epoch: 12 }))
    // As it stands in the journal after it: found in Asterisk, taken in with a number of its own, and ended.
    await write(inOld)
    const epoch = ((await lastStored(postgres.db, ended))?.epoch ?? 0) + 1
    const inNew = [
      { ...accepted, ticket: `CZ30010${seed % 10}C00001-4` },
      { ...end, at: end.at },
    ].map((fact, index) => ({ ...fact, journal: ended, seq: index + 1, epoch }) as StoredFact)
    await write(first === 'old' ? inNew : [...inNew, ...inOld])
    const call = accepted.call as string
    deepEqual(await postgres.db.selectFrom('tickets').select('ticket_no').where('call', '=', call).execute(), [
      { ticket_no: accepted.ticket },
    ])
    equal(
      (await postgres.db.selectFrom('calls').select('state').where('id', '=', call).executeTakeFirst())?.state,
      'ended',
    )
  }
})

test('of a journal that Postgres does not know the highest epoch of all others is told', async () => {
  const [one, two] = [randomUUID(), randomUUID()]
  const fact = (journal: string, seq: number, epoch: number) =>
    ({ journal, seq, epoch, type: 'agent.loggedIn', at: 1 }) as unknown as StoredFact
  await write([fact(one, 1, 300), fact(one, 2, 400), fact(two, 1, 350), fact(two, 2, 350)])
  deepEqual(await lastStored(postgres.db, randomUUID()), { seq: 0, epoch: 400 })
  deepEqual(await lastStored(postgres.db, two), { seq: 2, epoch: 350 })
  const empty = await makeOwnDatabase(services)
  const none = createPostgres({ ...empty.app, name: 'none' })
  equal(await lastStored(none.db, one), null)
  await none.close()
  await empty.remove()
})

test('one call that cannot be made anew does not keep the others from it', async () => {
  const lives = interleavedLives({ calls: 3, seed: 92, journal: randomUUID() })
  const ours = lives.map((fact) => ({ ...fact, epoch: 2 }) as StoredFact)
  await write(ours)
  const accepted = ours.filter(({ type }) => type === 'call.accepted') as (StoredFact & { ticket: string })[]
  const [thief, owner, third] = accepted
  ok(thief && owner && third)
  // Another number, and before all that is known of the call: it belongs to somebody else.
  const stolen = { ...thief, ticket: owner.ticket, journal: randomUUID(), seq: 1, epoch: 1 }
  await createInTransaction(postgres.db)((tx) => insertFacts(tx, [stolen]))
  const spoilt = createPostgres({ ...database.owner, name: 'owner' })
  await spoilt.db
    .updateTable('calls')
    .set({ facts: 0 })
    .where('id', '=', third.call as string)
    .execute()
  await spoilt.close()
  const folder = mkdtempSync(join(tmpdir(), 'refold-'))
  writeFileSync(join(folder, 'password'), database.app.password)
  const env = { HOTLINE_DATABASE_URL: database.app.url, HOTLINE_DATABASE_PASSWORD_FILE: join(folder, 'password') }
  const said = vi.spyOn(console, 'error').mockReturnValue()
  await expect(refold(env, ['--all'])).rejects.toThrow('1 calls cannot be made anew')
  expect(said.mock.calls.flat().join()).toContain(`call ${thief.call}: `)
  said.mockRestore()
  rmSync(folder, { recursive: true })
  const again = await postgres.db
    .selectFrom('calls')
    .select('facts')
    .where('id', '=', third.call as string)
    .execute()
  equal(again[0]?.facts, ours.filter(({ call }) => call === third.call).length)
})

test('the last ticket number of a day is found, and no other day counts', async () => {
  const write = createWriteFacts({
    inTransaction: createInTransaction(postgres.db),
    quarantine: () => Promise.reject(new Error('nothing is to be kept aside here')),
  })
  const given = ['CZ300101C00009-1', 'CZ300102C00002-7', 'CZ300102C00010-2', 'CZ300103C00001-4']
  for (const [index, ticket] of given.entries()) {
    const [first] = interleavedLives({ calls: 1, seed: 760 + index, journal: randomUUID() })
    await write([{ ...first, ticket } as StoredFact])
  }
  equal((await readTicketsGiven(postgres.db, '300102')).last, 'CZ300102C00010-2')
  equal((await readTicketsGiven(postgres.db, '300104')).last, null)
})

test('the tickets of calls that have not ended are found; those of calls of days ago are not', async () => {
  const lives = interleavedLives({ calls: 3, seed: 770, journal: randomUUID() })
  const ids = [...new Set(lives.map(({ call }) => call as CallId))]
  await write(lives.filter(({ call, type }) => call !== ids[0] || type === 'call.accepted'))
  const accepted = lives.find(({ call, type }) => call === ids[0] && type === 'call.accepted')
  const at = accepted?.at ?? 0
  const liveAt = async (now: number) => [...(await readTicketsGiven(postgres.db, '261124', now)).live]
  const ours = (live: [CallId, string][]) => live.filter(([id]) => ids.includes(id))
  deepEqual(ours(await liveAt(at + 3_600_000)), [[ids[0], (accepted as { ticket?: string }).ticket]])
  deepEqual(ours(await liveAt(at + 25 * 3_600_000)), [])
})

const ticketOf = (call: string) =>
  postgres.db.selectFrom('tickets').select('ticket_no').where('call', '=', call).executeTakeFirst()

test('given Postgres goes away in the middle, the jobs wait for it and nothing is lost', async () => {
  await openQueue()
  const proxy = await startBreakableProxy(Number(new URL(database.app.url).port))
  try {
    const worker = startWorker(proxy.through(database.app.url))
    const facts = interleavedLives({ calls: 60, seed: 76, journal: randomUUID() })
    const before = await countFacts(postgres.db)
    const half = Math.floor(facts.length / 2)
    await producer.add([{ id: 'first', data: toRun(facts.slice(0, half)) }])
    await expect.poll(() => countFacts(postgres.db), soon).toBe(before + half)
    proxy.cut()
    await producer.add(mixedRuns(facts.slice(half), 76, 40).map((data, index) => ({ id: `run-${index}`, data })))
    await expect.poll(() => worker.troubles.length, soon).toBeGreaterThan(2)
    proxy.mend()
    await expect.poll(() => countFacts(postgres.db), soon).toBe(before + facts.length)
    deepEqual(await rowsOf(postgres, 76), await rowsWrittenInOrder(facts, 76))
  } finally {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await proxy.stop()
  }
})
