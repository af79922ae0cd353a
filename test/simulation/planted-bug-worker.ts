/** Loads the product with one planted bug in it, and looks for it with shift after shift. Runs in a process of its own. */
import { registerHooks } from 'node:module'
import type { PlantedBug } from './planted-bugs.ts'

const { bug, mostSeeds } = await new Promise<{ bug: PlantedBug; mostSeeds: number }>((resolve) => {
  process.once('message', (given) => resolve(given as { bug: PlantedBug; mostSeeds: number }))
})
let planted = 0
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(`/${bug.file}`)) return loaded
    const { source } = loaded
    const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString()
    if (text.split(bug.text).length !== 2) throw new Error(`${bug.name}: its text does not stand in ${bug.file} once`)
    planted += 1
    return { ...loaded, source: text.replace(bug.text, () => bug.becomes) }
  },
})
const { drawScenario } = await import('./scenario.ts')
const { simulate } = await import('./simulation.ts')
let found: { seed: number; invariant: string } | null = null
for (const seed of [bug.shift, ...Array.from({ length: mostSeeds }, (_, n) => n + 1)]) {
  if (found) break
  const { failure } = await simulate(drawScenario(seed))
  if (failure) found = { seed, invariant: failure.invariant }
}
if (planted !== 1) throw new Error(`${bug.name}: the file was not loaded`)
process.send?.(found)
