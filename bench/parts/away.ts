/** Connecting callers with Postgres and Redis there, and with both away, in turn: nothing of theirs may stand in a call's way. */
import { until } from '../../scripts/lib/readiness.ts'
import { type Spread, spread } from '../lab/figures.ts'
import { type Lab, ports, type Stores } from '../lab/lab.ts'
import { measureCalls } from '../lab/measure-calls.ts'
import { openOurs } from './ways.ts'

type Figures = { readonly p50: Spread; readonly p99: Spread; readonly failed: number; readonly calls: number }
export type AwayFigures = { readonly there: Figures; readonly away: Figures }

const load = { rate: 40, calls: 800, talkMs: [1_000, 1_500] } as const
const warmUp = { rate: 20, calls: 300, talkMs: [600, 900] } as const

export async function measureAway(
  lab: Lab,
  stores: Stores,
  rounds: number,
  say: (line: string) => void,
): Promise<AwayFigures> {
  const way = await openOurs(lab, {})
  const measure = async (how: string) => {
    const { p50, p99, failed, calls } = await measureCalls(way.place, { number: way.number, ...load }, {})
    say(`stores ${how}: p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms, ${failed} failed`)
    await way.settled()
    return { p50, p99, failed, calls }
  }
  const [there, away]: Awaited<ReturnType<typeof measure>>[][] = [[], []]
  try {
    await measureCalls(way.place, { number: way.number, ...warmUp }, {})
    for (let round = 1; round <= rounds; round++) {
      there?.push(await measure('there'))
      await stores.goAway()
      await until('the switchboard to miss Postgres', async () => !(await parts()).postgres.ok, {
        withinMs: 30_000,
      })
      away?.push(await measure('away'))
      await stores.comeBack()
      await until('all facts in Postgres', async () => (await parts()).journal.behind === 0, { withinMs: 120_000 })
    }
  } finally {
    await way.stop()
  }
  return { there: summed(there ?? []), away: summed(away ?? []) }
}

const summed = (all: readonly { p50: number; p99: number; failed: number; calls: number }[]): Figures => ({
  p50: spread(all.map(({ p50 }) => p50)),
  p99: spread(all.map(({ p99 }) => p99)),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
  calls: all.reduce((sum, { calls }) => sum + calls, 0),
})

async function parts(): Promise<{ postgres: { ok: boolean }; journal: { behind: number } }> {
  const response = await fetch(`http://127.0.0.1:${ports.switchboardHealth}/health/ready`)
  return ((await response.json()) as { parts: Awaited<ReturnType<typeof parts>> }).parts
}
