/**
 * A phone that does not answer the PBX any more while its agent is in a call: is it gone, or only deaf to OPTIONS? While
 * sound keeps coming from it, it is left alone. When none comes for a second it has vanished, and its leg is hung up.
 */
import type { Happening } from '#calls/core'
import type { Clock, LegId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import type { LegRegister } from './leg-register.ts'
import type { Timers } from './timers.ts'

const silenceMs = 1_000

export function createVanishedPhones({
  client,
  legs,
  timers,
  now,
  post,
  trouble,
}: {
  client: AriClient
  legs: LegRegister
  timers: Timers
  now: Clock
  post: (event: Happening) => void
  trouble: (error: unknown, what: string) => void
}) {
  const packetsFrom = async (leg: LegId): Promise<number | null> => {
    const stats = await client.rtpStatistics(leg)
    return stats === 'gone' ? null : stats.rxcount
  }

  async function check(leg: LegId): Promise<void> {
    const before = await packetsFrom(leg)
    if (before === null) return
    await new Promise<void>((resolve) => timers.start(`silence:${leg}`, silenceMs, resolve))
    const later = await packetsFrom(leg)
    if (later !== null && later <= before) await letGo(leg)
  }

  async function letGo(leg: LegId): Promise<void> {
    const known = legs.legOf(leg)
    if (!known) return
    legs.noteCause(leg, 'vanished')
    post({ type: 'legLeft', call: known.call, leg, cause: 'vanished', at: now() })
    legs.dropLeg(leg)
    await client.lane(known.call).hangup(leg, { reason: 'normal' })
  }

  const orTell = (deed: (leg: LegId) => Promise<void>) => (leg: LegId) =>
    void deed(leg).catch((error: unknown) => trouble(error, 'vanishedPhone'))
  return {
    /** The phone does not answer the PBX any more. */
    check: orTell(check),
    /** No sound has come from the leg for as long as it may be silent. */
    silent: orTell(letGo),
  }
}
