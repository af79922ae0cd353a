import { expect, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { askConsole, order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce, zhao: answersAtOnce, sun: answersAtOnce })

/** Long enough for music, a slice of the queue and the breath that the net gives an agent between two calls. */
const netMs = 40_000

const paused = (seat: string, is: boolean) =>
  expect
    .poll(async () => new RegExp(`PJSIP/seat-${seat}\\).*\\(paused`).test(await askConsole('queue show net')), {
      timeout: 10_000,
    })
    .toBe(is)
const recordOf = async (number: string) => {
  const [only = '', ...more] = await stage.records.callsOf(number)
  expect(more).toEqual([])
  return stage.records.ended(only)
}

it('every process of ours is dead: callers hear music and are answered by the phone of who was ready, and each has a record', async () => {
  const { world } = stage
  const [li, zhao, sun] = [stage.actor('li'), stage.actor('zhao'), stage.actor('sun')]
  const [talking, first, second, patient] = [stage.number(), stage.number(), stage.number(), stage.number()]
  await sun.desk.ready()
  const chen = await world.call('chen', { to: dial.brisk, number: talking })
  await chen.hearsOnly(sun.phone)
  await zhao.desk.ready()
  await zhao.desk.notReady()
  await li.desk.ready()
  await Promise.all([paused(li.phone.seat, false), paused(sun.phone.seat, false), paused(zhao.phone.seat, true)])

  await order('kill-all')
  const wang = await world.call('wang', { to: dial.desk, number: first })
  await wang.hearsMusic()
  await wang.hears(li.phone, netMs)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), chen.hearsOnly(sun.phone)])
  // Another has to wait: li talks, sun talks, zhao is not ready. He gives up.
  const gao = await world.call('gao', { to: dial.desk, number: patient })
  await stage.hotline.untilIn('Queue', 2)
  await gao.hearsMusic()
  await gao.hangUp()
  await wang.hangUp()
  await li.phone.gone()
  const late = await world.call('late', { to: dial.desk, number: second })
  await late.hears(li.phone, netMs)
  await Promise.all([late.hearsOnly(li.phone), li.phone.hearsOnly(late)])
  await li.phone.hangUp()
  await late.gone()
  expect(zhao.phone.arrivals).toHaveLength(0)
  expect(sun.phone.arrivals).toHaveLength(1)

  await order('start-all')
  await Promise.all([li, zhao, sun].map(({ desk }) => desk.reopen()))
  await chen.hearsOnly(sun.phone)
  await chen.hangUp()
  expect(await recordOf(first)).toMatchObject({
    call: {
      ...{ answered_by: li.staff, answered_seat: li.phone.seat, end_reason: 'callerHungUp' },
      ...{ dialled: dial.desk, recovered: 1 },
    },
    ticket: { state: 'REGISTERED', registrar: li.staff, caller_number: first },
  })
  expect((await recordOf(second)).call).toMatchObject({ answered_by: li.staff, end_reason: 'agentHungUp' })
  expect((await recordOf(patient)).call).toMatchObject({ answered_by: null, end_reason: 'abandonedWaiting' })
  expect((await recordOf(talking)).call).toMatchObject({ answered_by: sun.staff })
  expect(await askConsole('database show net')).toMatch(/\b0 results/)
})

it('Asterisk has died too, and is started while all our processes are dead: who was at work is rung all the same', async () => {
  const { world, hotline } = stage
  const [li, zhao] = [stage.actor('li'), stage.actor('zhao')]
  const number = stage.number()
  await zhao.desk.ready()
  await zhao.desk.notReady()
  await li.desk.ready()
  await Promise.all([paused(li.phone.seat, false), paused(zhao.phone.seat, true)])
  await hotline.untilVariable('AT_WORK', (seats) => seats === li.phone.seat)
  const before = await world.call('before', { to: dial.brisk, number: stage.number() })
  await before.hears(li.phone)
  await before.hangUp()
  // Asterisk writes its database to the disk once a second.
  await expect.poll(() => askConsole('database show net-work'), { timeout: 5_000 }).toContain(li.phone.seat)
  const beat = Math.floor(Date.now() / 1_000)
  await hotline.untilVariable('HEARTBEAT', (value) => Number(value) > beat + 1)
  await order('kill-all')
  await order('kill-asterisk')
  await order('start-asterisk')
  await Promise.all([li, zhao].map(({ phone }) => hotline.untilSeat(phone.seat, true, 30_000)))
  const wang = await world.call('wang', { to: dial.desk, number })
  await wang.hears(li.phone, netMs)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await wang.hangUp()
  await li.phone.gone()
  expect(zhao.phone.arrivals).toHaveLength(0)
  await order('start-all')
  await Promise.all([li, zhao, stage.actor('sun')].map(({ desk }) => desk.reopen()))
  expect((await recordOf(number)).call).toMatchObject({ answered_by: li.staff, answered_seat: li.phone.seat })
})

