import { expect, test } from 'vitest'
import { nextTicketNo } from '#calls/core'
import { type TicketNo, toInstant } from '#kernel'
import { firstSerial } from '../../../src/main/first-serial.ts'

const noon = toInstant(Date.UTC(2026, 10, 24, 4, 0))
const noTrouble = (error: unknown): void => {
  throw error
}

test('a new journal on a day without tickets begins at one', async () => {
  const serial = await firstSerial(async () => null, noon, noTrouble)
  expect(nextTicketNo(serial, noon).ticket).toMatch(/^CZ261124C00001-/)
})

test('a new journal goes on well behind the last number that Postgres has of this day', async () => {
  const asked: string[] = []
  const readLast = async (day: string): Promise<TicketNo> => {
    asked.push(day)
    return nextTicketNo({ day, used: 41 }, noon).ticket
  }
  const serial = await firstSerial(readLast, noon, noTrouble)
  expect(asked).toEqual(['261124'])
  expect(nextTicketNo(serial, noon).ticket).toMatch(/^CZ261124C00543-/)
})

test('a new journal without Postgres begins where no number was given away yet, and says why', async () => {
  const troubles: unknown[] = []
  const away = new Error('away')
  const serial = await firstSerial(
    () => Promise.reject(away),
    noon,
    (error) => troubles.push(error),
  )
  expect(troubles).toEqual([away])
  expect(serial?.day).toBe('261124')
  expect(serial?.used).toBeGreaterThanOrEqual(50_000)
  expect(serial?.used).toBeLessThan(90_000)
})
