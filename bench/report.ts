/** What is printed: tables for people, and what the issue asks for, said yes or no. */
import type { AcdFigures } from './parts/acd.ts'
import type { AwayFigures } from './parts/away.ts'
import { fullHall, type RateFigures, type WayFigures } from './parts/calls.ts'
import type { FactFigures } from './parts/facts.ts'
import { type GrowthFigures, growthOf } from './parts/growth.ts'
import type { JournalFigures } from './parts/journal.ts'
import type { MemoryFigures } from './parts/memory.ts'

export type Results = {
  readonly machine: Readonly<Record<string, string>>
  readonly ways?: readonly WayFigures[]
  readonly full?: readonly WayFigures[]
  readonly away?: AwayFigures
  readonly growth?: GrowthFigures
  readonly clients?: readonly WayFigures[]
  readonly memory?: MemoryFigures
  readonly facts?: FactFigures
  readonly journal?: JournalFigures
  readonly acd?: readonly AcdFigures[]
}

const wayNames: Readonly<Record<string, string>> = {
  dial: 'bare Dial()',
  queue: 'app_queue, 200 members',
  ours: 'ours, 200 agents',
}
const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
const times = (value: number): string => `${value.toFixed(2)} ×`

export function printResults(results: Results): void {
  const { ways, full, away, growth, clients, memory, facts, journal, acd } = results
  console.log(
    `\n${Object.entries(results.machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; ')}`,
  )
  if (ways) printWays(ways)
  if (full) {
    console.log(`\nA full hall: callers come at random, and agents talk ${fullHall.occupancy * 100} % of their time`)
    printWays(full)
  }
  if (away) {
    const told = ({ p50, p99, failed, calls }: AwayFigures['there']): string =>
      `p50 ${ms(p50.median)} p99 ${ms(p99.median)} ms (${ms(p99.least)}–${ms(p99.most)}), ${failed} of ${calls} failed`
    console.log(`\nOurs at 40/s with Postgres and Redis: ${told(away.there)}; with both away: ${told(away.away)}`)
  }
  if (growth) {
    const { calls, failed, switchboard, worker } = growth
    const told = ({ heldMb, residentMb }: typeof switchboard): string =>
      `holds ${heldMb.map(ms).join(', ')} MB, resident ${residentMb.map(ms).join(', ')} MB`
    console.log(
      `\nAt rest, garbage collected, each ${calls} calls after the one before (${failed} failed): switchboard ${told(switchboard)}; worker ${told(worker)}`,
    )
  }
  if (clients) printClients(clients)
  if (memory) {
    const { talking, waiting, idleMb, fullMb } = memory
    console.log(
      `\nSwitchboard, resident: ${ms(idleMb)} MB idle, ${ms(fullMb)} MB at ${talking} talking + ${waiting} waiting`,
    )
  }
  if (facts) {
    const { factsASecond, lost, doubled, changed, callRows, calls, endedRows } = facts
    console.log(
      `\nFacts into Postgres: ${factsASecond.toFixed(0)} a second; of ${facts.facts}: ${lost} lost, ${doubled} doubled, ${changed} changed; ${callRows} of ${calls} calls folded, ${endedRows} ended; worker ${facts.workerCpuAFactMs.toFixed(3)} ms CPU a fact`,
    )
  }
  if (journal) {
    const { paced, bare, most } = journal
    console.log(
      `\nJournal: at ${paced.steps.toFixed(0)} steps a second each is on disk after ${ms(paced.p50)} ms (p50), ${ms(paced.p99)} ms (p99), ` +
        `a bare write of the disk's own after ${ms(bare.p50)} and ${ms(bare.p99)}; at most ${most.facts.toFixed(0)} facts in ${most.steps.toFixed(0)} steps a second`,
    )
  }
  if (acd) {
    for (const { waiting, agents, eventUs } of acd) {
      console.log(`\nACD core, ${waiting} waiting × ${agents} agents: ${eventUs.toFixed(1)} µs an event`)
    }
    const [small, large] = acd
    if (small && large)
      console.log(`  ten times the hall costs ${times(large.eventUs / small.eventUs)} (O(n) would be 10 ×)`)
  }
  printDemands(results)
}

/** Ratios are to bare Dial() at the same rate. */
function printWays(ways: readonly WayFigures[]): void {
  const base = ways.find(({ way }) => way === 'dial')
  printTable(
    [
      'way',
      'calls/s',
      'p50 ms',
      'p99 ms',
      'p99 least–most',
      'p99 to Dial()',
      'Asterisk CPU ms',
      'switchboard',
      'worker',
      'stores',
      'failed',
      'busy',
    ],
    ways.flatMap(({ way, rates }) =>
      rates.map((at) => [
        wayNames[way] ?? way,
        String(at.rate),
        ms(at.p50.median),
        ms(at.p99.median),
        `${ms(at.p99.least)}–${ms(at.p99.most)}`,
        base ? times(at.p99.median / (rateOf(base, at.rate)?.p99.median ?? Number.NaN)) : '',
        cpu(at, 'asterisk'),
        cpu(at, 'controller'),
        cpu(at, 'worker'),
        cpu(at, 'postgres', 'redis'),
        `${at.failed}/${at.calls}${at.stuck > 0 ? `, ${at.stuck} stuck` : ''}`,
        `${Math.round(at.busy.median * 100)} %`,
      ]),
    ),
  )
  const ceilings = ways.filter(({ holds }) => holds !== null)
  if (ceilings.length > 0) {
    const told = ceilings.map(({ way, holds }) => `${wayNames[way] ?? way} ${holds}/s`).join(', ')
    console.log(`Highest rate that holds (no call failed, 99 of 100 connected within 1 s): ${told}`)
  }
}