it('the switchboard is frozen, its socket open: who dials hears music, and is served when it thaws', async () => {
  const li = stage.actor('li')
  const number = stage.number()
  await order('freeze')
  try {
    await stage.hotline.untilVariable('HEARTBEAT', (value) => Date.now() / 1_000 - Number(value) > 5)
    const dialledAt = Date.now()
    const wang = await stage.world.call('wang', { to: dial.brisk, number })
    await wang.hearsMusic()
    const thawedAt = Date.now()
    await order('thaw')
    await li.desk.ready()
    await wang.hears(li.phone, 20_000)
    await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
    await wang.hangUp()
    const { call } = await recordOf(number)
    expect(call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
    expect(call.arrived_at.getTime()).toBeGreaterThan(dialledAt - 1_000)
    expect(call.arrived_at.getTime()).toBeLessThan(thawedAt)
  } finally {
    await order('thaw')
  }
})

it('the switchboard comes back while callers wait in the net: they are taken in at once, in the order of their arrival', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const numbers = [stage.number(), stage.number()] as const
  await order('kill')
  const first = await world.call('first', { to: dial.brisk, number: numbers[0] })
  await first.hearsMusic()
  const second = await world.call('second', { to: dial.brisk, number: numbers[1] })
  await second.hearsMusic()
  const backAt = Date.now()
  await order('start')
  await hotline.untilIn('Stasis', 2)
  await li.desk.ready()
  await first.hears(li.phone, 15_000)
  await Promise.all([first.hearsOnly(li.phone), li.phone.hearsOnly(first), second.hearsMusic()])
  await first.hangUp()
  await second.hears(li.phone)
  await second.hangUp()
  const [one, two] = [await recordOf(numbers[0]), await recordOf(numbers[1])]
  expect(one.call.arrived_at.getTime()).toBeLessThan(two.call.arrived_at.getTime())
  expect(two.call.arrived_at.getTime()).toBeLessThan(backAt)
  expect(one.history.filter((kind) => kind === 'call.accepted')).toHaveLength(1)
})

it('the switchboard has died just when it had paused everybody to have its callers back: the phones of who is at work ring', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  await li.desk.ready()
  await paused(li.phone.seat, false)
  await hotline.untilVariable('AT_WORK', (seats) => seats === li.phone.seat)
  await order('kill')
  await askConsole('dialplan set global NET_EMPTIED 1') // as net.ts does
  await askConsole(`queue pause member PJSIP/seat-${li.phone.seat} queue net`)
  await paused(li.phone.seat, true)
  const wang = await world.call('wang', { to: dial.brisk, number: stage.number() })
  await wang.hears(li.phone, netMs)
  await wang.hangUp()
  await order('start')
})

it.each([
  ['while others pass the gate, to a switchboard that only looks what has become of its calls', '""'], // as the gate does
  ['by what a caller has read while another wrote it', '"x,y)7"'], // Asterisk copies a global after it has let go of its lock
])('no phone rings in the net %s', async (_, first) => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  await li.desk.ready()
  await paused(li.phone.seat, false)
  await order('kill')
  const wang = await world.call('wang', { to: dial.brisk, number: stage.number() })
  await wang.hearsMusic()
  const passing = setInterval(() => void askConsole(`dialplan set global NET_FIRST ${first}`), 250)
  try {
    await hotline.untilIn('Queue', 1)
    await wang.listens(8_000)
    expect(li.phone.arrivals).toHaveLength(0)
  } finally {
    clearInterval(passing)
  }
  await wang.hears(li.phone, netMs)
  await wang.hangUp()
  await order('start')
})

