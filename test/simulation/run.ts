/**
 * Long runs: `node test/simulation/run.ts --hours 500 [--seed 1] [--trace] [--go-on]`. One summary line; a failing seed is
 * cut down and printed with what is left of it. `--seeds 1` runs one seed alone.
 */
import { parseArgs } from 'node:util'
import { drawScenario, tell } from './scenario.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulation.ts'

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'go-on': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
})
const wantedMs = Number(values.hours) * 3_600_000
const mostSeeds = values.seeds === undefined ? Number.POSITIVE_INFINITY : Number(values.seeds)
const begun = performance.now()
const total = { virtualMs: 0, calls: 0, faults: 0, facts: 0, failures: 0, seeds: 0 }
const troubles = new Map<string, number>()
const kinds = new Map<string, number[]>()

for (let seed = Number(values.seed); total.virtualMs < wantedMs && total.seeds < mostSeeds; seed++) {
  const scenario = drawScenario(seed)
  const outcome = await simulate(scenario)
  total.seeds += 1
  total.virtualMs += outcome.virtualMs
  total.calls += outcome.calls
  total.faults += outcome.faults
  total.facts += outcome.facts
  for (const [kind, count] of outcome.troubles) troubles.set(kind, (troubles.get(kind) ?? 0) + count)
  if (!outcome.failure) continue
  total.failures += 1
  const { invariant } = outcome.failure
  kinds.set(invariant, [...(kinds.get(invariant) ?? []), seed])
  if (values['no-shrink']) continue
  const { scenario: small, failure, runs } = await shrink(scenario, outcome.failure)
  console.log(
    `seed ${seed}: ${failure.invariant} (${small.deeds.length} of ${scenario.deeds.length} deeds, ${runs} runs)`,
  )
  console.log(small.deeds.map(tell).join('\n'))
  if (values.trace) console.log((await simulate(small, true)).trace.join('\n'))
  console.log(`at ${failure.at} ms: ${failure.detail}\n`)
  if (!values['go-on']) break
}
const seconds = (performance.now() - begun) / 1000
const hours = total.virtualMs / 3_600_000
for (const [kind, seeds] of kinds) console.log(`${seeds.length} × ${kind}: seeds ${seeds.slice(0, 12).join(' ')}`)
if (values.trace)
  for (const [kind, count] of [...troubles].sort((a, b) => b[1] - a[1])) console.log(`trouble ${count} × ${kind}`)
console.log(
  `${hours.toFixed(1)} virtual hours, ${total.seeds} shifts, ${total.calls} calls, ${total.facts} facts, ${total.faults} faults, ` +
    `${total.failures} failures, ${seconds.toFixed(1)} s (${((hours / seconds) * 60).toFixed(0)} hours a minute)`,
)
process.exitCode = total.failures === 0 ? 0 : 1
