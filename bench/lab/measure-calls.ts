/** Calls at one rate through one way, with what they cost. */
import { setTimeout as pause } from 'node:timers/promises'
import { ports } from './lab.ts'
import { cpuMs, machineTime } from './processor-time.ts'
import { type Heard, type Load, startCalling } from './sipp.ts'

export type Measured = Omit<Heard, 'connectMs' | 'rate'> & {
  readonly asked: number
  readonly rate: number
  /** Processor time a call, ms, by the name of the process. */
  readonly cpuACall: Readonly<Record<string, number>>
  /** Share of all processors that was busy, with whatever else the machine does. */
  readonly busy: number
}

/** `processes`: name → pid of those whose processor time is told. */
export async function measureCalls(
  place: { root: string; dir: string },
  load: Load,
  processes: Readonly<Record<string, number>>,
): Promise<Measured> {
  const before = Object.entries(processes).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }))
  const machine = machineTime()
  const calling = await startCalling(place, load, { from: ports.caller, to: ports.sip })
  const { connectMs: _, ...heard } = await calling.heard()
  const machineAfter = machineTime()
  const cpuACall = Object.fromEntries(before.map(({ name, pid, ms }) => [name, (cpuMs(pid) - ms) / load.calls]))
  // What the last calls leave behind is done before the next rate begins.
  await pause(500)
  const busy = (machineAfter.busyMs - machine.busyMs) / (machineAfter.wholeMs - machine.wholeMs)
  return { ...heard, asked: load.rate, cpuACall, busy }
}
