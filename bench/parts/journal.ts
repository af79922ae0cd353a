/**
 * The journal on this machine's disk: how long a step takes to be safe at the pace of a hall, beside what the disk takes for a bare write
 * of as many bytes; and how much goes through at most.
 */
import { constants, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openJournal } from '#journal'
import { quantile } from '../lab/figures.ts'
import { hallInFullSwing } from '../lab/made-up-calls.ts'

export type JournalFigures = {
  /** Steps a second in the paced run, and how long each took to be on disk, ms. */
  readonly paced: { readonly steps: number; readonly p50: number; readonly p99: number }
  /** The disk alone: one write with O_DSYNC at a time, as large as what comes in a tick, in turn with the paced run, ms. */
  readonly bare: { readonly p50: number; readonly p99: number }
  /** Facts a second with always 64 steps under way. */
  readonly most: { readonly facts: number; readonly steps: number }
}

/** 80 calls a second make some 640 steps. */
const perTick = 6
const tickMs = 10
/** In a turn, a second. */
const ticks = 100

export async function measureJournal(dir: string, seconds: number): Promise<JournalFigures> {
  const folder = join(dir, 'journal-alone')
  const bareFile = join(dir, 'bare-writes')
  rmSync(folder, { recursive: true, force: true })
  const journal = await openJournal({ folder, onAlarm: (alarm) => console.error('journal', alarm) })
  const disk = await open(bareFile, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC)
  const steps = hallInFullSwing()
  const times: number[] = []
  const bareTimes: number[] = []
  try {
    for (let turn = 0; turn < seconds; turn++) {
      const written: Promise<unknown>[] = []
      let bytes = 0
      await everyTick(() => {
        for (let n = 0; n < perTick; n++) {
          const at = performance.now()
          const step = steps.next().value
          bytes += JSON.stringify(step).length
          written.push(journal.append(step).then(() => times.push(performance.now() - at)))
        }
      })
      await Promise.all(written)
      const chunk = Buffer.alloc(Math.ceil(bytes / ticks), 'x')
      await everyTick(async () => {
        const at = performance.now()
        await disk.write(chunk)
        bareTimes.push(performance.now() - at)
      })
    }
    const paced = { steps: times.length / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
    const bare = { p50: quantile(bareTimes, 0.5), p99: quantile(bareTimes, 0.99) }

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
    return { paced, bare, most: { facts: facts / seconds, steps: count / seconds } }
  } finally {
    await journal.close()
    await disk.close()
    rmSync(folder, { recursive: true, force: true })
    rmSync(bareFile, { force: true })
  }
}

/** A turn. Who takes longer than a tick begins the next one at once. */
async function everyTick(deed: () => unknown): Promise<void> {
  const begun = performance.now()
  for (let tick = 0; tick < ticks; tick++) {
    await deed()
    await pause(Math.max(0, begun + (tick + 1) * tickMs - performance.now()))
  }
}
