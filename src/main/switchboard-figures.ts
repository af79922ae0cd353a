/** What the switchboard process tells about itself: its parts for health questions, its counts for Prometheus. */
import { dirname } from 'node:path'
import { agentStates, agentsOf, callStates } from '#acd/core'
import type { Journal, NewFact } from '#journal'
import type { Clock } from '#kernel'
import type { AriConnection } from '#platform/asterisk/ari-connection'
import type { EventLoopWatch } from '#platform/telemetry/event-loop'
import { createMetrics, createTally, type Metrics, Times } from '#platform/telemetry/metrics'
import type { Reconciled, Switchboard } from '#switchboard'
import { asked, diskOf, type Health, judge, type Part } from './health.ts'

const MiB = 1024 * 1024
/** What the small files beside the journal (directory, log) may come to. */
const dataBytes = 256 * MiB
/** So long after the last caller who was refused somebody should look. */
const refusedForMs = 60_000

/** Counts that are kept while things happen; plain additions, for some come fifty times a call. */
export function createCounts() {
  const offers = createTally()
  const ends = createTally()
  const refusals = createTally()
  const findings = createTally()
  const commands = createTally()
  const oddities = createTally()
  const commandTimes = new Times()
  const appendTimes = new Times()
  let refused = { at: Number.NEGATIVE_INFINITY, why: '' }
  let runs = 0
  let damages = 0

  return {
    ...{ offers, ends, refusals, findings, commands, oddities, commandTimes, appendTimes },
    /** Why somebody was not let in, of late. */
    refusedOfLate: () => (performance.now() - refused.at < refusedForMs ? refused.why : undefined),
    runs: () => runs,
    damages: () => damages,
    /** The journal met bytes that it cannot read, or facts of its own that it does not have. */
    damaged(): void {
      damages += 1
    },
    facts(facts: readonly NewFact[]): void {
      for (const { type, outcome, reason, why } of facts) {
        if (type === 'call.offerEnded') offers.add(String(outcome))
        else if (type === 'call.ended') ends.add(String(reason))
        else if (type === 'call.refused') {
          refusals.add(String(why))
          refused = { at: performance.now(), why: String(why) }
        }
      }
    },
    command(_op: string, outcome: string, ms: number): void {
      commands.add(outcome)
      commandTimes.add(ms / 1_000)
    },
    written: (ms: number) => appendTimes.add(ms / 1_000),
    sent(more: number): void {
      runs += more
    },
    reconciled({ missed, adopted, hungUp, bridgesRemoved, lost, servedWithoutUs }: Reconciled): void {
      for (const [kind, found] of Object.entries({ missed, adopted, hungUp, bridgesRemoved, lost, servedWithoutUs }))
        findings.add(kind, found)
    },
  }
}
export type Counts = ReturnType<typeof createCounts>

type Deps = {
  readonly counts: Counts
  readonly board: Switchboard
  readonly journal: Journal
  readonly connection: Pick<AriConnection, 'isUp'>
  readonly relay: { behind(): number; savedCentrally(): boolean }
  readonly askPostgres: () => Promise<unknown>
  readonly askRedis: () => Promise<unknown>
  readonly eventLoop: EventLoopWatch
  readonly eventLoopLimitMs: number
  readonly folders: { readonly dir: string; readonly directoryCache: string }
  readonly now: Clock
}

