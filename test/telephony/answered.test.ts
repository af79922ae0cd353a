import { expect, it } from 'vitest'
import { ringsOn } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: ringsOn, zhou: { on: 'asAsked' } })

it('a caller is greeted, waits with music, is answered, and the agent writes the ticket', async () => {
  const { world, records } = stage
  const li = stage.actor('li')
  const number = stage.number()
  const wang = await world.call('wang', { to: dial.greeted, number, callerName: '王芳' })
  await wang.talks()
  await wang.hearsMusic()
  await li.desk.ready()
  const offered = await li.desk.untilCall('offering', 15_000)
  expect(offered).toMatchObject({ callerNumber: number, callerName: '王芳', dialled: '12345' })
  expect(await li.phone.called()).toMatchObject({ callerNumber: number, ticket: offered.ticket, call: offered.call })

  await li.phone.answer()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await li.desk.untilCall('talking')
  await li.desk.writeTicket(offered.ticket, { title: '路灯不亮', content: '延陵路 18 号门前路灯三天不亮。' })
  const draft = await records.until(offered.call, 'a title', ({ ticket }) => ticket.title === '路灯不亮')
  expect(draft.ticket).toMatchObject({ state: 'DRAFT', registrar: li.staff, caller_number: number })

  await wang.hangUp()
  await li.phone.gone()
  await li.desk.untilState('wrapUp')
  await li.desk.endWrapUp()
  const record = await records.registered(offered.call)
  expect(record.call).toMatchObject({ end_reason: 'callerHungUp', answered_by: li.staff, dialled: '12345' })
  expect(record.ticket).toMatchObject({ ticket_no: offered.ticket, content: '延陵路 18 号门前路灯三天不亮。' })
  expect(record.offers).toMatchObject([{ agent: li.staff, outcome: 'accepted' }])
  expect(record.call.facts).toBe(record.facts)
})

it("the agent's phone hangs up", async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await li.phone.called()
  await li.phone.answer()
  await wang.hears(li.phone)
  const { call } = li.desk.call()
  await li.phone.hangUp()
  expect(await wang.gone()).toMatchObject({ cause: 16 })
  await li.desk.untilState('wrapUp')
  expect((await stage.records.ended(call)).call.end_reason).toBe('agentHungUp')
})

it('the agent hangs up on the screen, and both legs are gone', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await li.phone.called()
  await li.phone.answer()
  await wang.hears(li.phone)
  const { call } = await li.desk.untilCall('talking')
  await li.desk.hangUp()
  await Promise.all([wang.gone(), li.phone.gone()])
  expect((await stage.records.ended(call)).call.end_reason).toBe('agentHungUp')
})

it('a phone that is asked to answers by itself', async () => {
  const zhou = stage.actor('zhou')
  await zhou.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await Promise.all([wang.hearsOnly(zhou.phone), zhou.phone.hearsOnly(wang)])
  expect((await zhou.phone.called()).callInfo).toContain('answer-after=0')
  await wang.hangUp()
})

it('a number may ring until an agent answers, so that the call is not charged before', async () => {
  const li = stage.actor('li')
  const wang = await stage.world.call('wang', { to: dial.ringing, number: stage.number() })
  await wang.rings()
  await li.desk.ready()
  await li.phone.called()
  expect(wang.isTalking).toBe(false)
  await li.phone.answer()
  await wang.talks()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
})
