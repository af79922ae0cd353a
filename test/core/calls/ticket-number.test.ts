import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTicketNo, nextTicketNo, type Serial } from '#calls/core'
import { toInstant } from '#kernel'

const noon = toInstant(Date.UTC(2026, 10, 24, 4, 0))

test('the first ticket of a day has number one, and counts on', () => {
  const first = nextTicketNo(null, noon)
  expect(first.ticket).toMatch(/^CZ261124C00001-\d$/)
  expect(nextTicketNo(first.serial, noon).ticket).toMatch(/^CZ261124C00002-\d$/)
})

test("the day is Changzhou's: it turns at 16:00 UTC", () => {
  const before = nextTicketNo({ day: '261124', used: 41 }, toInstant(Date.UTC(2026, 10, 24, 15, 59, 59)))
  expect(before.serial).toEqual({ day: '261124', used: 42 })
  expect(nextTicketNo(before.serial, toInstant(Date.UTC(2026, 10, 24, 16, 0))).serial).toEqual({
    day: '261125',
    used: 1,
  })
})

test('a clock that is set back uses no number twice', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }), { maxLength: 50 }), (steps) => {
      let serial: Serial | null = null
      const given = steps.map((offset) => {
        const next = nextTicketNo(serial, toInstant(noon + offset))
        serial = next.serial
        return next.ticket
      })
      expect(new Set(given).size).toBe(given.length)
      expect(given.every(isTicketNo)).toBe(true)
    }),
  )
})

test('one wrong digit, or two neighbours changed over, is noticed', () => {
  const { ticket } = nextTicketNo({ day: '261124', used: 41 }, noon)
  expect(isTicketNo(ticket)).toBe(true)
  expect(isTicketNo(ticket.replace('00042', '00043'))).toBe(false)
  expect(isTicketNo(ticket.replace('00042', '00024'))).toBe(false)
  expect(isTicketNo('CZ261124C00042')).toBe(false)
})
