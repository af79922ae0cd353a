/**
 * Whether the phones on the seats can be reached, as the PBX qualifies them. Asked for once a second: a subscription to
 * endpoints would send every event of every channel a second time.
 */
import type { SeatId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'

type Phone = 'reachable' | 'unreachable'
const everyMs = 1_000

export type Phones = ReturnType<typeof createPhones>

export function createPhones({
  client,
  isOurs,
  seen,
  trouble,
}: {
  client: AriClient
  /** Whether a channel is a leg of ours. */
  isOurs: (channel: string) => boolean
  /** Told after every look, changed or not: what the hall believes may have another reason than the last look. */
  seen: (phones: ReadonlyMap<SeatId, Phone>, elsewhere: ReadonlySet<SeatId>) => void
  trouble: (error: unknown, what: string) => void
}) {
  const known = new Map<SeatId, Phone>()
  let timer: NodeJS.Timeout | undefined
  let stopped = true

  /** One look at all of them. Also called by hand when a fresh answer is needed. */
  async function look(): Promise<void> {
    const elsewhere = new Set<SeatId>()
    for (const { resource, state, channel_ids } of await client.listEndpoints('PJSIP')) {
      if (!resource.startsWith('seat-')) continue
      const seat = resource.slice('seat-'.length) as SeatId
      // In a call that the safety net gave it while we were away: busy, and not with us (net-talks.ts).
      const isElsewhere = channel_ids.length > 0 && !channel_ids.some(isOurs)
      if (isElsewhere) elsewhere.add(seat)
      const phone: Phone = state === 'online' && !isElsewhere ? 'reachable' : 'unreachable'
      known.set(seat, phone)
    }
    seen(known, elsewhere)
  }

  function again(): void {
    if (stopped) return
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => trouble(error, 'phones'))
        .finally(again)
    }, everyMs)
  }

  return {
    look,
    /** Every seat that has a phone, reachable or not. */
    seats: (): SeatId[] => [...known.keys()],
    of: (seat: SeatId): Phone => known.get(seat) ?? 'unreachable',
    start(): void {
      if (!stopped) return
      stopped = false
      again()
    },
    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}