function printClients(clients: readonly WayFigures[]): void {
  const base = clients[0]?.rates[0]
  printTable(
    [
      'minimal controller through',
      'calls/s',
      'p50 ms',
      'p99 ms',
      'controller CPU ms',
      'to ari-client',
      'Asterisk CPU ms',
      'failed',
    ],
    clients.flatMap(({ way, rates }) =>
      rates.map((at) => [
        way,
        String(at.rate),
        ms(at.p50.median),
        ms(at.p99.median),
        cpu(at, 'controller'),
        times((at.cpuACall.controller?.median ?? 0) / (base?.cpuACall.controller?.median ?? Number.NaN)),
        cpu(at, 'asterisk'),
        `${at.failed}/${at.calls}`,
      ]),
    ),
  )
}

const rateOf = (way: WayFigures | undefined, rate: number): RateFigures | undefined =>
  way?.rates.find((known) => known.rate === rate)
const cpu = (at: RateFigures, ...names: readonly string[]): string => {
  const known = names.flatMap((name) => at.cpuACall[name]?.median ?? [])
  return known.length > 0 ? ms(known.reduce((sum, one) => sum + one)) : '–'
}

/** What issue and design ask for. Nothing fails here: machines are noisy, and people judge. */
function printDemands({ ways, full, away, growth, memory, facts, journal, acd }: Results): void {
  const [dial, queue, ours] = ['dial', 'queue', 'ours'].map((name) => ways?.find(({ way }) => way === name))
  const p99 = (way: WayFigures | undefined, rate: number): number => rateOf(way, rate)?.p99.median ?? Number.NaN
  const demands: [string, number, (value: number) => boolean, string][] = []
  if (ours) {
    for (const rate of [40, 80]) {
      demands.push([
        `p99 of ours to app_queue at ${rate}/s`,
        p99(ours, rate) / p99(queue, rate),
        (r) => r < 1,
        'below 1',
      ])
    }
    demands.push(['p99 of ours to Dial() at 40/s', p99(ours, 40) / p99(dial, 40), (r) => r <= 1.5, 'at most 1.5'])
    const controller = rateOf(ours, 40)?.cpuACall.controller?.median ?? Number.NaN
    demands.push(['switchboard, ms CPU a call at 40/s', controller, (value) => value <= 4, 'at most 4'])
  }
  const [fullQueue, fullOurs] = ['queue', 'ours'].map((name) => full?.find(({ way }) => way === name))
  for (const { rate } of fullOurs?.rates ?? [])
    demands.push([
      `full hall, p99 of ours to app_queue at ${rate}/s`,
      p99(fullOurs, rate) / p99(fullQueue, rate),
      (r) => r < 1,
      'below 1',
    ])
  if (away) {
    const ratio = away.away.p99.median / away.there.p99.median
    demands.push(['p99 with Postgres and Redis away, to normal', ratio, (r) => r <= 1.1, 'at most 1.1'])
  }
  if (growth)
    for (const name of ['switchboard', 'worker'] as const)
      demands.push([`${name}, MB more for 10,000 calls`, growthOf(growth, growth[name]), (mb) => mb < 2, 'below 2'])
  if (memory) demands.push(['switchboard, MB resident', memory.fullMb, (value) => value <= 150, 'at most 150'])
  if (facts) {
    demands.push(['facts a second into Postgres', facts.factsASecond, (value) => value >= 2_000, 'at least 2000'])
    demands.push(['facts lost, doubled or changed', facts.lost + facts.doubled + facts.changed, (n) => n === 0, 'none'])
  }
  if (journal) {
    const { paced, most } = journal
    demands.push(['journal, ms to disk (p99)', paced.p99, (value) => value <= 10, 'at most 10'])
    demands.push(['journal, facts a second at most', most.facts, (value) => value >= 20_000, 'at least 20000'])
  }
  const [small, large] = acd ?? []
  if (small && large)
    demands.push(['ACD core, ten times the hall', large.eventUs / small.eventUs, (r) => r < 3, 'below 3'])
  const measured = demands.filter(([, value]) => !Number.isNaN(value))
  printTable(
    ['asked for', 'wanted', 'measured', ''],
    measured.map(([what, value, holds, wanted]) => [what, wanted, value.toFixed(2), holds(value) ? 'yes' : 'NO']),
  )
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  console.log(`\n${line(head)}\n|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  for (const row of rows) console.log(line(row))
}