it('the net has a talking pair when the switchboard comes back: they talk on, and the agent is offered nothing meanwhile', async () => {
  const { world } = stage
  const li = stage.actor('li')
  const [inNet, after] = [stage.number(), stage.number()]
  await li.desk.ready()
  await paused(li.phone.seat, false)
  await order('kill')
  const wang = await world.call('wang', { to: dial.brisk, number: inNet })
  await wang.hears(li.phone, netMs)
  await order('start')
  await li.desk.until('busy with the call', ({ status }) => status.state === 'busy', 15_000)
  const chen = await world.call('chen', { to: dial.brisk, number: after })
  await chen.hearsMusic()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  expect(li.phone.arrivals).toHaveLength(1)
  await wang.hangUp()
  await chen.hears(li.phone, 15_000)
  await chen.hangUp()
  // Sooner than an audit, which comes every half minute.
  await expect.poll(() => stage.records.callsOf(inNet), { timeout: 6_000 }).toHaveLength(1)
  expect((await recordOf(inNet)).call).toMatchObject({ answered_by: li.staff, recovered: 1 })
})

it('a caller who waits in the hands of a dead switchboard is sent to the net; who talks is left alone', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const [talking, waiting] = [stage.number(), stage.number()]
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number: talking })
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.brisk, number: waiting })
  await chen.hearsMusic()

  await order('kill')
  await hotline.untilIn('Queue', 1)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), chen.hearsMusic()])
  await li.phone.hangUp()
  await wang.hangUp()
  await chen.hears(li.phone, netMs)
  await Promise.all([chen.hearsOnly(li.phone), li.phone.hearsOnly(chen)])
  await chen.hangUp()
  await li.phone.gone()

  await order('start')
  const record = await recordOf(waiting)
  expect(record.call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
  expect(record.history.filter((kind) => kind === 'call.accepted')).toHaveLength(1)
  expect(record.history.filter((kind) => kind === 'call.ended')).toHaveLength(1)
  expect((await recordOf(talking)).call).toMatchObject({ answered_by: li.staff })
})

it('the switchboard comes back while the agent of a call that is over talks to another caller of the net: he is shown with that one', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const [before, waiting] = [stage.number(), stage.number()]
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.desk, number: before })
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.desk, number: waiting })
  await chen.hearsMusic()
  await order('kill')
  await hotline.untilIn('Queue', 1)
  await wang.hangUp()
  await li.phone.hangUp()
  await chen.hears(li.phone, netMs)
  await order('start')
  const { call } = await li.desk.until(
    'in the call with chen',
    ({ call, status, phone }) => status.state === 'busy' && call?.callerNumber === waiting && phone === 'reachable',
    15_000,
  )
  expect(call).toMatchObject({ state: 'talking', held: false })
  // What could not be sent while we were away is not too late.
  await li.desk.writeTicket((await recordOf(before)).call.ticket_no, { title: '路灯不亮' })
  await Promise.all([chen.hearsOnly(li.phone), li.phone.hearsOnly(chen)])
  await chen.hangUp()
  await li.desk.until(
    'writing it up',
    ({ call, status }) => status.state === 'wrapUp' && call?.callerNumber === waiting,
  )
  const [first, second] = [await recordOf(before), await recordOf(waiting)]
  expect(first.call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
  expect(second.call).toMatchObject({ answered_by: li.staff, ticket_no: call?.ticket })
  expect(first.history.filter((kind) => kind === 'call.wrapUpEnded')).toHaveLength(1)
  expect(first.ticket).toMatchObject({ state: 'REGISTERED', title: '路灯不亮' })
})

