/** A system is backed up while facts stream through it, destroyed, and restored: with the commands that people use. */
import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSignIn } from '#access'
import { type Journal, openJournal, type Run, relayFacts, storedFacts } from '#journal'
import type { Instant } from '#kernel'
import { verified, writeManifest } from '../../../scripts/lib/archive.ts'
import { privateRoot } from '../../../scripts/lib/locate-root.ts'
import { type System, startSystem } from '../../../scripts/lib/system.ts'
import { createPostgres } from '../../../src/platform/postgres/pool.ts'
import { createInTransaction } from '../../../src/platform/postgres/tx.ts'
import { createProducer } from '../../../src/platform/queues/producer.ts'
import { interleavedLives } from '../../kit/call-lives.ts'
import { copyMissing } from '../../kit/spoken-prompts.ts'
import { freePorts, temporaryDir } from '../../kit/temporary.ts'

const project = join(import.meta.dirname, '../../..')
const soon = { timeout: 30_000 }
const { dir: home, remove } = temporaryDir('backup')
const [dir, backups] = [join(home, 'system'), join(home, 'backups')]
let ports: System['options']['ports']
let system: System | undefined

beforeAll(async () => {
  const names = ['postgres', 'redis', 'ari', 'wss', 'sip', 'desk', 'api'] as const
  const health = ['switchboardHealth', 'workerHealth', 'rescueHealth'] as const
  const free = await freePorts(names.length + health.length)
  const entries = [...names, ...health].map((name, index) => [name, free[index] ?? 0])
  ports = { ...(Object.fromEntries(entries) as Omit<typeof ports, 'rtp'>), rtp: '22000-22099' }
})
afterAll(async () => {
  await system?.stopAll()
  remove()
})

// The private root's servers only: with containers there is none.
const onPrivateRoot = test.skipIf(process.env['TEST_STACK'] === 'containers')

async function start(demo: boolean): Promise<System> {
  const [spoken, prompts] = [join(privateRoot(), '../prompts-for-tests'), join(dir, 'prompts')]
  copyMissing(spoken, prompts)
  const started = await startSystem({
    ...{ root: privateRoot(), dir, ports, durable: false, demo },
    without: ['asterisk', 'rescue', 'switchboard', 'api'],
  })
  copyMissing(prompts, spoken)
  return started
}

type Ended = { readonly code: number | null; readonly printed: string }
function command(name: 'backup' | 'restore', ...args: string[]): Promise<Ended> {
  const env = { ...process.env, HOTLINE_STATE_DIR: dir, HOTLINE_POSTGRES_PORT: String(ports.postgres) }
  const child = spawn(join(project, 'scripts', name), args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}

/** The switchboard's half of the line: a journal with small segments, and its relay to Redis, the worker and Postgres. */
async function openLine({ env }: System) {
  const database = {
    url: env['HOTLINE_DATABASE_URL'] ?? '',
    password: readFileSync(env['HOTLINE_DATABASE_PASSWORD_FILE'] ?? '', 'utf8').trim(),
  }
  const redis = {
    url: env['HOTLINE_REDIS_URL'] ?? '',
    password: readFileSync(env['HOTLINE_REDIS_PASSWORD_FILE'] ?? '', 'utf8').trim(),
  }
  const folder = env['HOTLINE_JOURNAL_DIR'] ?? ''
  const journal: Journal = await openJournal({ folder, segmentBytes: 20_000, onAlarm: () => undefined })
  const postgres = createPostgres({ ...database, name: 'test', connections: 2 })
  const producer = createProducer<Run>({ queue: 'facts', redis, onTrouble: () => undefined })
  const relay = relayFacts({
    journal,
    send: (runs) => producer.add(runs),
    stored: (id, first, last) => storedFacts(postgres.db, id, first, last),
    onTrouble: () => undefined,
    timing: { askMs: 50 },
  })
  return {
    ...{ folder, journal, relay, db: postgres.db },
    async stop() {
      await relay.stop(2_000)
      await producer.close(1_000)
      await journal.close()
      await postgres.close()
    },
  }
}
type Line = Awaited<ReturnType<typeof openLine>>

/** Writes facts until told to stop. Each step keeps the seq of its last fact, so state and facts can be compared. */
function writeUnderLoad({ journal }: Line) {
  const written: { type: string; call: string | null }[] = []
  let acknowledged = 0
  let isOver = false
  const done = (async () => {
    for (let seed = 1; !isOver; seed++) {
      const facts = interleavedLives({ calls: 100, seed, journal: '' })
      for (let at = 0; at < facts.length && !isOver; at += 3) {
        const step = facts.slice(at, at + 3).map(({ journal: _, seq: __, epoch: ___, ...fact }) => fact)
        for (const { type, call = null } of step) written.push({ type, call })
        const seq = written.length
        await journal.append({ facts: step, keep: { seq, serial: { day: '261124', used: seq } } })
        acknowledged = seq
      }
    }
  })()
  return {
    written,
    acknowledged: () => acknowledged,
    async stop() {
      isOver = true
      await done
    },
  }
}

const oldestSegment = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith('segment-'))
    .toSorted()[0] ?? ''

