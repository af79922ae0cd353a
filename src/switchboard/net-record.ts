/**
 * What the safety net left behind of a call that ended there: the dialplan writes it as one key of Asterisk's own database
 * (asterisk-config/extensions.conf, extension `h` of `net`), since ARI lists keys but does not tell values.
 *
 *   call ~ arrived (ms) ~ dialled number ~ caller's number ~ seat that answered ~ ms talked ~ ended (ms) ~ `agent` who hung up
 */
import { type Instant, type SeatId, toInstant } from '#kernel'

export type NetRecord = {
  readonly call: string
  readonly arrivedAt: Instant
  readonly dialled: string
  readonly number: string
  readonly answer: { readonly seat: SeatId; readonly at: Instant } | null
  readonly endedAt: Instant
  readonly endedBy: 'caller' | 'agent'
}

/**
 * Of a call of ours whose caller hung up while nobody of us was there (extension `h` of `arrival`): call ~ left ~ when (ms).
 * `null`: another key.
 */
export function readLeft(key: string): { readonly call: string; readonly at: Instant } | null {
  const [call, word, at, ...more] = key.split('~')
  if (!call || word !== 'left' || more.length > 0 || !/^[0-9]{10,15}$/.test(at ?? '')) return null
  return { call, at: toInstant(Number(at)) }
}

/** `null`: not a key of ours, or half of one. */
export function readNetRecord(key: string): NetRecord | null {
  const [call, arrived, dialled, number, seat, talked, ended, by, ...more] = key.split('~')
  if (!call || !dialled || more.length > 0) return null
  if (![arrived, ended].every((ms) => /^[0-9]{10,15}$/.test(ms ?? ''))) return null
  const endedAt = Number(ended)
  const arrivedAt = Math.min(Number(arrived), endedAt)
  const answeredAt = Math.max(arrivedAt, endedAt - (Number(talked) || 0))
  return {
    call,
    arrivedAt: toInstant(arrivedAt),
    dialled,
    number: number ?? '',
    answer: seat ? { seat: seat as SeatId, at: toInstant(answeredAt) } : null,
    endedAt: toInstant(endedAt),
    endedBy: by === 'agent' ? 'agent' : 'caller',
  }
}
