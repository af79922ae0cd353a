/** How loaded we and Asterisk are, over the last second: what admission is decided by. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Load } from '#acd/core'
import type { OnCommand } from '#platform/asterisk/asker'

const windowMs = 1_000
const resolutionMs = 20

export type LoadWatch = {
  /** For `openAri`. */
  readonly onCommand: OnCommand
  readonly now: () => Omit<Load, 'callers'>
  stop(): void
}

/** `waits`: commands that wait for a channel say nothing of the load. */
export function watchLoad(waits: (op: Parameters<OnCommand>[0]) => boolean): LoadWatch {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let load = { loopDelayMs: 0, asteriskMs: 0 }
  let [asked, spentMs] = [0, 0]
  const timer = setInterval(() => {
    load = {
      // One late timer (a collection of garbage) is no load: a tenth of them is.
      loopDelayMs: delay.count === 0 ? windowMs : Math.max(0, delay.percentile(90) / 1e6 - resolutionMs),
      asteriskMs: asked === 0 ? 0 : spentMs / asked,
    }
    delay.reset()
    asked = 0
    spentMs = 0
  }, windowMs)
  timer.unref()
  return {
    onCommand(op, _outcome, ms) {
      if (waits(op)) return
      asked += 1
      spentMs += ms
    },
    now: () => load,
    stop() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
