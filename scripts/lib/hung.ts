/**
 * Ends a server that is there and answers nothing. One that dies is started again by itself; one that hangs (a deadlock, a disk that
 * does not come back) would stay for ever, its callers in silence, with nothing that anybody could do for them.
 */
import { pause } from '#platform/pause'
import { statusOf } from './processes.ts'

/** Counted in questions, not in seconds: when the whole machine stood still, nobody was asked. */
const mostUnanswered = 10
const everyMs = 1_000

export type Watched = {
  /** Rejects while it gives no answer. Not asked while it does not run. */
  readonly ask: () => Promise<unknown>
  /** `undefined`: it does not run. What differs from last time is a new life. */
  readonly life: () => number | undefined
  readonly onHung: (unanswered: number) => void
}

/**
 * Any answer is one, a refusal too. So is that it closes at once: Asterisk does when others have all its sessions (http.conf); who
 * hangs neither answers nor closes.
 */
export async function answersOrCloses(url: string): Promise<void> {
  try {
    await statusOf(url)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
  }
}

/** Asks until the signal comes. Only who has answered once can hang: what starts is left in peace. */
export async function watchHung({ ask, life, onHung }: Watched, signal: AbortSignal): Promise<void> {
  let watched: number | undefined
  let unanswered: number | undefined
  while (!signal.aborted) {
    const now = life()
    if (now !== watched) {
      watched = now
      unanswered = undefined
    }
    if (now !== undefined) {
      const answered = await ask().then(
        () => true,
        () => false,
      )
      if (life() !== now) continue
      unanswered = answered ? 0 : unanswered === undefined ? undefined : unanswered + 1
      if (unanswered !== undefined && unanswered >= mostUnanswered) {
        onHung(unanswered)
        unanswered = undefined
      }
    }
    await pause(everyMs, signal)
  }
}
