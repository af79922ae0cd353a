/** Callers whose call is over are known for a minute, by whoever leads then. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallId } from '#kernel'
import type { Failure } from '../../simulation/failure.ts'
import { Hall } from '../../simulation/hall.ts'
import { VirtualTime } from '../../simulation/virtual-time.ts'

let time: VirtualTime
let hall: Hall
let uninstall: () => void
let failures: Failure[]

beforeEach(async () => {
  time = new VirtualTime(Date.UTC(2026, 10, 24, 1))
  uninstall = time.install()
  failures = []
  const complain = (invariant: string, detail: string): void => void failures.push({ invariant, detail, at: time.now })
  hall = new Hall(time, 7, complain, () => {})
  for (const phone of hall.phones) phone.temper = 'answers'
  hall.open()
  await goOn(2_000)
})
afterEach(() => uninstall())

const goOn = (ms: number): Promise<void> => time.runUntil(time.now + ms, () => false)

async function callIsOver(): Promise<CallId> {
  hall.call({ at: 0, do: 'call', number: '13800000001', dialled: '12320', patienceMs: 600_000 })
  await goOn(3_000)
  hall.callerHangsUp(0)
  await goOn(200)
  return hall.callers.at(-1)?.phone.channelId as CallId
}
const isKnown = (call: CallId): boolean => hall.running?.board.hall.leaving.has(call) === true
const isKept = (call: CallId): boolean => hall.disk.keptOf(`leaving:${call}`) !== null

test('it does not begin anew with each start of a switchboard: nothing piles up where starts are frequent', async () => {
  const call = await callIsOver()
  for (let n = 0; n < 11; n++) {
    hall.crash(100)
    await goOn(5_000)
    expect(isKnown(call)).toBe(true)
  }
  hall.crash(100)
  await goOn(5_000)
  hall.crash(100)
  await goOn(5_000)
  expect(isKnown(call)).toBe(false)
  expect(isKept(call)).toBe(false)
  expect(failures).toEqual([])
})
