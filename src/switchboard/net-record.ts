/**
 * What the safety net left behind of a call that ended there: the dialplan writes it as one key of Asterisk's own database
 * (asterisk-config/extensions.conf, extension `h` of `net`), since ARI lists keys but does not tell values.
 *
 *   call ~ arrived (ms) ~ dialled number ~ caller's number ~ seat that answered ~ ms talked ~ ended (ms) ~ `agent` who hung up
 */
import type { LegEnd } from '#calls/core'
import { type Instant, type LegId, type SeatId, toInstant } from '#kernel'
import { causeOfHangup } from './left-cause.ts'

export type NetRecord = {
  readonly call: string
  readonly arrivedAt: Instant
  readonly dialled: string
  readonly number: string
  readonly answer: { readonly seat: SeatId; readonly at: Instant } | null
  readonly endedAt: Instant
  readonly endedBy: 'caller' | 'agent'
  /** If not, the caller hung up before anybody had heard of him. */
  readonly inNet: boolean
}

export type Left = { readonly call: string; readonly at: Instant; readonly unheard: NetRecord | null }

/**
 * Of a caller who hung up while we did not hear it, or so soon that we may never have heard of him (extension `h` of `arrival`).
 *
 *   call ~ left ~ when (ms) ~ arrived (ms) ~ dialled number ~ caller's number
 *
 * An older dialplan ends after the third; `unheard` is what is to be written down of a call that is not known. `null`: another key.
 */
export function readLeft(key: string): Left | null {
  const [call, word, at, arrived, dialled, number, ...more] = key.split('~')
  if (!call || word !== 'left' || more.length > 0 || !isMs(at)) return null
  const endedAt = Number(at)
  const left = { call, at: toInstant(endedAt), unheard: null }
  if (!isMs(arrived) || !dialled) return left
  const arrivedAt = toInstant(Math.min(Number(arrived), endedAt))
  const record = { call, arrivedAt, dialled, number: number ?? '', answer: null, endedAt: left.at }
  return { ...left, unheard: { ...record, endedBy: 'caller', inNet: false } }
}

/**
 * When and how a leg that we dialled has left, from its hangup handler (context `leg-left`).
 *
 *   leg ~ leg ~ when (ms) ~ Q.850 cause
 *
 * `null`: another key.
 */
export function readLegEnd(key: string): (LegEnd & { readonly leg: LegId }) | null {
  const [leg, word, at, cause, ...more] = key.split('~')
  if (!leg || word !== 'leg' || more.length > 0 || !isMs(at)) return null
  return { leg: leg as LegId, at: toInstant(Number(at)), cause: causeOfHangup(Number(cause) || 0, undefined) }
}

const isMs = (text: string | undefined): boolean => /^[0-9]{10,15}$/.test(text ?? '')

/** `null`: not a key of ours, or half of one. */
export function readNetRecord(key: string): NetRecord | null {
  const [call, arrived, dialled, number, seat, talked, ended, by, ...more] = key.split('~')
  if (!call || !dialled || more.length > 0) return null
  if (!isMs(arrived) || !isMs(ended)) return null
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
    inNet: true,
  }
}
