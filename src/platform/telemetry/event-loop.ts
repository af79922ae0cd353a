/** How long the event loop keeps others waiting: what delays an event of Asterisk by as much. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

export type EventLoopDelay = { readonly p90Ms: number; readonly p99Ms: number; readonly maxMs: number }
export type EventLoopWatch = {
  /** Of the last whole interval. */
  last(): EventLoopDelay
  stop(): void
}

/** The monitor looks so often, and counts this into what it finds. */
const resolutionMs = 20

/** `onLate` is told of each interval in which somebody waited for longer than `limitMs`. */
export function watchEventLoop(
  limitMs: number,
  onLate: (delay: EventLoopDelay) => void,
  everyMs = 10_000,
): EventLoopWatch {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs })
  monitor.enable()
  let last: EventLoopDelay = { p90Ms: 0, p99Ms: 0, maxMs: 0 }
  const timer = setInterval(() => {
    // Nothing was counted where nobody came to count: the whole interval was one delay.
    last = monitor.count === 0 ? { p90Ms: everyMs, p99Ms: everyMs, maxMs: everyMs } : measured(monitor)
    monitor.reset()
    if (last.maxMs > limitMs) onLate(last)
  }, everyMs).unref()
  return {
    last: () => last,
    stop(): void {
      clearInterval(timer)
      monitor.disable()
    },
  }
}

const measured = (monitor: ReturnType<typeof monitorEventLoopDelay>): EventLoopDelay => ({
  p90Ms: delayOf(monitor.percentile(90)),
  p99Ms: delayOf(monitor.percentile(99)),
  maxMs: delayOf(monitor.max),
})
const delayOf = (ns: number): number => Math.max(0, Math.round(ns / 1e4) / 100 - resolutionMs)
