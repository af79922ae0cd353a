/**
 * Hundreds of hours of the whole hall, on every core. The seeds are another's with each commit, and the same for the same
 * commit; SIMULATED_SEED and SIMULATED_HOURS say otherwise.
 */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { playShifts } from './play-shifts.ts'

const hours = Number(process.env.SIMULATED_HOURS ?? 500)
const firstSeed = Number(process.env.SIMULATED_SEED ?? seedOfCommit())

test(`nobody is lost, doubled, misheard or left behind in ${hours} hours`, { timeout: 600_000 }, async () => {
  console.log(`shifts from seed ${firstSeed} on: SIMULATED_SEED=${firstSeed} scripts/test simulation`)
  const season = await playShifts(firstSeed, hours, availableParallelism())
  console.log(`${season.hours.toFixed(0)} virtual hours, ${season.shifts} shifts, ${season.calls} calls`)
  expect(season.failed.join('\n\n')).toBe('')
  expect(season.hours).toBeGreaterThanOrEqual(hours)
  expect(season.calls).toBeGreaterThan(50 * hours)
})

/** Where there is no repository: always the same. */
function seedOfCommit(): number {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return Number.parseInt(commit.slice(0, 5), 16) * 1_000
  } catch {
    return 1
  }
}
