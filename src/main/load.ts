/** How loaded we and Asterisk are, over the last seconds: what admission is decided by. */
import type { Load } from '#acd/core'
import type { OnCommand } from '#platform/asterisk/asker'
import { watchEventLoop } from '#platform/telemetry/event-loop'

const windowMs = 1_000

export type LoadWatch = {
  /** For `openAri`. */
  readonly onCommand: OnCommand
  readonly now: () => Omit<Load, 'callers'>
  stop(): void
}

/** `waits`: commands that wait for a channel say nothing of the load. */
export function watchLoad(waits: (op: Parameters<OnCommand>[0]) => boolean): LoadWatch {
  const eventLoop = watchEventLoop(Number.POSITIVE_INFINITY, () => undefined, windowMs)
  let [asteriskMs, beforeMs] = [0, 0]
  let [asked, spentMs] = [0, 0]
  const timer = setInterval(() => {
    beforeMs = asteriskMs
    asteriskMs = asked === 0 ? 0 : spentMs / asked
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
    // One late timer (a collection of garbage) is no load: a tenth of them is. Nor is it load when Asterisk has stood still for a
    // moment, and answers all at once what it was asked meanwhile: late for two seconds on end is.
    now: () => ({ loopDelayMs: eventLoop.last().p90Ms, asteriskMs: Math.min(asteriskMs, beforeMs) }),
    stop() {
      clearInterval(timer)
      eventLoop.stop()
    },
  }
}
