/** Many shifts at once, one worker a core: as many hours as wanted, or up to the first that fails. */
import { Worker } from 'node:worker_threads'
import type { Played } from './shift-worker.ts'

export type Season = {
  readonly hours: number
  readonly shifts: number
  readonly calls: number
  readonly failed: string[]
}

export async function playShifts(firstSeed: number, hours: number, atOnce: number): Promise<Season> {
  const season = { hours: 0, shifts: 0, calls: 0, failed: [] as string[] }
  let next = firstSeed
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./shift-worker.ts', import.meta.url), { execArgv: [] })
      const goOn = (): void => {
        if (season.hours < hours && season.failed.length === 0) worker.postMessage(next++)
        else void worker.terminate().then(() => resolve())
      }
      worker.on('message', ({ virtualMs, calls, told }: Played) => {
        season.hours += virtualMs / 3_600_000
        season.shifts += 1
        season.calls += calls
        if (told !== null) season.failed.push(told)
        goOn()
      })
      worker.once('error', reject)
      goOn()
    })
  await Promise.all(Array.from({ length: atOnce }, one))
  return season
}
