import { expect, test } from 'vitest'
import { type EventLoopDelay, watchEventLoop } from '#platform/telemetry/event-loop'

test('a hold-up is told of, with how long it was', async () => {
  const told = Promise.withResolvers<EventLoopDelay>()
  const watch = watchEventLoop(100, told.resolve, 1_000)
  const holdUp = setInterval(() => {
    for (const end = performance.now() + 150; performance.now() < end; );
  }, 10)
  try {
    const delay = await told.promise
    expect(delay.maxMs).toBeGreaterThan(100)
    expect(watch.last()).toEqual(delay)
  } finally {
    clearInterval(holdUp)
    watch.stop()
  }
})
