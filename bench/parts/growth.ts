/**
 * Whether the switchboard or the worker keeps something of every call: what each holds at rest after a full collection of its garbage,
 * after one and after two lots of calls. Resident memory alone tells when V8 has last collected.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { collectGarbage } from '../lab/inspector.ts'
import { type Lab, ports } from '../lab/lab.ts'
import { measureCalls } from '../lab/measure-calls.ts'
import { residentMb } from '../lab/processor-time.ts'
import { openOurs } from './ways.ts'

/** At rest, MB: after the calls that only warm it up, and after each lot. */
type Held = { readonly heldMb: number[]; readonly residentMb: number[] }

export type GrowthFigures = {
  /** Calls of a lot. */
  readonly calls: number
  readonly failed: number
  readonly switchboard: Held
  readonly worker: Held
}

const lots = 2
/** A rate that two slow cores hold, too: a caller who is refused weighs nothing. */
const load = { rate: 40, calls: 10_000, talkMs: [600, 900] } as const
const warmUp = { ...load, calls: 2_000 } as const
/** Longer than ended calls are remembered for late news of theirs. */
const restMs = 20_000

export async function measureGrowth(lab: Lab, say: (line: string) => void): Promise<GrowthFigures> {
  const inspected = (port: number): string[] => [`--inspect=127.0.0.1:${port}`]
  const way = await openOurs(
    lab,
    {},
    { switchboard: inspected(ports.switchboardInspector), worker: inspected(ports.workerInspector) },
  )
  const switchboard: Held = { heldMb: [], residentMb: [] }
  const worker: Held = { heldMb: [], residentMb: [] }
  let failed = 0
  const weigh = async (name: string, { heldMb, residentMb: resident }: Held, pid: number, inspector: number) => {
    heldMb.push(await collectGarbage(inspector))
    resident.push(residentMb(pid))
    say(`growth: ${name} ${heldMb.at(-1)?.toFixed(1)} MB held at rest, ${resident.at(-1)?.toFixed(1)} MB resident`)
  }
  const rest = async () => {
    await way.settled()
    await pause(restMs)
    await weigh('switchboard', switchboard, way.processes.controller ?? 0, ports.switchboardInspector)
    await weigh('worker', worker, way.processes.worker ?? 0, ports.workerInspector)
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
  return { calls: load.calls, failed, switchboard, worker }
}

/** MB held for 10,000 calls. */
export const growthOf = ({ calls }: GrowthFigures, { heldMb }: Held): number =>
  (((heldMb.at(-1) ?? Number.NaN) - (heldMb[0] ?? Number.NaN)) / ((heldMb.length - 1) * calls)) * 10_000