export function createFigures(deps: Deps) {
  const { counts, board, journal, connection, relay, eventLoop, eventLoopLimitMs, folders, now } = deps
  const metrics = createMetrics({ process: 'switchboard' })

  async function ask(): Promise<Health & Readonly<Record<string, unknown>>> {
    const { bytes, of } = journal.room()
    const [postgres, redis, journalDisk, dataDisk, journalWhole] = await Promise.all([
      asked(deps.askPostgres),
      asked(deps.askRedis),
      diskOf(folders.dir, Math.max(of - bytes, 0)),
      diskOf(dirname(folders.directoryCache), dataBytes),
      wholePart(),
    ])
    const parts = {
      asterisk: asteriskPart(),
      journal: journalPart(),
      journalWhole,
      postgres,
      redis,
      journalDisk,
      dataDisk,
      eventLoop: loopPart(eventLoop, eventLoopLimitMs),
      admission: admissionPart(),
    }
    // Without Postgres and Redis calls go on, and nothing is lost: that is wrong, and no reason to be taken for useless.
    return { ...judge(parts, ['asterisk', 'journal']), ...board.counts() }
  }

  function asteriskPart(): Part {
    if (!connection.isUp) return { ok: false, reason: 'Asterisk sends us no events' }
    return board.serves() ? { ok: true } : { ok: false, reason: 'its calls are being compared with ours' }
  }

  function admissionPart(): Part {
    const why = counts.refusedOfLate()
    return why === undefined ? { ok: true } : { ok: false, reason: `callers are refused for overload: ${why}` }
  }

  function journalPart(): Part {
    const { room, isStuck, waitingMs, bytes, of } = journal.room()
    const figures = { room, bytes, of, waitingMs, behind: relay.behind(), savedCentrally: relay.savedCentrally() }
    if (journal.takes('newWork')) return { ok: true, ...figures }
    const reason = isStuck ? 'its disk takes nothing' : 'it is full until Postgres confirms'
    return { ok: false, reason, ...figures }
  }

  /** Calls go on; somebody has to look. What was damaged is told until the next start. */
  async function wholePart(): Promise<Part> {
    const inPlace = await asked(async () => {
      if (await journal.isInPlace()) return
      throw new Error(
        `its files in ${folders.dir} were removed or replaced: no other switchboard finds what is written`,
      )
    })
    if (!inPlace.ok) return inPlace
    const places = counts.damages()
    if (places === 0) return { ok: true }
    return {
      ok: false,
      reason: `damaged or missing since the start: ${places}; \`journal verify\` and the log tell where`,
    }
  }

  function readHall(): void {
    const byState = new Map<string, number>(callStates.filter((state) => state !== 'ended').map((state) => [state, 0]))
    const at = now()
    let longestMs = 0
    for (const call of board.hall.calls.values()) {
      byState.set(call.state, (byState.get(call.state) ?? 0) + 1)
      if (call.state === 'waiting' || call.state === 'offering') longestMs = Math.max(longestMs, at - call.since)
    }
    for (const [state, calls] of byState) metrics.set('calls', { state }, calls)
    metrics.set('calls_waiting_longest_seconds', {}, longestMs / 1_000)
    const agents = new Map<string, number>(agentStates.map((state) => [state, 0]))
    for (const { status } of agentsOf(board.hall.board)) agents.set(status.state, (agents.get(status.state) ?? 0) + 1)
    for (const [state, count] of agents) metrics.set('agents', { state }, count)
  }

  function readCounts(): void {
    for (const [outcome, count] of counts.offers) metrics.total('offers_total', { outcome }, count)
    for (const [reason, count] of counts.ends) metrics.total('calls_ended_total', { reason }, count)
    for (const [why, count] of counts.refusals) metrics.total('calls_refused_total', { why }, count)
    for (const [kind, count] of counts.findings) metrics.total('reconcile_findings_total', { kind }, count)
    for (const [outcome, count] of counts.commands) metrics.total('asterisk_commands_total', { outcome }, count)
    for (const [odd, count] of counts.oddities) metrics.total('asterisk_odd_events_total', { odd }, count)
    metrics.times('asterisk_command_seconds', {}, counts.commandTimes)
    metrics.times('journal_append_seconds', {}, counts.appendTimes)
    metrics.total('relay_runs_total', {}, counts.runs())
  }

  metrics.onAsked(readHall)
  metrics.onAsked(readCounts)
  metrics.onAsked(async () => {
    const { parts } = await ask()
    const { room, isStuck, isFilling, bytes, of } = journal.room()
    const up = (part: string): number => Number(parts[part]?.ok === true)
    metrics.set('asterisk_up', {}, up('asterisk'))
    metrics.set('database_up', {}, up('postgres'))
    metrics.set('redis_up', {}, up('redis'))
    metrics.set('journal_bytes', {}, bytes)
    metrics.set('journal_bound_bytes', {}, of)
    metrics.set('journal_behind_facts', {}, relay.behind())
    metrics.set('journal_disk_free_bytes', {}, Number(parts['journalDisk']?.['freeBytes'] ?? 0))
    metrics.set('leads', {}, 1)
    setLoop(metrics, eventLoop)
    const alarms = {
      asteriskAway: !connection.isUp,
      savedLocally: !relay.savedCentrally(),
      journalFilling: isFilling,
      journalReserved: room === 'reserved',
      journalClosed: room === 'closed',
      journalStuck: isStuck,
      journalDamaged: parts['journalWhole']?.ok === false,
      journalDiskSmall: parts['journalDisk']?.ok === false,
      dataDiskSmall: parts['dataDisk']?.ok === false,
      eventLoopLate: parts['eventLoop']?.ok === false,
      callersRefused: parts['admission']?.ok === false,
    }
    for (const [alarm, isOn] of Object.entries(alarms)) metrics.set('alarms', { alarm }, Number(isOn))
  })

  return { ask, metrics }
}

/** Of one that stands by or waits behind it: the calls are the leader's, and so is what is counted of them. */
export function createStandbyFigures(
  role: 'waiting' | 'standby',
  {
    askPostgres,
    eventLoop,
    eventLoopLimitMs,
    folders,
  }: Pick<Deps, 'askPostgres' | 'eventLoop' | 'eventLoopLimitMs' | 'folders'>,
) {
  const metrics = createMetrics({ process: 'switchboard' })

  async function ask() {
    const [postgres, dataDisk] = await Promise.all([
      asked(askPostgres),
      diskOf(dirname(folders.directoryCache), dataBytes),
    ])
    // It can take over with the directory that it knows, whatever else is away.
    return { role, ...judge({ postgres, dataDisk, eventLoop: loopPart(eventLoop, eventLoopLimitMs) }, []) }
  }

  metrics.onAsked(async () => {
    const { parts, wrong } = await ask()
    metrics.set('leads', {}, 0)
    metrics.set('database_up', {}, Number(parts['postgres']?.ok === true))
    setLoop(metrics, eventLoop)
    metrics.set('alarms', { alarm: 'dataDiskSmall' }, Number(wrong.includes('dataDisk')))
    metrics.set('alarms', { alarm: 'eventLoopLate' }, Number(wrong.includes('eventLoop')))
  })
  return { ask, metrics }
}

function loopPart(eventLoop: EventLoopWatch, limitMs: number): Part {
  const delay = eventLoop.last()
  return delay.maxMs > limitMs
    ? { ok: false, reason: `it was held up for more than ${limitMs} ms`, ...delay }
    : { ok: true, ...delay }
}

function setLoop(metrics: Metrics, eventLoop: EventLoopWatch): void {
  const { p99Ms, maxMs } = eventLoop.last()
  metrics.set('event_loop_delay_seconds', { figure: 'p99' }, p99Ms / 1_000)
  metrics.set('event_loop_delay_seconds', { figure: 'max' }, maxMs / 1_000)
}
