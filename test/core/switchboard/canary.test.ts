import { afterEach, expect, test } from 'vitest'
import { toInstant } from '#kernel'
import { type HallOnFake, startHall } from '../../kit/hall-on-fake.ts'

let hall: HallOnFake
afterEach(() => hall.close())
const canary = () => hall.fake.inboundCall({ args: ['inbound', '7', '', 'canary', 'canary', '', '', '', ''] })
const said = () => hall.fake.model.globals.get('CANARY')

test('a canary is written down, then said, then hung up; it is no call, and nobody is rung', async () => {
  hall = await startHall()
  const phone = await hall.ready('1001', '8001')
  await canary().ended
  expect(said()).toBe('7~writtenDown')
  await hall.until(() => hall.facts.some(({ type }) => type === 'canary.heard'))
  expect(hall.facts.filter(({ type }) => type === 'canary.heard')).toMatchObject([{ canary: '7' }])
  expect(hall.facts.some(({ type, call: of }) => type.startsWith('call.') || of !== undefined)).toBe(false)
  expect(hall.counts()).toMatchObject({ calls: 0, legs: 0, papers: 0 })
  const caller = hall.call()
  await phone.nextLeg() // the first that rings there
  await hall.has(caller, 'call.offered')
  expect(hall.troubles).toEqual([])
})

test('when no caller would be taken in, the canary is not written down either', async () => {
  hall = await startHall({}, {}, { segmentBytes: 20_000, mostBytes: 200_000, reserveBytes: 40_000 })
  const fact = { type: 'test.filled', at: toInstant(1), text: 'x'.repeat(1_000) }
  while (hall.journal.room().room !== 'closed') await hall.journal.append({ facts: [fact], keep: {} })
  await canary().ended
  expect(said()).toBeUndefined()
  expect(hall.facts.some(({ type }) => type === 'canary.heard')).toBe(false)
})
