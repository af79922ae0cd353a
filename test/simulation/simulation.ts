/**
 * One shift of the hall, from a seed: the real switchboard with its real cores and its real ARI client, on a clock, a disk, a
 * network and an Asterisk that are simulated, among callers, agents and faults that a scenario tells of. The same scenario
 * gives the same shift, to the last event.
 */
import { createHash } from 'node:crypto'
import { checkEnd } from './check-end.ts'
import { checkSettled } from './check-settled.ts'
import type { Failure } from './failure.ts'
import { Hall } from './hall.ts'
import { type Deed, isFault, type Scenario, tell } from './scenario.ts'
import { VirtualTime, world } from './virtual-time.ts'

export type Outcome = {
  readonly failure: Failure | null
  /** The same for the same shift, and for no other. */
  readonly fingerprint: string
  /** What happened, line by line; only when asked for. */
  readonly trace: readonly string[]
  readonly virtualMs: number
  readonly calls: number
  readonly faults: number
  readonly facts: number
  readonly jobs: number
  readonly troubles: ReadonlyMap<string, number>
}

const startMs = Date.UTC(2026, 10, 24, 1)
const settledEveryMs = 2_000
/** After the last deed: everything mends and calms down; then everybody goes home; then nothing is left. */
const calmMs = 50_000
const goneMs = 150_000

export async function simulate(scenario: Scenario, keepTrace = false): Promise<Outcome> {
  const time = new VirtualTime(startMs)
  const uninstall = time.install()
  const hash = createHash('sha256')
  const trace: string[] = []
  let failure: Failure | null = null
  let thrown: (error: unknown) => void = () => {}
  try {
    const hall = new Hall(
      time,
      scenario.seed,
      (invariant, detail) => {
        failure ??= { invariant, detail, at: time.now - startMs }
      },
      (line) => {
        hash.update(line)
        if (keepTrace) trace.push(`${(time.now - startMs).toFixed(1).padStart(10)} ${line}`)
      },
    )
    time.onThrow = thrown = (error) => hall.complain('nothing is thrown', String((error as Error).stack ?? error))
    process.on('unhandledRejection', thrown)
    schedule(time, hall, scenario)
    const stop = (): boolean => failure !== null
    const endMs = startMs + scenario.activeMs + calmMs + goneMs
    await time.runUntil(endMs, stop)
    if (failure === null) checkEnd(hall)
    return {
      failure,
      fingerprint: hash.digest('hex').slice(0, 16),
      trace,
      virtualMs: time.now - startMs,
      calls: hall.callers.length,
      faults: scenario.deeds.filter(isFault).length,
      facts: hall.disk.facts.length,
      jobs: time.jobsDone,
      troubles: hall.troubles,
    }
  } finally {
    process.off('unhandledRejection', thrown)
    uninstall()
  }
}

function schedule(time: VirtualTime, hall: Hall, { deeds, activeMs }: Scenario): void {
  hall.open()
  const at = (ms: number, run: () => void): void => void time.after(ms, run, world)
  for (const deed of deeds) at(deed.at, () => perform(hall, deed))
  const settle = (): void => {
    checkSettled(hall)
    at(settledEveryMs, settle)
  }
  at(settledEveryMs, settle)
  at(activeMs, () => hall.mend())
  at(activeMs + calmMs, () => hall.sendHome())
}

function perform(hall: Hall, deed: Deed): void {
  hall.note(tell(deed))
  switch (deed.do) {
    case 'call':
      hall.call(deed)
      break
    case 'callerHangsUp':
      hall.callerHangsUp(deed.pick)
      break
    case 'phoneHangsUp':
      hall.phoneHangsUp(deed.pick)
      break
    case 'phoneGone':
      hall.phoneGone(deed.seat, deed.forMs)
      break
    case 'press':
      hall.press(deed.agent, deed.roll, deed.twice)
      break
    case 'crash':
      hall.crash(deed.downMs, deed.on)
      break
    case 'takeOver':
      hall.takeOver(deed.from, deed.gapMs)
      break
    case 'standStill':
      hall.standStill(deed.forMs)
      break
    case 'cut':
      hall.cut(deed.silentMs, deed.awayMs)
      break
    case 'restartAsterisk':
      hall.restartAsterisk(deed.awayMs)
      break
    case 'weather':
      hall.turnWeather(deed.is, deed.forMs)
      break
    case 'slowDisk':
      hall.slowDisk(deed.syncMs, deed.forMs)
      break
    case 'fullDisk':
      hall.fullDisk(deed.forMs)
      break
    case 'hangAsterisk':
      hall.hangAsterisk(deed.forMs)
      break
    case 'stepClock':
      hall.stepClock(deed.byMs)
      break
  }
}
