/** The switchboard's own machinery, on the fake Asterisk that has passed the same contract as the real one. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HallOnFake, smallDirectory, startHall } from '../../kit/hall-on-fake.ts'

let hall: HallOnFake
beforeEach(async () => {
  hall = await startHall()
})
afterEach(() => hall.close())

test('given an agent is ready, a caller is greeted, offered, connected, and hangs up', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(caller, 'call.connected')
  await hall.until(() => leg.hears.includes(caller.channelId))
  expect(leg.variables.get('PJSIP_HEADER(add,X-Hotline-Ticket)')).toMatch(/^CZ/)
  caller.hangUp()
  await hall.has(caller, 'call.ended', { reason: 'callerHungUp' })
  await hall.until(() => !leg.alive)
  await hall.has(caller, 'call.wrapUpStarted')
  await hall.order('1001', { name: 'endWrapUp' })
  await hall.has(caller, 'call.wrapUpEnded')
  expect(hall.types(caller)).toEqual([
    'call.accepted',
    'call.queued',
    'call.offered',
    'call.offerEnded',
    'call.connected',
    'call.legLeft',
    'call.agentLeft',
    'call.ended',
    'call.wrapUpStarted',
    'call.wrapUpEnded',
  ])
  expect(hall.troubles).toEqual([])
  await hall.until(() => hall.counts().calls === 0 && hall.counts().papers === 0)
})

test('given a caller waits with music, when the switchboard is killed and comes back, then the place and the music are kept', async () => {
  const first = hall.call('13800000001')
  const second = hall.call('13800000002')
  await hall.has(second, 'call.queued')
  await hall.until(() => first.hasMusic && second.hasMusic)
  await hall.kill()
  expect(first.hasMusic).toBe(true)
  await hall.start()
  const phone = await hall.ready('1001', '8001')
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(first, 'call.connected')
  await hall.until(() => leg.hears.includes(first.channelId))
})

test('given they talk, when the switchboard is killed, the caller hangs up meanwhile, and it comes back, then one call has ended with its reason', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(caller, 'call.connected')
  await hall.kill()
  caller.hangUp()
  await hall.start()
  await hall.has(caller, 'call.ended', { reason: 'callerHungUp' })
  await hall.until(() => !leg.alive)
  expect(hall.types(caller).filter((type) => type === 'call.accepted')).toHaveLength(1)
})

test('given the phone rings, when the switchboard is killed and the agent answers meanwhile, then they are connected on its return', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  const leg = await phone.nextLeg()
  await hall.has(caller, 'call.offered')
  await hall.kill()
  leg.answer()
  await hall.start()
  await hall.has(caller, 'call.connected')
  await hall.until(() => leg.hears.includes(caller.channelId))
})

test('a caller who comes while the switchboard is dead is taken in on its return', async () => {
  await hall.kill()
  const caller = hall.call()
  await hall.start()
  await hall.has(caller, 'call.queued')
})

test('given Asterisk dies, every call of it is closed with that reason, and the agents are freed', async () => {
  const phone = await hall.ready('1001', '8001')
  const talking = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(talking, 'call.connected')
  const waiting = hall.call('13800000002')
  await hall.has(waiting, 'call.queued')
  await hall.fake.restart()
  await hall.has(talking, 'call.ended', { reason: 'mediaServerLost' })
  await hall.has(waiting, 'call.ended', { reason: 'mediaServerLost' })
  await hall.until(() => hall.views.get('1001' as never)?.status.state === 'wrapUp')
})

test('given Asterisk dies while more wait than there are agents, nobody is left holding the offer of a lost call', async () => {
  await hall.close()
  hall = await startHall({ queues: smallDirectory().queues.map((queue) => ({ ...queue, wrapUpMs: 0 })) })
  const phone = await hall.ready('1001', '8001')
  const talking = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(talking, 'call.connected')
  const waiting = ['13800000002', '13800000003'].map((number) => hall.call(number))
  for (const caller of waiting) await hall.has(caller, 'call.queued')
  await hall.fake.restart()
  for (const caller of [talking, ...waiting]) await hall.has(caller, 'call.ended', { reason: 'mediaServerLost' })
  const next = hall.call('13800000004')
  ;(await phone.nextLeg()).answer()
  await hall.has(next, 'call.connected', { agent: '1001' })
  expect(waiting.flatMap((caller) => hall.types(caller)).filter((type) => type === 'call.offered')).toEqual([])
})

test('a command that is sent twice is done once, also when the switchboard was killed in between', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(caller, 'call.connected')
  const id = crypto.randomUUID()
  expect(await hall.ask('1001', { name: 'hold' }, { id })).toEqual({ ok: true, repeated: false })
  expect(await hall.ask('1001', { name: 'hold' }, { id })).toEqual({ ok: true, repeated: true })
  await hall.kill()
  await hall.start()
  expect(await hall.ask('1001', { name: 'hold' }, { id })).toEqual({ ok: true, repeated: true })
  expect(await hall.ask('1001', { name: 'hold' })).toEqual({ ok: false, refusal: 'notNow', repeated: false })
  expect(hall.types(caller).filter((type) => type === 'call.held')).toHaveLength(1)
})

test('an id that was given to one command is refused to every other, and to the same with other arguments', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(caller, 'call.connected')
  const id = crypto.randomUUID()
  const digits = { name: 'sendDigits', digits: '1' } as const
  const used = { ok: false, refusal: 'commandIdUsed', repeated: false }
  expect(await hall.ask('1001', digits, { id })).toEqual({ ok: true, repeated: false })
  const others = [{ name: 'hangUp' }, { name: 'ready' }, { ...digits, digits: '2' }] as const
  for (const other of others) expect(await hall.ask('1001', other, { id })).toEqual(used)
  await hall.kill()
  await hall.start()
  for (const other of others) expect(await hall.ask('1001', other, { id })).toEqual(used)
  expect(await hall.ask('1001', { digits: '1', name: 'sendDigits' }, { id })).toEqual({ ok: true, repeated: true })
  expect(hall.types(caller).filter((type) => type === 'call.digitsSent')).toHaveLength(1)
  expect(hall.types(caller)).not.toContain('call.ended')
})

test('an agent who does not answer is made not ready, and the next one is rung; the caller keeps the place', async () => {
  const silent = await hall.ready('1001', '8001')
  const caller = hall.call()
  const missed = await silent.nextLeg()
  await hall.has(caller, 'call.offered')
  const phone = await hall.ready('1002', '8002')
  await hall.has(caller, 'call.offerEnded', { outcome: 'expired' })
  const leg = await phone.nextLeg()
  await hall.until(() => !missed.alive)
  expect(hall.views.get('1001' as never)?.status).toMatchObject({ state: 'notReady', reason: 'missed' })
  leg.answer()
  await hall.has(caller, 'call.connected', { agent: '1002' })
})

test('given the socket breaks while they talk, the call goes on and its end is still heard', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  const leg = await phone.nextLeg()
  leg.answer()
  await hall.has(caller, 'call.connected')
  hall.fake.dropSockets()
  await hall.until(() => leg.alive)
  caller.hangUp()
  await hall.has(caller, 'call.ended')
  await hall.until(() => !leg.alive)
})

test('consult a line, join, leave: each hears whom they should, and caller and partner stay', async () => {
  const phone = await hall.ready('1001', '8001')
  const partnerPhone = hall.fake.addPhone('partner-12315')
  const caller = hall.call()
  const agent = await phone.nextLeg()
  agent.answer()
  await hall.has(caller, 'call.connected')
  await hall.order('1001', { name: 'consult', party: { kind: 'line', line: '12315' as never } })
  await hall.until(() => caller.hasMusic && agent.hears.length === 0)
  const partner = await partnerPhone.nextLeg()
  partner.answer()
  await hall.until(() => agent.hears.includes(partner.channelId))
  expect(caller.hears).toEqual([])
  await hall.order('1001', { name: 'join' })
  await hall.until(() => caller.hears.length === 2)
  expect(caller.hasMusic).toBe(false)
  await hall.order('1001', { name: 'leave' })
  await hall.until(() => !agent.alive)
  expect(caller.hears).toEqual([partner.channelId])
  partner.hangUp()
  await hall.has(caller, 'call.ended', { reason: 'partnerHungUp' })
})

test('a ticket is written in the call and in wrap-up; not after it, also while the call goes on without the agent', async () => {
  const phone = await hall.ready('1001', '8001')
  const partnerPhone = hall.fake.addPhone('partner-12315')
  const caller = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(caller, 'call.connected')
  const ticket = hall.views.get('1001' as never)?.call?.ticket as never
  const write = (title: string) => hall.ask('1001', { name: 'writeTicket', ticket, fields: { title } })
  expect(await write('talking')).toMatchObject({ ok: true })
  await hall.order('1001', { name: 'blindTransfer', party: { kind: 'line', line: '12315' as never } })
  ;(await partnerPhone.nextLeg()).answer()
  await hall.has(caller, 'call.handedOver')
  expect(await write('wrap-up')).toMatchObject({ ok: true })
  await hall.order('1001', { name: 'endWrapUp' })
  expect(await write('too late')).toMatchObject({ ok: false, refusal: 'notYourTicket' })
  expect(hall.types(caller)).not.toContain('call.ended')
})

test('a line that is closed is not dialled, and the agent is told why', async () => {
  const phone = await hall.ready('1001', '8001')
  const caller = hall.call()
  ;(await phone.nextLeg()).answer()
  await hall.has(caller, 'call.connected')
  expect(await hall.ask('1001', { name: 'consult', party: { kind: 'line', line: 'closed' as never } })).toMatchObject({
    ok: false,
    refusal: 'partyClosed',
  })
  await hall.has(caller, 'call.partyRefused')
})
