/** Plays the shifts whose seeds it is given, one after another. Runs in a worker thread. */
import { parentPort } from 'node:worker_threads'
import { drawScenario, tell } from './scenario.ts'
import { shrink } from './shrink.ts'
import { simulate } from './simulation.ts'

/** `told`: the failing shift, cut down, as a person would tell it. */
export type Played = { readonly seed: number; readonly virtualMs: number; readonly calls: number; told: string | null }

const mostTries = 150

parentPort?.on('message', async (seed: number) => {
  const scenario = drawScenario(seed)
  const { failure, virtualMs, calls } = await simulate(scenario)
  const played: Played = { seed, virtualMs, calls, told: null }
  if (failure) {
    const small = await shrink(scenario, failure, mostTries)
    const deeds = small.scenario.deeds.map(tell).join('\n')
    const { invariant, at, detail } = small.failure
    played.told = `seed ${seed}: ${invariant}\n${deeds}\nat ${at} ms: ${detail}`
  }
  parentPort?.postMessage(played)
})
