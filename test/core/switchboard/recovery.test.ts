/** Deaths and losses at the worst moment, each found by the simulation and told here by itself, on its clock and disk. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallId } from '#kernel'
import type { Failure } from '../../simulation/failure.ts'
import { Hall } from '../../simulation/hall.ts'
import { agentAt } from '../../simulation/house.ts'
import { VirtualTime } from '../../simulation/virtual-time.ts'

let time: VirtualTime
let hall: Hall
let opened: number
let uninstall: () => void
let failures: Failure[]

beforeEach(async () => {
  time = new VirtualTime(Date.UTC(2026, 10, 24, 1))
  uninstall = time.install()
  failures = []
  hall = new Hall(
    time,
    7,
    (invariant, detail) => failures.push({ invariant, detail, at: time.now }),
    () => {},
  )
  for (const phone of hall.phones) phone.temper = 'answers'
  hall.open()
  opened = time.now
  await goOn(2_000)
})
afterEach(() => uninstall())

const goOn = (ms: number): Promise<void> => time.runUntil(time.now + ms, () => false)
async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 5_000 && !holds(); n++) await goOn(2)
  expect(holds()).toBe(true)
}
const arrive = () => {
  hall.call({ at: 0, do: 'call', number: '13800000001', dialled: '12320', patienceMs: 600_000 })
  const caller = hall.callers.at(-1)
  if (!caller) throw new Error('nobody came')
  return { caller, types: () => hall.disk.facts.filter(({ call }) => call === caller.phone.channelId) }
}
const talking = async () => {
  const arrived = arrive()
  await until(() => arrived.caller.phone.hears.length === 1)
  const connected = arrived.types().find(({ type }) => type === 'call.connected')
  return { ...arrived, agent: connected?.agent ?? agentAt(0) }
}
const count = (types: { type: string }[], type: string): number => types.filter((fact) => fact.type === type).length

test('a caller whom we have hung up just before we die is hung up on our return, and no new call', async () => {
  const { caller, types, agent } = await talking()
  const killed = hall.network.killed.bind(hall.network)
  hall.network.killed = (owner) => {
    hall.network.cut(0) // every order that was under way
    return killed(owner)
  }
  hall.crash(500, { moment: 'durable', count: 1 })
  hall.desks.ask(agent, { name: 'hangUp' })
  await goOn(10)
  expect(hall.running).toBeUndefined()
  expect(caller.phone.alive).toBe(true)
  await goOn(5_000)
  expect(caller.phone.alive).toBe(false)
  expect([count(types(), 'call.accepted'), count(types(), 'call.ended')]).toEqual([1, 1])
  expect(failures).toEqual([])
})

test('a phone that a call has let go of is hung up when that order was lost with the network', async () => {
  const { caller, agent } = await talking()
  const leg = caller.phone.hears[0] ?? ''
  hall.desks.ask(agent, { name: 'blindTransfer', party: { kind: 'line', line: '12315' as never } })
  hall.turnWeather({ slowMs: 1_000 }, 1_000)
  await until(() => hall.disk.facts.some(({ type }) => type === 'call.agentLeft'))
  hall.cut(0, 1_000)
  await goOn(40_000)
  expect(hall.fake.model.channels.has(leg)).toBe(false)
  expect(caller.phone.hears).not.toContain(leg)
  expect(failures).toEqual([])
})

test('a caller of an Asterisk that has died is not taken in from what was told before', async () => {
  hall.turnWeather({ slowMs: 300 }, 60_000)
  hall.crash(0)
  await goOn(1_500)
  const { caller, types } = arrive()
  await until(() => hall.isUp)
  await goOn(250)
  hall.restartAsterisk(500)
  await goOn(20_000)
  expect(caller.phone.alive).toBe(false)
  expect(count(types(), 'call.accepted') - count(types(), 'call.ended')).toBe(0)
  expect([...(hall.running?.board.hall.calls.keys() ?? [])]).toEqual([])
  expect(failures).toEqual([])
})

test('calls of an Asterisk that has died end for that reason, also when we die while we are ending them', async () => {
  const { types } = await talking()
  const { types: waiting } = arrive()
  await goOn(100)
  hall.restartAsterisk(200)
  hall.crash(300, { moment: 'decided', count: 1 })
  await goOn(10_000)
  const reasons = [types(), waiting()].map((story) => story.find(({ type }) => type === 'call.ended')?.reason)
  expect(reasons).toEqual(['mediaServerLost', 'mediaServerLost'])
  expect(failures).toEqual([])
})

test('an audit that is answered by another Asterisk than the one we hear blames nobody for having hung up', async () => {
  const { types } = await talking()
  const { types: waiting } = arrive()
  await goOn(29_000 - (time.now - opened))
  hall.cut(4_000)
  hall.restartAsterisk(200)
  await goOn(10_000)
  const reasons = [types(), waiting()].map((story) => story.find(({ type }) => type === 'call.ended')?.reason)
  expect(reasons).toEqual(['mediaServerLost', 'mediaServerLost'])
  expect(failures).toEqual([])
})

test('an ended call is known for a minute, whoever leads then: with frequent starts nothing piles up', async () => {
  const { channelId } = (await talking()).caller.phone
  const call = channelId as CallId
  const isKnown = (): boolean => hall.running?.board.hall.leaving.has(call) === true
  hall.callerHangsUp(0)
  await until(isKnown)
  for (let n = 0; n < 13; n++) {
    hall.crash(100)
    await goOn(5_000)
    if (n < 11) expect(isKnown()).toBe(true)
  }
  expect(isKnown()).toBe(false)
  expect(hall.disk.keptOf(`leaving:${call}`)).toBe(null)
  expect(failures).toEqual([])
})
