/**
 * `scripts/soak [--rounds N] [--seed S] [--only "fault,fault"] [--agents N] [--talking N] [--waiting N] [--rate N]
 * [--out FILE]`: the long form of test/faults.
 * Each fault strikes once a round, at an instant that the seed gives. Prints one table; the JSON has every run.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openStack } from '../test/faults/kit/stack.ts'
import { faults } from '../test/faults/list.ts'
import { type Outcome, ordeal } from '../test/faults/ordeal.ts'
import { diceFrom } from '../test/simulation/dice.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
    agents: { type: 'string', default: '60' },
    talking: { type: 'string', default: '30' },
    waiting: { type: 'string', default: '20' },
    rate: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})
const chosen = faults.filter(({ name }) => values.only?.split(',').includes(name) ?? true)
const dice = diceFrom(Number(values.seed), 'soak')
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)
say(`seed ${values.seed}, ${values.rounds} rounds of ${chosen.length} faults`)

const outcomes: Outcome[] = []
const stack = await openStack({ agentCount: Number(values.agents) })
try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const fault of chosen) {
      const outcome = await ordeal(stack, fault, {
        ...{ talking: Number(values.talking), waiting: Number(values.waiting), rate: Number(values.rate) },
        beforeMs: dice.between(500, 3_500),
      })
      outcomes.push(outcome)
      const { failures, ...figures } = outcome
      say(`${round} ${JSON.stringify(figures)}`)
      for (const { invariant, detail } of failures.slice(0, 5)) say(`  WRONG ${invariant}: ${detail}`)
    }
  }
} finally {
  await stack.stop()
}
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ seed: values.seed, outcomes }, null, 2)}\n`)
console.table(
  [...Map.groupBy(outcomes, ({ fault }) => fault)].map(([fault, runs]) => {
    const sum = (of: (run: Outcome) => number): number => runs.reduce((all, run) => all + of(run), 0)
    return {
      ...{ fault, runs: runs.length, calls: sum(({ calls }) => calls), lost: sum(({ lost }) => lost) },
      ...{ doubled: sum(({ doubled }) => doubled), reordered: sum(({ reordered }) => reordered) },
      ...{ cut: sum((run) => run.cut), wrong: sum(({ failures }) => failures.length) },
      'worst recovery ms': Math.max(...runs.map(({ recoveryMs }) => recoveryMs)),
    }
  }),
)
if (outcomes.some(({ failures }) => failures.length > 0)) process.exitCode = 1
