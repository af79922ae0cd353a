/** Hunts planted bugs, a few at a time. By itself: `node test/simulation/hunt.ts [part of a name]` prints what finds what. */
import { fork } from 'node:child_process'
import { type PlantedBug, plantedBugs } from './planted-bugs.ts'

export type Found = { readonly seed: number; readonly invariant: string } | null

/** A process each: of some fifty worker threads that end in one process, V8 has fallen over one. */
export function huntOne(bug: PlantedBug, mostSeeds: number): Promise<Found> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./planted-bug-worker.ts', import.meta.url), { execArgv: [] })
    let found: Found = null
    child.once('message', (answer) => {
      found = answer as Found
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve(found) : reject(new Error(`${bug.name}: it ended with ${code}`)),
    )
    child.send({ bug, mostSeeds })
  })
}

export async function huntAll(mostSeeds: number, atOnce = 2, bugs = plantedBugs): Promise<Map<PlantedBug, Found>> {
  const found = new Map<PlantedBug, Found>()
  const left = [...bugs]
  const hunter = async (): Promise<void> => {
    for (let bug = left.shift(); bug; bug = left.shift()) found.set(bug, await huntOne(bug, mostSeeds))
  }
  await Promise.all(Array.from({ length: atOnce }, hunter))
  return found
}

if (import.meta.main) {
  const wanted = plantedBugs.filter(({ name }) => name.includes(process.argv[2] ?? ''))
  for (const bug of wanted) {
    const found = await huntOne({ ...bug, shift: 1 }, Number(process.argv[3] ?? 60)).catch((error: unknown) => ({
      seed: 0,
      invariant: `WRONG ${String(error)}`,
    }))
    console.log(
      `${found ? `seed ${found.seed}`.padEnd(8) : 'NOT FOUND'}  ${bug.name}${found ? `: ${found.invariant}` : ''}`,
    )
  }
}