const logIn = async ({ db }: Line, password: string): Promise<boolean> => {
  const sessions = { haveEnded: () => {} }
  const signIn = createSignIn({
    db,
    inTransaction: createInTransaction(db),
    now: () => Date.now() as Instant,
    sessions,
  })
  return (await signIn({ staff: '1001', password, source: '127.0.0.1' })).ok
}
const secretsOf = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(dir, 'secrets')).map((name) => [name, readFileSync(join(dir, 'secrets', name), 'utf8')]),
  )

let archive = ''

onPrivateRoot(
  'what was acknowledged before a backup is there after the restore, once; the state is that of the facts; people and keys are the same',
  async () => {
    system = await start(true)
    const line = await openLine(system)
    const load = writeUnderLoad(line)
    const firstSegment = oldestSegment(line.folder)
    await expect.poll(() => oldestSegment(line.folder), soon).not.toBe(firstSegment)

    const acknowledged = load.acknowledged()
    const before = oldestSegment(line.folder)
    const backup = await command('backup', backups)
    expect(backup).toMatchObject({ code: 0 })
    ok(oldestSegment(line.folder) > before, 'segments went while the backup was made')
    archive = backup.printed.trim().split('\n').at(-1) ?? ''
    deepEqual(readdirSync(backups).toSorted(), ['.lock', archive.slice(backups.length + 1)])
    deepEqual([statSync(archive).mode & 0o777, statSync(backups).mode & 0o777], [0o600, 0o700])

    await load.stop()
    const { id, epoch } = line.journal
    await line.stop()
    const { '1001': password = '' } = JSON.parse(secretsOf()['demo-logins.json'] ?? '') as Record<string, string>
    const secrets = secretsOf()
    const music = join(dir, 'prompts/music/waiting.alaw')
    const musicWas = readFileSync(music)
    equal(readlinkSync(music).split('/')[0], '..')
    await system.stopAll()
    rmSync(dir, { recursive: true })

    const restore = await command('restore', archive)
    expect(restore).toMatchObject({ code: 0 })
    deepEqual(readdirSync(home).toSorted(), ['backups', 'system'])
    deepEqual(secretsOf(), secrets)
    deepEqual(readFileSync(music), musicWas)

    system = await start(false)
    const again = await openLine(system)
    const { db, journal } = again
    const rows = await db
      .selectFrom('facts')
      .select(['journal', 'seq', 'type', 'call'])
      .orderBy('journal')
      .orderBy('seq')
      .execute()
    ok(rows.length >= acknowledged, `${acknowledged} were acknowledged, ${rows.length} are there`)
    deepEqual(
      rows,
      load.written.slice(0, rows.length).map((fact, index) => ({ journal: id, seq: index + 1, ...fact })),
    )
    const { total } = await db
      .selectFrom('calls')
      .select(({ fn }) => fn.sum<string>('facts').as('total'))
      .executeTakeFirstOrThrow()
    equal(Number(total), rows.length)
    notEqual(journal.id, id)
    equal(journal.epoch, epoch + 1)
    // Of the very moment of the facts; but ticket numbers that were told since are not given again.
    deepEqual(Object.fromEntries(journal.kept), { seq: rows.length })

    deepEqual([await logIn(again, password), await logIn(again, `${password}!`)], [true, false])
    await journal.append({ facts: [{ type: 'test.happened', at: 1 as never }], keep: {} })
    await expect.poll(() => again.relay.behind(), soon).toBe(0)
    deepEqual(await storedFacts(db, journal.id, 1, 10), [{ seq: 1, epoch: journal.epoch }])
    await again.stop()
  },
  180_000,
)

