/**
 * Legs from which no sound comes any more: the other end has lost its power or its line, and SIP will not say so. Asterisk could see
 * to that itself (`rtp_timeout`), but counts by the clock on the wall: when that is set forward, all calls at once have been silent for too
 * long. So packets are counted here, in looks at equal distances; only looks that were answered count, so that an Asterisk that stood
 * still has made nobody silent.
 */
import { legsOf } from '#calls/core'
import type { LegId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import type { HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'
import type { Timers } from './timers.ts'

/** So often within the time in which a leg may be silent. */
const looksWithin = 3
/**
 * A phone that has put the call on hold sends nothing for as long as that lasts; this is for one that has died meanwhile. A leg that was up
 * before we came may be such a one, until something comes from it: nobody tells of a hold that has begun.
 */
const onHoldFactor = 30

type Seen = { readonly packets: number; readonly looksWithout: number; readonly mayBeOnHold: boolean }

export function createSilentLegs({
  client,
  hall,
  legs,
  timers,
  silenceMs,
  silent,
  trouble,
}: {
  client: Pick<AriClient, 'rtpStatistics'>
  hall: Pick<HallState, 'calls'>
  legs: Pick<LegRegister, 'legOf'>
  timers: Timers
  /** How long a leg may be silent; 0: for ever. */
  silenceMs: number
  silent: (leg: LegId) => void
  trouble: (error: unknown, what: string) => void
}) {
  let seen = new Map<LegId, Seen>()
  let isOn = false
  let isFirst = true
  let isLooking = false

  async function look(): Promise<void> {
    const before = seen
    seen = new Map() // an Asterisk that does not answer is asked from the beginning
    for (const leg of [...hall.calls.values()].flatMap(legsOf)) {
      if (!isOn) return
      if (legs.legOf(leg)?.up !== true) continue
      const found = await client.rtpStatistics(leg)
      const known = legs.legOf(leg)
      if (!isOn || found === 'gone' || !known) continue
      const last = before.get(leg)
      const hasSpoken = last !== undefined && last.packets !== found.rxcount
      const looksWithout = last === undefined || hasSpoken ? 0 : last.looksWithout + 1
      const mayBeOnHold = last === undefined ? isFirst : last.mayBeOnHold && !hasSpoken
      if (looksWithout >= looksWithin * (known.onHold || mayBeOnHold ? onHoldFactor : 1)) silent(leg)
      else seen.set(leg, { packets: found.rxcount, looksWithout, mayBeOnHold })
    }
    isFirst = false
  }

  function lookAgain(): void {
    timers.start('silentLegs', silenceMs / looksWithin, () => {
      lookAgain()
      if (isLooking) return // Asterisk is slow, or hung
      isLooking = true
      look()
        .catch((error: unknown) => isOn && trouble(error, 'silentLegs'))
        .finally(() => {
          isLooking = false
        })
    })
  }

  return {
    start(): void {
      if (isOn || silenceMs === 0) return
      isOn = true
      isFirst = true
      seen = new Map()
      lookAgain()
    },
    stop(): void {
      isOn = false
      timers.stop('silentLegs')
    },
  }
}
