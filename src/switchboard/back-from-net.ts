/**
 * After an absence the hall opens when those of our callers are back whom the net's queue has: they leave it within a second or two (net.ts
 * pauses its members), each at a moment of its own, and whoever came back first would be served first, whenever he had come.
 */
import type { Clock } from '#kernel'
import type { Bridge, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'
import { isInNet } from './in-net.ts'
import { emptyForMs } from './net.ts'
import type { Timers } from './timers.ts'

/** In its queue, or with music when nobody in it is at work; not who has just come and is told so, nor who is put through to a phone. */
const waitsIn: readonly string[] = ['Queue', 'MusicOnHold']

/** Who waits in the net: channels. */
export function waitingInNet(channels: readonly Channel[], bridges: readonly Bridge[]): string[] {
  const together = new Set(bridges.flatMap((bridge) => bridge.channels))
  return channels
    .filter((channel) => isInNet(channel) && waitsIn.includes(channel.dialplan.app_name) && !together.has(channel.id))
    .map(({ id }) => id)
}

type Deps = { timers: Pick<Timers, 'start' | 'stop'>; conductor: Pick<Conductor, 'take'>; now: Clock }

export function createBackFromNet({ timers, conductor, now }: Deps) {
  const awaited = new Set<string>()
  let isDue = false

  function open(): void {
    isDue = false
    timers.stop('backFromNet')
    conductor.take((turn) => turn.tell({ type: 'opened', at: now() }))
  }

  return {
    /** These channels wait in the net. */
    expect(channels: readonly string[]): void {
      awaited.clear()
      for (const channel of channels) awaited.add(channel)
    },
    /** This channel has come to us. */
    has(channel: string): void {
      if (awaited.delete(channel) && awaited.size === 0 && isDue) open()
    },
    /** The hall opens as soon as they are back; at the latest when phones ring in the net again. */
    open(): void {
      isDue = awaited.size > 0
      if (isDue) timers.start('backFromNet', emptyForMs, open)
      else open()
    },
    /** Asterisk is away. */
    forget(): void {
      isDue = false
      timers.stop('backFromNet')
    },
  }
}
