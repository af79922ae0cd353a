/**
 * Looks into the journal of a switchboard, also while it is running.
 *
 *   journal verify   one line a segment, and whether facts are missing between them
 *   journal facts    (or dump) every fact as a line of JSON; `--call <id>` those of one call. Numbers of callers are shown in full.
 *   journal kept     the state that a switchboard would find, as lines of JSON; ends with 1, as `facts` does, when something is damaged
 *   journal replay   writes into Postgres every fact that is not there yet, as a worker does; never doubled, however often
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FACTS_QUEUE, readIdFile, readJournal, type SegmentReport } from '#journal'
import { ConfigError, readConfig } from '#platform/config'
import { createPostgres } from '#platform/postgres/pool'
import { createInTransaction } from '#platform/postgres/tx'
import { createWriteFacts, quarantineJob } from '#tickets'

export const summary = 'looks into the journal: verify, facts [--call <id>], kept; replay writes it into Postgres'

export const takes = 'verify | facts [--call <id>] | kept | replay'

export async function run(env: NodeJS.ProcessEnv, [what = 'verify', ...args]: readonly string[]): Promise<void> {
  const dir = env['HOTLINE_JOURNAL_DIR']
  if (!dir) throw new ConfigError('HOTLINE_JOURNAL_DIR is not set: folder of the journal')
  const work = workOf(what, dir, env)
  if (!work) throw new Error(`"${what}" is none of verify, facts, kept, replay`)
  const call = work.ofCall && args[0] === '--call' ? args[1] : undefined
  if (args.length !== (call === undefined ? 0 : 2)) throw new Error(`journal takes ${takes}: not "${args.join(' ')}"`)
  await work.run(call)
}

type Work = { readonly ofCall?: true; readonly run: (call: string | undefined) => Promise<void> }

function workOf(what: string, dir: string, env: NodeJS.ProcessEnv): Work | undefined {
  switch (what) {
    case 'verify':
      return { run: () => verify(dir) }
    case 'facts':
    case 'dump':
      return { ofCall: true, run: (call) => printFacts(dir, call) }
    case 'kept':
      return { run: () => printKept(dir) }
    case 'replay':
      return { run: () => replay(dir, env) }
    default:
      return undefined
  }
}

async function verify(folder: string): Promise<void> {
  let last: { seq: number; epoch: number | null } | undefined
  let faults = 0
  let segments = 0
  let hasBegun = false
  const names = new Set<string>()
  for await (const { report } of readJournal(folder)) {
    const { path, epoch, facts, firstSeq, keys, opened, damage } = report
    const state = damage.length > 0 ? 'damaged' : report.tail
    const span = facts === 0 ? 'no facts' : `facts ${firstSeq}–${report.lastSeq}`
    console.log(`${path}: epoch ${epoch ?? '?'}, ${span}, ${keys} keys, ${opened ? state : 'not begun'}`)
    for (const line of damageOf(report)) console.log(line)
    faults += damageOf(report).length
    const first = Math.max(firstSeq ?? 0, report.firstOfHead ?? 0)
    if (last && first > last.seq + 1) {
      const isAnew = epoch !== last.epoch
      console.log(
        `facts ${last.seq + 1}–${first - 1} ${isAnew ? 'were left out after an end that was torn' : 'are missing'}`,
      )
      if (!isAnew) faults += 1
    }
    last = { seq: Math.max(report.lastSeq ?? 0, first - 1), epoch }
    segments += 1
    hasBegun ||= opened
    if (report.journal !== null) names.add(report.journal)
  }
  const { path: idFile, id } = await readIdFile(folder)
  for (const name of names) {
    if (name === id) continue
    const says = id === undefined ? 'holds no name: a switchboard that starts writes it anew' : `says ${id}`
    console.log(`${idFile} ${says}; segments are of journal ${name}`)
    faults += 1
  }
  for (const name of (await readdir(folder)).filter((file) => file.startsWith('damaged-')))
    console.log(
      `${join(folder, name)}: put aside as damaged, its other facts are in Postgres; remove it once it is looked into`,
    )
  if (segments === 0) throw new Error(`there is no journal in ${folder}`)
  if (!hasBegun)
    throw new Error(
      `no segment in ${folder} has begun: what stood there is gone, or its very first start was cut short`,
    )
  if (faults > 0) throw new Error(`${faults} faults found`)
}

/** A line for each stretch that cannot be read. */
function damageOf({ path, damage, tail, wholeTo }: SegmentReport): string[] {
  const lines = damage.map(({ from, to }) => `${path}: bytes ${from}–${to - 1} are damaged`)
  return tail === 'damaged' ? [...lines, `${path}: bytes from ${wholeTo} on are damaged`] : lines
}

/** Damage does not end it: what can be read is worth having. What cannot is told on standard error, and by the exit code. */
async function printFacts(folder: string, call: string | undefined): Promise<void> {
  let lastSeq = 0
  const lines: string[] = []
  for await (const { report, facts } of readJournal(folder)) {
    lines.push(...damageOf(report))
    for (const fact of facts) {
      if (fact.seq <= lastSeq) continue
      lastSeq = fact.seq
      if (call === undefined || fact.call === call) console.log(JSON.stringify(fact))
    }
  }
  if (lines.length > 0) throw new Error(lines.join('\n'))
}

async function printKept(folder: string): Promise<void> {
  let newest: ReadonlyMap<string, unknown> = new Map()
  const lines: string[] = []
  for await (const { report, kept } of readJournal(folder)) {
    lines.push(...damageOf(report))
    if (report.opened) newest = kept
  }
  for (const [key, value] of newest) console.log(JSON.stringify([key, value]))
  if (lines.length > 0) throw new Error(lines.join('\n'))
}

const AT_ONCE = 500

async function replay(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { database } = readConfig(env, 'database')
  const { db, close } = createPostgres({ ...database, name: 'replay', connections: 2 })
  let aside = 0
  let read = 0
  const damaged: string[] = []
  const writeFacts = createWriteFacts({
    inTransaction: createInTransaction(db),
    async quarantine({ name, data, error }) {
      await quarantineJob(db, { queue: FACTS_QUEUE, job: name, data, error })
      aside += 1
    },
  })
  try {
    for await (const { report, facts } of readJournal(folder)) {
      damaged.push(...damageOf(report))
      const { journal } = report
      if (journal === null) continue // not even whose it is can be read
      for (let at = 0; at < facts.length; at += AT_ONCE) {
        await writeFacts(facts.slice(at, at + AT_ONCE).map((fact) => ({ ...fact, journal })))
      }
      read += facts.length
    }
    console.log(
      `${read} facts read from the journal; each is in Postgres${aside > 0 ? `, ${aside} kept aside in quarantined_jobs` : ''}`,
    )
    if (damaged.length > 0) throw new Error(damaged.join('\n'))
  } finally {
    await close()
  }
}
