/** Whether a line may be dialled now. Weekday and minute are Changzhou's (UTC+8). */
import type { Instant } from '#kernel'

export type Hours = readonly (readonly [number, number] | null)[] | null

export function isOpen(hours: Hours, at: Instant): boolean {
  if (!hours) return true
  const local = new Date(at + 8 * 3_600_000)
  const today = hours[local.getUTCDay()]
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes()
  return today ? minute >= today[0] && minute < today[1] : false
}
