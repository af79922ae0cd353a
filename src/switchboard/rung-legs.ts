/** The legs that are to ring, for the watch over them (ring-watch.ts): what we know of them, and what Asterisk is asked and told. */
import { type Happening, rungBy } from '#calls/core'
import type { Instant, LegId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import { callHeader, ringsAtMostS } from './dial-string.ts'
import type { HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'
import type { createRingWatch } from './ring-watch.ts'
import { answered } from './to-call-event.ts'

type Watched = Omit<Parameters<typeof createRingWatch>[0], 'timers' | 'gone' | 'trouble'>

export function rungLegs({
  client,
  hall,
  legs,
  now,
  post,
}: {
  client: AriClient
  hall: HallState
  legs: LegRegister
  now: () => Instant
  post: (event: Happening) => void
}): Watched {
  return {
    isRung: (call, leg) => legs.legOf(leg)?.up === false && rungBy(hall.calls.get(call)) === leg,
    dial: (call, leg) => client.lane(call).dial(leg, { timeoutS: ringsAtMostS }),
    hasDialled: (call, leg) => client.lane(call).hasDialled(leg, callHeader),
    dialled(leg: LegId) {
      const known = legs.legOf(leg)
      if (known) known.dialled = true
    },
    async stateOf(leg) {
      const channel = await client.getChannel(leg)
      return channel === 'gone' ? 'gone' : channel.state
    },
    answered(leg) {
      const happening = answered(leg, legs, now())
      if (happening) post(happening)
    },
  }
}
