/** Single events that never come, or come late: the audit makes up for each. Found by the simulation, told here by itself. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallId, LegId } from '#kernel'
import { toInstant } from '#kernel'
import { createEntrance } from '../../../src/switchboard/entrance.ts'
import { emptyHall } from '../../../src/switchboard/hall-state.ts'
import { createLegRegister } from '../../../src/switchboard/leg-register.ts'
import { Turn } from '../../../src/switchboard/turn.ts'
import type { FakeLeg } from '../../kit/fake-asterisk-phones.ts'
import type { Failure } from '../../simulation/failure.ts'
import { Hall } from '../../simulation/hall.ts'
import { house } from '../../simulation/house.ts'
import { VirtualTime } from '../../simulation/virtual-time.ts'
import { fair } from '../../simulation/weather.ts'

let time: VirtualTime
let hall: Hall
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
  await goOn(2_000)
})
afterEach(() => uninstall())

const goOn = (ms: number): Promise<void> => time.runUntil(time.now + ms, () => false)
/** Nothing is told for so long. */
async function deaf(ms: number): Promise<void> {
  hall.network.weather.dropEvent = 1
  await goOn(ms)
  hall.network.weather = fair()
}
function arrive(dialled: string) {
  hall.call({ at: 0, do: 'call', number: '13800000001', dialled, patienceMs: 600_000 })
  const caller = hall.callers.at(-1)
  if (!caller) throw new Error('nobody came')
  const call = () => hall.running?.board.hall.calls.get(caller.phone.channelId as CallId)
  const types = () => hall.disk.facts.flatMap(({ call: id, type }) => (id === caller.phone.channelId ? [type] : []))
  return { caller, call, types }
}

test('a caller whose coming was not told is taken in within seconds', async () => {
  hall.network.weather.dropEvent = 1
  const { types } = arrive('12320')
  await deaf(100)
  expect(types()).toEqual([])
  await goOn(5_000)
  expect(types()).toContain('call.connected')
  expect(failures).toEqual([])
})

test('nor does he wait for the audit when the comparison that would have found him fails', async () => {
  hall.network.weather.dropEvent = 1
  const { types } = arrive('12320')
  await deaf(100)
  hall.fake.fault({ op: 'bridges.list', kind: 'refuse' })
  await goOn(7_000)
  expect(hall.fake.requests.filter(({ status }) => status === 500).map(({ op }) => op)).toEqual(['bridges.list'])
  expect(types()).toContain('call.connected')
  expect(failures).toEqual([])
})

test('whoever comes while we compare after an absence is taken in when that is done', async () => {
  const came: ReturnType<typeof arrive>[] = []
  hall.network.weather = { ...fair(), slowMs: 50 }
  hall.cut(0)
  for (let n = 0; n < 100; n++) {
    came.push(arrive('12320'))
    await goOn(10)
  }
  hall.network.weather = fair()
  await goOn(500)
  expect(came.filter(({ types }) => !types().includes('call.accepted')).length).toBe(0)
})

test('whoever comes in the middle of the audit is not taken for a stray', async () => {
  await goOn(27_950) // since the doors opened: almost 30 s
  const came = []
  // What is asked takes its time, and what is told comes later than the answers.
  hall.network.weather = { ...fair(), slowMs: 20, delayEvent: 1 }
  for (let ms = 0; ms < 150; ms++) {
    hall.call({ at: 0, do: 'call', number: '13800000004', dialled: '12320', patienceMs: 600_000 })
    came.push(hall.callers.at(-1))
    await goOn(1)
  }
  hall.network.weather = fair()
  await goOn(6_000)
  expect(came.filter((caller) => caller?.leftBy === 'us').length).toBe(0)
})

test('a greeting whose end was not told is over at the audit', async () => {
  const { call } = arrive('12345')
  await goOn(500)
  expect(call()?.state).toBe('greeting')
  await deaf(4_000)
  expect(call()?.state).toBe('greeting')
  await goOn(31_000)
  expect(call()?.state).toBe('talking')
  expect(failures).toEqual([])
})

