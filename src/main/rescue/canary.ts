/**
 * The canary: a call that is placed every minute as a caller's would come, through the gate of the dialplan and into the switchboard,
 * which writes it down and says so (src/switchboard/canary.ts). It is placed from here, for a switchboard that is deaf would not hear
 * that it is. Nobody is rung, and a call that nobody takes is ended by Asterisk.
 */
import type { Part } from '../health.ts'

export type Ask = <T>(method: 'GET' | 'POST' | 'DELETE', path: string) => Promise<T | undefined>

/** A caller would have waited for so long; what comes later is late. */
export const canaryWithinMs = 3_000
const lookEveryMs = 100

/** How far a canary came, as dialplan or switchboard has written it into the variable CANARY: `<its channel's id>~<outcome>`. */
export function endOf(canary: string, written: string): 'writtenDown' | 'gateClosed' | 'notTaken' | undefined {
  const [about, outcome] = written.split('~')
  if (about !== canary) return undefined // of one before
  return outcome === 'writtenDown' || outcome === 'gateClosed' || outcome === 'notTaken' ? outcome : undefined
}

const reasons = {
  gateClosed: 'the gate is closed: the switchboard is silent, or takes no callers',
  notTaken: 'the switchboard is not in Asterisk',
  late: `not written down within ${canaryWithinMs} ms`,
} as const

/** One call, from the placing to its end; `canary` becomes its channel's id. Never rejects. */
export async function sendCanary(ask: Ask, canary: string): Promise<Part> {
  const begun = performance.now()
  const tookMs = (): number => Math.round(performance.now() - begun)
  const failed = (reason: string): Part => ({ ok: false, reason, tookMs: tookMs() })
  try {
    const call = new URLSearchParams({
      ...{ endpoint: 'Local/s@canary/n', context: 'canary', extension: 'end', priority: '1' },
      ...{ channelId: `placed-${canary}`, otherChannelId: canary },
      timeout: String(canaryWithinMs / 1_000),
    })
    if ((await ask('POST', `/channels?${call.toString()}`)) === undefined) return failed('Asterisk does not place it')
    while (tookMs() < canaryWithinMs) {
      const written = await ask<{ value: string }>('GET', '/asterisk/variable?variable=CANARY')
      const end = endOf(canary, written?.value ?? '')
      if (end === 'writtenDown')
        return tookMs() < canaryWithinMs ? { ok: true, tookMs: tookMs() } : failed(reasons.late)
      if (end !== undefined) return failed(reasons[end])
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
    return failed(reasons.late)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}
