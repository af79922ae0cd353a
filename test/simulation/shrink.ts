/** Cuts a failing scenario down: whatever can be left out, so that it still fails in the same way, is. */
import type { Failure } from './failure.ts'
import type { Deed, Scenario } from './scenario.ts'
import { simulate } from './simulation.ts'

export type Shrunk = { readonly scenario: Scenario; readonly failure: Failure; readonly runs: number }

export async function shrink(scenario: Scenario, failure: Failure, mostRuns = 400): Promise<Shrunk> {
  let best: Shrunk = { scenario, failure, runs: 0 }
  let runs = 0
  const tryWith = async (deeds: readonly Deed[]): Promise<boolean> => {
    runs += 1
    const next = { ...best.scenario, deeds }
    const outcome = await simulate(next)
    if (outcome.failure?.invariant !== failure.invariant) return false
    best = { scenario: next, failure: outcome.failure, runs }
    return true
  }
  // What comes after the failure has not caused it.
  await tryWith(scenario.deeds.filter(({ at }) => at <= failure.at))
  for (let size = Math.ceil(best.scenario.deeds.length / 2); size >= 1 && runs < mostRuns; ) {
    let cutOne = false
    for (let from = 0; from < best.scenario.deeds.length && runs < mostRuns; ) {
      const { deeds } = best.scenario
      if (await tryWith([...deeds.slice(0, from), ...deeds.slice(from + size)])) cutOne = true
      else from += size
    }
    if (size === 1 && !cutOne) break
    size = size === 1 ? 1 : Math.ceil(size / 2)
  }
  return { ...best, runs }
}
