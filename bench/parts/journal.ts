/** The journal on this machine's disk: how long a step takes to be safe at the pace of a hall, and how much goes through at most. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openJournal } from '#journal'
import { quantile } from '../lab/figures.ts'
import { hallInFullSwing } from '../lab/made-up-calls.ts'

export type JournalFigures = {
  /** Steps a second in the paced run, and how long each took to be on disk. */
  readonly paced: { readonly steps: number; readonly p50: number; readonly p99: number }
  /** Facts a second with always 64 steps under way. */
  readonly most: { readonly facts: number; readonly steps: number }
}

export async function measureJournal(dir: string, seconds: number): Promise<JournalFigures> {
  const folder = join(dir, 'journal-alone')
  rmSync(folder, { recursive: true, force: true })
  const journal = await openJournal({ folder, onAlarm: (alarm) => console.error('journal', alarm) })
  const steps = hallInFullSwing()
  const times: number[] = []
  try {
    // 80 calls a second make some 640 steps.
    const perTick = 6
    const begun = performance.now()
    const written: Promise<unknown>[] = []
    for (let tick = 0; tick < seconds * 100; tick++) {
      for (let n = 0; n < perTick; n++) {
        const at = performance.now()
        written.push(journal.append(steps.next().value).then(() => times.push(performance.now() - at)))
      }
      await pause(Math.max(0, begun + (tick + 1) * 10 - performance.now()))
    }
    await Promise.all(written)
    const paced = { steps: times.length / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }

    const until = performance.now() + seconds * 1000
    let facts = 0
    let count = 0
    const lane = async (): Promise<void> => {
      while (performance.now() < until) {
        const step = steps.next().value
        await journal.append(step)
        facts += step.facts.length
        count += 1
      }
    }
    await Promise.all(Array.from({ length: 64 }, lane))
    return { paced, most: { facts: facts / seconds, steps: count / seconds } }
  } finally {
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
