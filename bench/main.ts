/** `scripts/bench`: measures the whole on this machine and prints a table; see `usage`. */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { assertAsteriskVersion } from '../scripts/lib/asterisk.ts'
import { readNames, readOptions } from './lab/command-line.ts'
import { openLab } from './lab/lab.ts'
import { measureAcd } from './parts/acd.ts'
import { measureAway } from './parts/away.ts'
import { allWays, measureClients, measureFullHall, measureWays, type Scale } from './parts/calls.ts'
import { measureFacts } from './parts/facts.ts'
import { measureGrowth } from './parts/growth.ts'
import { measureJournal } from './parts/journal.ts'
import { measureMemory } from './parts/memory.ts'
import { printResults, type Results } from './report.ts'

const whole: Scale = { rounds: 3, seconds: 10, rates: [10, 40, 80], ceilingRates: [80, 120, 160, 200] }
const quick: Scale = { rounds: 1, seconds: 8, rates: [10, 40, 80], ceilingRates: [] }
const allParts = ['acd', 'journal', 'facts', 'memory', 'clients', 'calls', 'full', 'away', 'growth'] as const

const usage = `scripts/bench [--quick] [--only PART,PART] [--ways WAY,WAY] [--out FILE]

Parts: ${allParts.join(', ')}; ways of "calls": ${allWays.join(', ')}. The figures also go to FILE, as JSON.`

const values = readOptions(usage, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: allParts.join(',') },
  ways: { type: 'string', default: allWays.join(',') },
  out: { type: 'string' },
})
const parts = readNames('part', values.only.split(','), allParts)
const ways = readNames('way', values.ways.split(','), allWays)
const scale = values.quick ? quick : whole
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)

const lab = openLab()
const stores = await lab.startStores()
const results: { -readonly [Part in keyof Results]: Results[Part] } = {
  machine: {
    processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    'load at the start': loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    node: process.versions.node,
    asterisk: await assertAsteriskVersion(lab.root, join(lab.dir, 'version')),
  },
}
try {
  if (parts.has('acd'))
    results.acd = measureAcd(
      [
        [1_000, 200],
        [10_000, 2_000],
      ],
      values.quick ? 10_000 : 50_000,
    )
  if (parts.has('journal')) results.journal = await measureJournal(lab.dir, values.quick ? 5 : 20)
  if (parts.has('facts')) results.facts = await measureFacts(lab, stores, values.quick ? 1_500 : 6_000)
  if (parts.has('memory')) results.memory = await measureMemory(lab)
  if (parts.has('clients')) results.clients = await measureClients(lab, scale, say)
  const storePids = { postgres: stores.postgres.pid, redis: stores.redis.pid }
  if (parts.has('calls')) results.ways = await measureWays(lab, scale, ways, storePids, say)
  if (parts.has('away')) results.away = await measureAway(lab, stores, scale.rounds, say)
  if (parts.has('growth')) results.growth = await measureGrowth(lab, say)
  if (parts.has('full')) results.full = await measureFullHall(lab, scale, storePids, say)
} finally {
  await stores.stop()
}
const out = values.out ?? join(lab.dir, 'results.json')
writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`)
printResults(results)
console.log(`\nAll figures: ${out}`)
