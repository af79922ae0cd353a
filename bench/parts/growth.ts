/**
 * Whether the switchboard keeps something of every call: what it holds at rest after a full collection of its garbage, after one and after
 * two lots of calls. Resident memory alone tells when V8 has last collected.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { collectGarbage } from '../lab/inspector.ts'
import { type Lab, ports } from '../lab/lab.ts'
import { measureCalls } from '../lab/measure-calls.ts'
import { residentMb } from '../lab/processor-time.ts'
import { openOurs } from './ways.ts'

/** At rest, MB: after the calls that only warm it up, and after each lot. */
export type GrowthFigures = {
  /** Calls of a lot. */
  readonly calls: number
  readonly heldMb: readonly number[]
  readonly residentMb: readonly number[]
  readonly failed: number
}

const lots = 2
const load = { rate: 100, calls: 10_000, talkMs: [600, 900] } as const
const warmUp = { ...load, calls: 5_000 } as const
/** Longer than ended calls are remembered for late news of theirs. */
const restMs = 20_000

export async function measureGrowth(lab: Lab, say: (line: string) => void): Promise<GrowthFigures> {
  const way = await openOurs(lab, {}, [`--inspect=127.0.0.1:${ports.inspector}`])
  const pid = way.processes.controller ?? 0
  const held: number[] = []
  const resident: number[] = []
  let failed = 0
  const rest = async () => {
    await way.settled()
    await pause(restMs)
    held.push(await collectGarbage(ports.inspector))
    resident.push(residentMb(pid))
    say(`growth: ${held.at(-1)?.toFixed(1)} MB held at rest, ${resident.at(-1)?.toFixed(1)} MB resident`)
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
  return { calls: load.calls, heldMb: held, residentMb: resident, failed }
}

/** MB held for 10,000 calls. */
export const growthOf = ({ calls, heldMb }: GrowthFigures): number =>
  (((heldMb.at(-1) ?? Number.NaN) - (heldMb[0] ?? Number.NaN)) / ((heldMb.length - 1) * calls)) * 10_000
