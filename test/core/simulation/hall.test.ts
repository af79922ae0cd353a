/** Simulated shifts of the whole hall: some seconds of them here, hundreds of hours in test/simulation/season.test.ts. */
import { expect, test } from 'vitest'
import { drawScenario, tell } from '../../simulation/scenario.ts'
import { shrink } from '../../simulation/shrink.ts'
import { simulate } from '../../simulation/simulation.ts'

const shifts = Number(process.env.SIMULATED_SHIFTS ?? 12)
const firstSeed = Number(process.env.SIMULATED_SEED ?? 1)

test('whatever happens in a shift, nobody is lost, doubled, misheard or left behind', { timeout: 60_000 }, async () => {
  for (let seed = firstSeed; seed < firstSeed + shifts; seed++) {
    const scenario = drawScenario(seed)
    const { failure } = await simulate(scenario)
    if (!failure) continue
    const small = await shrink(scenario, failure, 100)
    const told = small.scenario.deeds.map(tell).join('\n')
    expect.fail(`seed ${seed}: ${small.failure.invariant}\n${told}\nat ${small.failure.at} ms: ${small.failure.detail}`)
  }
})

test('the same shift happens twice in the same way, to the last event', async () => {
  const scenario = drawScenario(firstSeed + 3)
  const first = await simulate(scenario, true)
  const second = await simulate(scenario, true)
  expect(second.trace).toEqual(first.trace)
  expect(second.fingerprint).toBe(first.fingerprint)
  expect(first.trace.length).toBeGreaterThan(200)
})
