/** Whether the switchboard keeps something of every call: resident memory at rest, after one and after two lots of calls. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Lab } from '../lab/lab.ts'
import { measureCalls } from '../lab/measure-calls.ts'
import { residentMb } from '../lab/processor-time.ts'
import { openOurs } from './ways.ts'

export type GrowthFigures = {
  /** Calls of a lot. */
  readonly calls: number
  /** Resident at rest, MB: after the calls that only warm it up, and after each lot. */
  readonly restMb: readonly number[]
  readonly failed: number
}

const lots = 2
const load = { rate: 100, calls: 10_000, talkMs: [600, 900] } as const
const warmUp = { ...load, calls: 5_000 } as const
/** Longer than ended calls are remembered for late news of theirs. */
const restMs = 20_000

export async function measureGrowth(lab: Lab, say: (line: string) => void): Promise<GrowthFigures> {
  const way = await openOurs(lab, {})
  const pid = way.processes.controller ?? 0
  const restMb: number[] = []
  let failed = 0
  const rest = async () => {
    await way.settled()
    let least = Number.POSITIVE_INFINITY
    for (const end = performance.now() + restMs; performance.now() < end; await pause(250))
      least = Math.min(least, residentMb(pid))
    restMb.push(least)
    say(`growth: ${least.toFixed(1)} MB at rest`)
  }
  try {
    await measureCalls(way.place, { number: way.number, ...warmUp }, {})
    await rest()
    for (let lot = 0; lot < lots; lot++) {
      failed += (await measureCalls(way.place, { number: way.number, ...load }, {})).failed
      await rest()
    }
  } finally {
    await way.stop()
  }
  return { calls: load.calls, restMb, failed }
}

/** MB for 10,000 calls. */
export const growthOf = ({ calls, restMb }: GrowthFigures): number =>
  (((restMb.at(-1) ?? Number.NaN) - (restMb[0] ?? Number.NaN)) / ((restMb.length - 1) * calls)) * 10_000
