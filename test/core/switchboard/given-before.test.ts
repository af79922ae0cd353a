import { expect, test } from 'vitest'
import { nextTicketNo } from '#calls/core'
import { type CallId, type TicketNo, toInstant } from '#kernel'
import { givenBefore } from '../../../src/main/given-before.ts'
import { startHall } from '../../kit/hall-on-fake.ts'

const noon = toInstant(Date.UTC(2026, 10, 24, 4, 0))
const noTrouble = (error: unknown): void => {
  throw error
}

test('a new journal on a day without tickets begins at one', async () => {
  const { serial, tickets } = await givenBefore(async () => ({ last: null, live: new Map() }), noon, noTrouble)
  expect(tickets.size).toBe(0)
  expect(nextTicketNo(serial, noon).ticket).toMatch(/^CZ261124C00001-/)
})

test('a new journal goes on well behind the last number that Postgres has of this day', async () => {
  const asked: string[] = []
  const live = new Map([['1.1' as CallId, 'CZ261123C00007-0' as TicketNo]])
  const read = async (day: string) => {
    asked.push(day)
    return { last: nextTicketNo({ day, used: 41 }, noon).ticket, live }
  }
  const { serial, tickets } = await givenBefore(read, noon, noTrouble)
  expect(tickets).toEqual(live)
  expect(asked).toEqual(['261124'])
  expect(nextTicketNo(serial, noon).ticket).toMatch(/^CZ261124C00543-/)
})

test('a new journal without Postgres begins where no number was given away yet, and says why', async () => {
  const troubles: unknown[] = []
  const away = new Error('away')
  const { serial } = await givenBefore(
    () => Promise.reject(away),
    noon,
    (error) => troubles.push(error),
  )
  expect(troubles).toEqual([away])
  expect(serial?.day).toBe('261124')
  expect(serial?.used).toBeGreaterThanOrEqual(50_000)
  expect(serial?.used).toBeLessThan(90_000)
})

test('a call that is older than the journal keeps its ticket, here and in the net; who is new gets the next number', async () => {
  const tickets = new Map<CallId, TicketNo>()
  const given = { serial: null, tickets }
  const hall = await startHall({}, { given })
  try {
    const [old, fresh] = [hall.call('13800000001'), hall.call('13800000002')]
    tickets.set(old.channelId as CallId, 'CZ261123C00007-0' as TicketNo)
    tickets.set('net-1.1' as CallId, 'CZ261123C00008-8' as TicketNo)
    await hall.has(old, 'call.queued')
    await hall.has(fresh, 'call.queued')
    const ticketOf = (call: string) => hall.facts.find((fact) => fact.call === call && 'ticket' in fact)
    expect(ticketOf(old.channelId)).toMatchObject({ ticket: 'CZ261123C00007-0' })
    expect(ticketOf(fresh.channelId)).toMatchObject({ ticket: expect.stringMatching(/C00001-\d$/) })
    hall.fake.addPhone('net-records/n')
    const now = Date.now()
    hall.fake.model.globals.set('DB_KEYS(net)', `net-1.1~${now - 60_000}~12345~13900000000~~~${now}~caller`)
    await hall.kill()
    await hall.start()
    await hall.until(() => ticketOf('net-1.1') !== undefined)
    expect(ticketOf('net-1.1')).toMatchObject({ ticket: 'CZ261123C00008-8' })
  } finally {
    await hall.close()
  }
})
