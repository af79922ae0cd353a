/** How loaded we and Asterisk are, over the last seconds: what admission is decided by. */
import type { Load } from '#acd/core'
import type { OnCommand } from '#platform/asterisk/asker'
import { type EventLoopWatch, watchEventLoop } from '#platform/telemetry/event-loop'

const windowMs = 1_000
const idle = { loopDelayMs: 0, asteriskMs: 0 }

export type LoadWatch = {
  /** For `openAri`. */
  readonly onCommand: OnCommand
  readonly now: () => Omit<Load, 'callers'>
  stop(): void
}

/** `waits`: commands that wait for a channel say nothing of the load. */
export function watchLoad(
  waits: (op: Parameters<OnCommand>[0]) => boolean,
  eventLoop: EventLoopWatch = watchEventLoop(Number.POSITIVE_INFINITY, () => undefined, windowMs),
): LoadWatch {
  let [before, last] = [idle, idle]
  let [asked, spentMs] = [0, 0]
  const timer = setInterval(() => {
    before = last
    last = { loopDelayMs: eventLoop.last().p90Ms, asteriskMs: asked === 0 ? 0 : spentMs / asked }
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
    // One late timer (a collection of garbage) is no load: a tenth of them is. Nor is it load when the machine or Asterisk has stood
    // still for a moment, and does all at once what has come meanwhile: late for two seconds on end is.
    now: () => ({
      loopDelayMs: Math.min(last.loopDelayMs, before.loopDelayMs),
      asteriskMs: Math.min(last.asteriskMs, before.asteriskMs),
    }),
    stop() {
      clearInterval(timer)
      eventLoop.stop()
    },
  }
}
