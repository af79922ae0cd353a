/**
 * Hundreds of hours of the whole hall, on every core. The seeds are always the same, so that what turns red is what was changed;
 * SIMULATED_SEED and SIMULATED_HOURS say otherwise, for a hunt.
 */
import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { playShifts } from './play-shifts.ts'

const hours = Number(process.env.SIMULATED_HOURS ?? 500)
const firstSeed = Number(process.env.SIMULATED_SEED ?? 1_000)

test(`nobody is lost, doubled, misheard or left behind in ${hours} hours`, { timeout: 600_000 }, async () => {
  console.log(`shifts from seed ${firstSeed} on: SIMULATED_SEED=${firstSeed} scripts/test simulation`)
  const season = await playShifts(firstSeed, hours, availableParallelism())
  console.log(`${season.hours.toFixed(0)} virtual hours, ${season.shifts} shifts, ${season.calls} calls`)
  expect(season.failed.join('\n\n')).toBe('')
  expect(season.hours).toBeGreaterThanOrEqual(hours)
  expect(season.calls).toBeGreaterThan(50 * hours)
})
