/**
 * A phone that is to ring, rings once. When the answer to `dial` is lost, nobody knows whether it was carried out; not to repeat it
 * leaves a caller with a phone that never rings, and a second `dial` before the phone's first word makes Asterisk hang up. So
 * Asterisk is asked, until it answers, whether the channel has been dialled; only one that has not is dialled again.
 * While it rings, it is asked now and then whether somebody has picked up: who is not told of would listen to nothing.
 */
import type { CallId, LegId } from '#kernel'
import type { Channel } from '#platform/asterisk/ari-client'
import type { Timers } from './timers.ts'

/** What was sent may still be read by Asterisk for a moment; it is not asked before. */
const settledMs = 300
const retryMs = 1_000
/** Longer than most let it ring. */
const listenEveryMs = 3_000

export type RingWatch = ReturnType<typeof createRingWatch>

export function createRingWatch({
  timers,
  isRung,
  dial,
  hasDialled,
  dialled,
  stateOf,
  answered,
  gone,
  trouble,
}: {
  timers: Timers
  /** The call still wants this leg to be rung, and it has not been answered. */
  isRung: (call: CallId, leg: LegId) => boolean
  dial: (call: CallId, leg: LegId) => Promise<'done' | 'gone'>
  hasDialled: (call: CallId, leg: LegId) => Promise<boolean | 'gone'>
  dialled: (leg: LegId) => void
  stateOf: (leg: LegId) => Promise<Channel['state'] | 'gone'>
  answered: (leg: LegId) => void
  /** The channel is not there: it was never made, or its end was not told. */
  gone: (call: CallId, leg: LegId) => void
  trouble: (error: unknown, what: string) => void
}) {
  const underWay = new Set<LegId>()
  /** Legs of which nobody knows whether they were dialled. A look that is not the last one ordered decides nothing. */
  const unsure = new Map<LegId, symbol>()

  /** The order itself; rejects when it got no good answer, which is seen to here. */
  async function ring(call: CallId, leg: LegId): Promise<void> {
    underWay.add(leg)
    unsure.delete(leg)
    let isDone = false
    try {
      isDone = (await dial(call, leg)) === 'done'
    } finally {
      underWay.delete(leg)
      if (isDone) rings(call, leg)
      else makeSure(call, leg)
    }
  }

  function makeSure(call: CallId, leg: LegId, ms = settledMs): void {
    if (underWay.has(leg) || !isRung(call, leg)) return
    const mine = Symbol(leg)
    unsure.set(leg, mine)
    timers.start(`ring:${leg}`, ms, () => {
      look(call, leg, mine).catch((error: unknown) => trouble(error, 'ring'))
    })
  }

  async function look(call: CallId, leg: LegId, mine: symbol): Promise<void> {
    const answer = await hasDialled(call, leg).catch((error: unknown) => {
      trouble(error, 'ring')
      return undefined
    })
    if (unsure.get(leg) !== mine) return
    unsure.delete(leg)
    if (!isRung(call, leg)) return
    if (answer === undefined) makeSure(call, leg, retryMs)
    else if (answer === 'gone') gone(call, leg)
    else if (answer) rings(call, leg)
    else await ring(call, leg)
  }

  function rings(call: CallId, leg: LegId): void {
    dialled(leg)
    listen(call, leg)
  }

  function listen(call: CallId, leg: LegId): void {
    timers.start(`listen:${leg}`, listenEveryMs, async () => {
      if (!isRung(call, leg)) return
      const state = await stateOf(leg).catch((error: unknown) => trouble(error, 'ring'))
      if (state === 'gone' || !isRung(call, leg)) return
      if (state === 'Up') answered(leg)
      else listen(call, leg)
    })
  }

  return { ring, makeSure }
}
