/** How much memory the switchboard holds with 200 callers talking and 500 waiting. */
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../scripts/lib/readiness.ts'
import { agents } from '../lab/asterisk-etc.ts'
import { type Lab, ports } from '../lab/lab.ts'
import { residentMb } from '../lab/processor-time.ts'
import { startCalling } from '../lab/sipp.ts'
import { openOurs } from './ways.ts'

export type MemoryFigures = {
  readonly talking: number
  readonly waiting: number
  /** Resident, MB: with all agents ready and no call, and the most that was seen while all calls were up. */
  readonly idleMb: number
  readonly fullMb: number
}

const callers = 700
const watchMs = 20_000

export async function measureMemory(lab: Lab): Promise<MemoryFigures> {
  // The first start on a machine strips the types and compiles; every later one finds that in its cache.
  await (await openOurs(lab, {})).stop()
  const way = await openOurs(lab, {})
  const pid = way.processes.controller ?? 0
  try {
    const idleMb = residentMb(pid)
    const talkMs = [120_000, 120_000] as const
    const load = { number: way.number, rate: 20, calls: callers, talkMs, patienceMs: 240_000 }
    const calling = await startCalling(way.place, load, { from: ports.caller, to: ports.sip })
    const live = async () => (await health()).calls
    await until(`${callers} calls`, async () => (await live()) === callers && way.agents.count('busy') === agents, {
      withinMs: 90_000,
    })
    let fullMb = 0
    for (const end = performance.now() + watchMs; performance.now() < end; await pause(250)) {
      fullMb = Math.max(fullMb, residentMb(pid))
    }
    const talking = way.agents.count('busy')
    const waiting = (await live()) - talking
    await calling.running.kill()
    return { talking, waiting, idleMb, fullMb }
  } finally {
    await way.stop()
  }
}

async function health(): Promise<{ calls: number }> {
  const response = await fetch(`http://127.0.0.1:${ports.switchboardHealth}/health/ready`)
  return (await response.json()) as { calls: number }
}
