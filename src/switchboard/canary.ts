/**
 * The canary's call (src/main/rescue/canary.ts) comes as a caller's does, and is written down as one; then it is said, and it is hung
 * up. It is no call of the hall: it has no ticket and no place, nobody is rung, and nothing counts it.
 */
import type { Journal } from '#journal'
import type { Clock } from '#kernel'
import type { AriClient, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'

/** By the arguments of Stasis(): inbound, call id, arrival, dialled number, kind of entry. */
export const isCanary = ([, , , , entry]: readonly string[]): boolean => entry === 'canary'

export function createCanary({
  client,
  conductor,
  takes,
  now,
  trouble,
}: {
  client: AriClient
  conductor: Conductor
  takes: Journal['takes']
  now: Clock
  trouble: (error: unknown, what: string) => void
}) {
  async function hear(channel: Channel, [, canary = '']: readonly string[]): Promise<void> {
    try {
      // No caller would be taken in either.
      if (!takes('newWork')) return
      await conductor.take((turn) => turn.addFact({ type: 'canary.heard', canary, at: now() })).durable
      await client.unordered.setGlobalVariable('CANARY', `${canary}~writtenDown`)
    } finally {
      await client.unordered.hangup(channel.id)
    }
  }

  return (channel: Channel, args: readonly string[]): void => {
    hear(channel, args).catch((error: unknown) => trouble(error, 'canary'))
  }
}
