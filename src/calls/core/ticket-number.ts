/**
 * Ticket numbers (工单编号): `CZ` + yyMMdd + tier letter + five-digit day serial + `-` + check digit, e.g.
 * `CZ261124C00042-7`. The day is Changzhou's (UTC+8, no summer time); the check digit is Luhn's over the digits.
 */
import type { Instant, TicketNo } from '#kernel'

export type Serial = { readonly day: string; readonly used: number }
const utcPlus8Ms = 8 * 3_600_000
/** The day of a ticket number, as its digits tell it: `261124`. */
export const dayOf = (at: Instant): string => new Date(at + utcPlus8Ms).toISOString().slice(2, 10).replaceAll('-', '')

/** The numbers up to this one are given away. */
export function serialOf(ticket: TicketNo): Serial {
  const [, day = '', used = ''] = /^CZ(\d{6})[CLJW](\d{5,})-/.exec(ticket) ?? []
  return { day, used: Number(used) }
}

export function nextTicketNo(serial: Serial | null, at: Instant): { ticket: TicketNo; serial: Serial } {
  const today = dayOf(at)
  // A clock that was set back does not use a day's numbers again.
  const day = serial && serial.day > today ? serial.day : today
  const used = serial?.day === day ? serial.used + 1 : 1
  const digits = `${day}${String(used).padStart(5, '0')}`
  const ticket = `CZ${day}C${String(used).padStart(5, '0')}-${luhn(digits)}` as TicketNo
  return { ticket, serial: { day, used } }
}

export function isTicketNo(text: string): text is TicketNo {
  const parts = /^CZ(\d{6})[CLJW](\d{5,})-(\d)$/.exec(text)
  return parts !== null && luhn(`${parts[1]}${parts[2]}`) === Number(parts[3])
}

function luhn(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighed = i % 2 === 0 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return (10 - (sum % 10)) % 10
}
