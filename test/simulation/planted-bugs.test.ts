/** A simulation that finds nothing proves nothing unless it finds what is there: each planted bug within a few shifts. */
import { expect, test } from 'vitest'
import { huntAll } from './hunt.ts'
import { plantedBugs } from './planted-bugs.ts'

const mostSeeds = 30

test('every planted bug is found', { timeout: 300_000 }, async () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(55)
  const found = await huntAll(mostSeeds)
  expect([...found].filter(([, how]) => how === null).map(([{ name }]) => name)).toEqual([])
})
