/** Timers of a call that was taken up again run on from when they were set. */
import type { Directory } from '#acd/core'
import { type Call, type Happening, legsOf, rungBy } from '#calls/core'
import { type CallId, type Instant, limits, type OfferId } from '#kernel'
import type { Conductor } from './conductor.ts'
import type { LegRegister } from './leg-register.ts'
import type { RingWatch } from './ring-watch.ts'
import type { Timers } from './timers.ts'

export function createRearm({
  legs,
  conductor,
  timers,
  rings,
  directory,
  offerDue,
  post,
  now,
}: {
  legs: Pick<LegRegister, 'addLeg'>
  conductor: Pick<Conductor, 'startRinging'>
  timers: Pick<Timers, 'start'>
  rings: Pick<RingWatch, 'makeSure'>
  directory: () => Directory
  offerDue: (call: CallId, offer: OfferId) => void
  post: (event: Happening) => void
  now: () => Instant
}) {
  return (call: Call): void => {
    for (const leg of legsOf(call)) legs.addLeg(leg, call.id)
    if (!call.answered) conductor.startRinging(call.id, call.caller.leg, call.arrivedAt)
    if (call.state === 'offering') {
      const ringMs = directory().queues.find(({ id }) => id === call.queue)?.offerRingMs ?? limits.offerRingMs
      timers.start(call.offer, call.offeredAt + ringMs - now(), () => offerDue(call.id, call.offer))
    }
    if ('target' in call && call.target.state === 'dialling') {
      const { leg, startedAt } = call.target
      timers.start(leg, startedAt + limits.partnerRingMs - now(), () =>
        post({ type: 'partyExpired', call: call.id, leg, at: now() }),
      )
    }
    const rung = rungBy(call)
    if (rung) rings.makeSure(call.id, rung)
  }
}
