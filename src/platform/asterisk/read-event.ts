/** Text from the websocket → an event that holds what its type promises, or a name for what is odd about it. Pure. */
import { type AriEvent, type EventType, eventShapes, type Shape } from './generated/ari.ts'

export type Reading =
  | { readonly event: AriEvent }
  /** `type` is cut to a sane length, for it becomes a key of a counter. */
  | { readonly odd: 'notJson' | 'noType' | 'unknownType' | 'malformed'; readonly type: string }

/** These carry the id by which everything is found; without it they are of no use. */
const things = ['channel', 'peer', 'bridge', 'playback'] as const
const longestType = 40

export function readEvent(text: string): Reading {
  const found = parse(text)
  if (found === undefined) return { odd: 'notJson', type: '' }
  const { type } = found
  if (typeof type !== 'string') return { odd: 'noType', type: '' }
  const shape = Object.hasOwn(eventShapes, type) ? eventShapes[type as EventType] : undefined
  if (shape === undefined) return { odd: 'unknownType', type: type.slice(0, longestType) }
  const whole = Object.entries(shape).every(([name, wanted]) => isOf(found[name], wanted)) && hasIds(found, shape)
  return whole ? { event: found as AriEvent } : { odd: 'malformed', type }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function isOf(value: unknown, shape: Shape): boolean {
  if (shape === 'list') return Array.isArray(value)
  if (shape === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === shape
}

function hasIds(event: Record<string, unknown>, shape: Readonly<Record<string, Shape>>): boolean {
  return things.every((name) => {
    const thing = event[name]
    // `peer` of PeerStatusChange is not a channel and has no id.
    if (thing === undefined || (name === 'peer' && shape.endpoint !== undefined)) return true
    return typeof thing === 'object' && thing !== null && typeof (thing as { id?: unknown }).id === 'string'
  })
}
