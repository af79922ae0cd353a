/** Starts again what ended by itself: at once, and later and later what ends as soon as it has begun. */
import { setTimeout as pause } from 'node:timers/promises'
import { say } from './messages.ts'
import type { Exit } from './private-root.ts'
import type { PartName, System } from './system.ts'

const shortestWaitMs = 250
const longestWaitMs = 10_000
/** Whoever has worked for so long has not failed to begin; what has killed it is soon made good. */
const workedMs = 5_000

export function keepRunning(
  system: () => Pick<System, 'start'> | undefined,
  signal: AbortSignal,
  tell: (line: string) => void,
) {
  const begun = new Map<PartName, { at: number; waitMs: number }>()
  return async (name: PartName, exit: Exit): Promise<void> => {
    if (signal.aborted) return
    tell(say('lost', { part: name, how: exit.signal ?? `code ${exit.code}` }))
    const last = begun.get(name)
    const endedSoon = last !== undefined && performance.now() - last.at < workedMs
    let waitMs = endedSoon ? Math.min(longestWaitMs, last.waitMs * 2) : shortestWaitMs
    for (;;) {
      try {
        await pause(waitMs, undefined, { signal })
        await system()?.start(name)
        begun.set(name, { at: performance.now(), waitMs })
        return tell(say('again', { part: name }))
      } catch (error) {
        if (signal.aborted) return
        tell(say('notAgain', { part: name, why: (error as Error).message }))
        waitMs = Math.min(longestWaitMs, waitMs * 2)
      }
    }
  }
}
