import type { Log } from '#platform/telemetry/log'

/** The same trouble again and again (Redis away for hours) is logged once a minute, with how often it came. */
export function createSparing(log: Log, everyMs = 60_000) {
  const last = new Map<string, { at: number; kept: number }>()
  return (what: string, write: () => void): void => {
    const known = last.get(what)
    const now = performance.now()
    if (known && now - known.at < everyMs) {
      known.kept += 1
      return
    }
    if (known?.kept) log.warn({ what, times: known.kept }, 'the same trouble, not logged one by one')
    last.set(what, { at: now, kept: 0 })
    write()
  }
}