describe('a caller whose call is over, and whom Asterisk does not let go, is no new call', () => {
  async function staysOn() {
    let leg: FakeLeg | undefined
    for (const phone of hall.phones)
      phone.temper = {
        does(rung) {
          leg = rung
          rung.answer()
        },
      }
    const { caller, types } = arrive('12320')
    await goOn(2_000)
    expect(types()).toContain('call.connected')
    const letGo = hall.fake.fault({ op: 'channels.hangup', kind: 'refuse', times: 1_000 })
    leg?.hangUp()
    await goOn(1_000)
    expect(types()).toContain('call.ended')
    return { caller, types, letGo }
  }

  function hasGone({ caller, types }: Awaited<ReturnType<typeof staysOn>>): void {
    expect(caller.leftBy).toBe('us')
    expect(types().filter((type) => type === 'call.accepted')).toHaveLength(1)
    expect(hall.disk.keptOf(`leaving:${caller.phone.channelId}`)).toBeNull()
  }

  test('when it refuses to for minutes', async () => {
    const stays = await staysOn()
    await goOn(150_000)
    expect(stays.caller.leftBy).toBe('nobody')
    stays.letGo()
    await goOn(100_000)
    hasGone(stays)
  })

  test('when it is away meanwhile, and the dialplan writes of him as he goes', async () => {
    const stays = await staysOn()
    hall.cut(0, 70_000)
    await goOn(65_000)
    expect(stays.caller.leftBy).toBe('nobody')
    stays.letGo()
    await goOn(10_000)
    expect(hall.fake.model.netRecords.size).toBe(1)
    await goOn(100_000)
    expect(hall.fake.model.netRecords.size).toBe(0)
    hasGone(stays)
  })
})

test('a record of the dialplan’s that cannot be removed tells of no new call, whoever reads it', async () => {
  const { caller, types } = arrive('12320')
  await goOn(2_000)
  const records = hall.fake.model.netRecords
  const remove = records.delete.bind(records)
  records.delete = () => false // Asterisk says "done" all the same
  hall.cut(0, 4_000)
  await goOn(3_000)
  caller.phone.hangUp()
  caller.leftBy = 'self'
  expect(records.size).toBe(1)
  await goOn(100_000)
  expect(types()).toContain('call.ended')
  hall.crash(500)
  await goOn(100_000)
  expect(types().filter((type) => type === 'call.accepted')).toHaveLength(1)
  records.delete = remove
  await goOn(100_000)
  expect(records.size).toBe(0)
  expect(hall.disk.keptOf(`leaving:${caller.phone.channelId}`)).toBeNull()
  expect(failures).toEqual([])
})

test('a caller whose coming is told after the call is over is no new call', () => {
  const state = emptyHall(1)
  const legs = createLegRegister()
  const now = () => toInstant(1_000)
  const conductor = { take: (run: (turn: Turn) => unknown) => ({ answer: run(new Turn(state, now(), () => 0)) }) }
  const admit = createEntrance({
    ...{
      hall: state,
      conductor: conductor as never,
      legs,
      directory: () => house,
      clock: { now, fromWall: toInstant },
    },
    ...{ takes: () => true, ringBack: { of: () => ({}) }, capacity: undefined, turnedAway: { away: () => {} } },
    hasSettled: () => true,
  })
  const channel = { id: 'c1', caller: { number: '138', name: '' }, state: 'Ring' } as never
  const arrival = { channel, call: 'c1', arrivedMs: 900, dialled: '12345', name: '' }
  expect(admit(arrival)).toBe('admitted')
  conductor.take((turn) =>
    turn.post({ type: 'legLeft', call: 'c1' as CallId, leg: 'c1' as LegId, cause: 'normal', at: now() }),
  )
  expect(admit(arrival)).toBe('known')
})
