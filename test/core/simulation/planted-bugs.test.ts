/** A simulation that finds nothing proves nothing unless it finds what is there: each planted bug within a few shifts. */
import { expect, test } from 'vitest'
import { huntAll } from '../../simulation/hunt.ts'
import { plantedBugs } from '../../simulation/planted-bugs.ts'

const mostSeeds = 30

test('every planted bug is found', { timeout: 120_000 }, async () => {
  expect(plantedBugs.length).toBeGreaterThanOrEqual(20)
  const found = await huntAll(mostSeeds)
  expect([...found].filter(([, how]) => how === null).map(([{ name }]) => name)).toEqual([])
})