onPrivateRoot(
  'a restore that is refused or fails leaves all as it was; one that replaces moves the old system aside',
  async () => {
    const refused = async (why: RegExp, ...args: string[]) => {
      const { code, printed } = await command('restore', ...args)
      equal(code, 1)
      expect(printed).toMatch(why)
    }
    // Without its lock the system is started here by startSystem; scripts/start holds it as this does.
    const holder = spawn('flock', [join(dir, 'lock'), 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    await refused(/is running: stop it first/, archive, '--replace')
    const released = new Promise((resolve) => holder.once('close', resolve))
    holder.stdin.end()
    await released
    await system?.stopAll()
    writeFileSync(join(dir, 'mine'), 'old')
    const there = () => readdirSync(home).toSorted()
    const was = there()

    await refused(/--replace/, archive)
    await refused(/is not there/, join(home, 'nothing'), '--replace')
    await refused(/manifest\.json is missing/, dir, '--replace')

    const unpacked = join(home, 'backups/unpacked')
    mkdirSync(unpacked)
    await new Promise((resolve) => spawn('tar', ['-xf', archive, '-C', unpacked]).once('close', resolve))
    const changed = async (change: (folder: string) => void, isSigned = true) => {
      const folder = join(home, 'backups/changed')
      rmSync(folder, { recursive: true, force: true })
      cpSync(unpacked, folder, { recursive: true, verbatimSymlinks: true })
      const { version, madeAt, migrations } = await verified(folder)
      change(folder)
      if (isSigned) await writeManifest(folder, { version, madeAt, migrations })
      return folder
    }
    const flip = (path: string) => {
      const bytes = readFileSync(path)
      bytes[100] = (bytes[100] ?? 0) ^ 1
      writeFileSync(path, bytes)
    }
    await refused(
      /pg_control has changed/,
      await changed((at) => flip(join(at, 'postgres/global/pg_control')), false),
      '--replace',
    )
    for (const target of ['/etc/passwd', '../../../x', '../en/../../../x'])
      await rejects(
        changed((at) => symlinkSync(target, join(at, 'prompts/music/stray'))),
        /points out of the backup/,
      )
    await refused(/secrets\/ari is missing/, await changed((at) => rmSync(join(at, 'secrets/ari')), false), '--replace')
    const changeManifest = (at: string, change: (manifest: { of: string; migrations: string[] }) => void) => {
      const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'))
      change(manifest)
      writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest))
    }
    const ofContainers = await changed((at) => changeManifest(at, (manifest) => (manifest.of = 'containers')), false)
    await refused(/of a system in containers: scripts\/compose-restore restores it/, ofContainers, '--replace')
    const newer = await changed(
      (at) => changeManifest(at, ({ migrations }) => migrations.push('9999-of-tomorrow.sql')),
      false,
    )
    await refused(/9999-of-tomorrow\.sql, which this version does not know/, newer, '--replace')
    // Whole, as its maker said, and yet not a database that starts.
    await refused(
      /postgres ended before it was ready/i,
      await changed((at) => flip(join(at, 'postgres/global/pg_control'))),
      '--replace',
    )
    deepEqual([there(), readFileSync(join(dir, 'mine'), 'utf8')], [was, 'old'])

    const replaced = await command('restore', unpacked, '--replace')
    expect(replaced).toMatchObject({ code: 0 })
    const aside = there().find((name) => name.startsWith('system.before-')) ?? ''
    equal(readFileSync(join(home, aside, 'mine'), 'utf8'), 'old')
    system = await start(false)
  },
  180_000,
)
