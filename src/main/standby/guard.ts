/**
 * Proves to the guard (guard.sh) that our event loop turns. Silent for `patience`, we are killed when somebody waits to take over: what
 * takes over then never meets one that comes back, for the lock of the journal falls with us and not before.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { NEXT } from './wait-for-lead.ts'

const beatEveryMs = 200
const againAfterMs = 100
/** Seconds; `moreS` is for a machine that as a whole has stood still (guard.sh). */
export type Patience = { readonly silentS: number; readonly moreS: number }
export const patience = {
  /** Callers wait. The longest step that a healthy one takes is to load BullMQ: half a second with all processors full. */
  ofLeader: { silentS: 0.8, moreS: 0.4 },
  /** Nobody waits, and there is much to load. */
  ofOthers: { silentS: 4, moreS: 1 },
} satisfies Record<string, Patience>

export type Guard = { stop(): void }

export function startGuard(
  folder: string,
  trouble: (error: unknown) => void,
  { silentS, moreS }: Patience,
  script = join(import.meta.dirname, 'guard.sh'),
): Guard {
  let isStopped = false
  let again: NodeJS.Timeout | undefined
  let end = (): void => undefined

  function begin(): void {
    const words = [script, `${process.pid}`, join(folder, NEXT), `${silentS}`, `${moreS}`]
    // A group of its own: what stops or ends ours at a terminal does not reach it.
    const guard = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'bash', ...words], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
    })
    const beat = setInterval(() => {
      if (guard.stdin.writableLength === 0) guard.stdin.write('\n')
    }, beatEveryMs)
    beat.unref()
    guard.unref()
    ;(guard.stdin as unknown as { unref(): void }).unref()
    guard.stdin.on('error', () => undefined) // it is gone: `exit` tells
    let isOver = false
    const over = (why: unknown): void => {
      clearInterval(beat)
      if (isOver || isStopped) return
      isOver = true
      trouble(new Error(`the guard has ended (${why}); another is started`))
      again = setTimeout(begin, againAfterMs).unref()
    }
    guard.on('error', over)
    guard.on('exit', (code, signal) => over(signal ?? code))
    end = () => {
      clearInterval(beat)
      guard.stdin.end()
    }
  }

  begin()
  return {
    stop() {
      isStopped = true
      clearTimeout(again)
      end()
    },
  }
}