it('an agent hangs up in the moment in which the switchboard is dead: the call ends as it would have, and then', async () => {
  const { world } = stage
  const li = stage.actor('li')
  const number = stage.number()
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number })
  await wang.hearsOnly(li.phone)
  await order('kill')
  const hungUpAt = Date.now()
  await li.phone.hangUp()
  await order('start')
  await wang.gone()
  const { call, history } = await recordOf(number)
  expect(call).toMatchObject({ answered_by: li.staff, end_reason: 'agentHungUp' })
  expect(Math.abs(Number(call.ended_at) - hungUpAt)).toBeLessThan(500)
  expect(history.filter((kind) => kind === 'call.connected')).toHaveLength(1)
})

it('an agent hangs up while the switchboard is dead: the caller does not stay in silence, and is answered again', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const number = stage.number()
  await li.desk.ready()
  const wang = await world.call('wang', { to: dial.brisk, number })
  await wang.hearsOnly(li.phone)
  await order('kill')
  await hotline.untilVariable('HEARTBEAT', (value) => Date.now() / 1_000 - Number(value) > 3)
  const hungUpAt = Date.now()
  await li.phone.hangUp()
  await hotline.untilIn('Queue', 1)
  await wang.hearsMusic()
  await wang.hears(li.phone, netMs)
  const answeredAt = Date.now()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await order('start')
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await wang.hangUp()
  await li.phone.gone()
  const { call, history, legs } = await recordOf(number)
  expect(call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp' })
  const [first, second, ...more] = legs.filter(({ role }) => role === 'agent')
  expect(more).toEqual([])
  expect(first).toMatchObject({ agent_left: 'hungUp', cause: 'normal' })
  expect(Math.abs(Number(first?.left_at) - hungUpAt)).toBeLessThan(500)
  expect(Math.abs(Number(second?.answered_at) - answeredAt)).toBeLessThan(1_500)
  const told = [
    ...['call.connected', 'call.legLeft', 'call.agentLeft', 'call.recovered'],
    ...['call.connected', 'call.agentLeft', 'call.ended'],
  ]
  expect(history.slice(-told.length)).toEqual(told)
})

it('who has waited longest is rung for first, also before who came to the net earlier', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const wang = await world.call('wang', { to: dial.brisk, number: stage.number() })
  await li.desk.ready()
  await wang.hearsOnly(li.phone)
  const chen = await world.call('chen', { to: dial.brisk, number: stage.number() })
  await chen.hearsMusic()

  await order('kill')
  await hotline.untilVariable('HEARTBEAT', (value) => Date.now() / 1_000 - Number(value) > 5)
  const gao = await world.call('gao', { to: dial.brisk, number: stage.number() })
  await gao.hearsMusic()
  await hotline.untilIn('Queue', 1)
  await li.phone.hangUp()
  await wang.hangUp()
  await chen.hears(li.phone, netMs)
  await Promise.all([chen.hearsOnly(li.phone), gao.hearsMusic()])
  await chen.hangUp()
  await gao.hears(li.phone, netMs)
  await gao.hangUp()
  await order('start')
})

it('a frozen switchboard thaws: the waiting caller whom the net has taken from it comes back to the same place and ticket', async () => {
  const { world, hotline } = stage
  const li = stage.actor('li')
  const numbers = [stage.number(), stage.number()] as const
  const chen = await world.call('chen', { to: dial.brisk, number: numbers[0] })
  await chen.hearsMusic()
  await hotline.untilIn('Stasis', 1)
  await order('freeze')
  try {
    await hotline.untilIn('Stasis', 0)
    await chen.hearsMusic()
  } finally {
    await order('thaw')
  }
  await hotline.untilIn('Stasis', 1)
  const later = await world.call('later', { to: dial.brisk, number: numbers[1] })
  await later.hearsMusic()
  await li.desk.ready()
  await chen.hears(li.phone, 15_000)
  await Promise.all([chen.hearsOnly(li.phone), li.phone.hearsOnly(chen)])
  await chen.hangUp()
  await later.hears(li.phone)
  await later.hangUp()
  const record = await recordOf(numbers[0])
  expect(record.call).toMatchObject({ answered_by: li.staff, end_reason: 'callerHungUp', recovered: 1 })
  expect(record.history.filter((kind) => kind === 'call.accepted')).toHaveLength(1)
})
