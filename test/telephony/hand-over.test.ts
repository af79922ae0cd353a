import { expect, it } from 'vitest'
import { colleague, line } from '../kit/agent-client.ts'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce, zhao: answersAtOnce })

/** Caller, agent and 12315 all hear each other. */
async function threeWay() {
  const li = stage.actor('li')
  const partner = stage.world.answerer('partner', '12315')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hears(li.phone)
  const { call } = await li.desk.untilCall('talking')
  await li.desk.consult(line('12315'))
  await li.phone.hears(partner, 20_000)
  await li.desk.join()
  await Promise.all([
    wang.hearsOnly(li.phone, partner),
    partner.hearsOnly(li.phone, wang),
    li.phone.hearsOnly(wang, partner),
  ])
  return { li, wang, partner, call }
}

it('three-way: all hear all; the agent leaves, and caller and line still hear each other', async () => {
  const { li, wang, partner, call } = await threeWay()
  await li.desk.leave()
  await li.phone.gone()
  await Promise.all([wang.hearsOnly(partner), partner.hearsOnly(wang)])
  await li.desk.untilState('wrapUp')
  await wang.listens(1_500)
  await wang.hangUp()
  await partner.gone()
  await li.desk.endWrapUp()
  const record = await stage.records.registered(call)
  const ended = await stage.records.ended(record.call.id)
  expect(ended.call.end_reason).toBe('callerHungUp')
  expect(ended.call.handed_over_ms).toBeGreaterThan(1_000)
  expect(ended.parties).toMatchObject([{ party: '12315', answered: true, result: 'answered' }])
  expect(ended.parties[0]?.seconds).toBeGreaterThan(1)
  expect(ended.parties[0]?.joined_at).not.toBeNull()
  expect(ended.parties[0]?.handed_over_at).not.toBeNull()
  expect(ended.legs.find(({ role }) => role === 'agent')?.agent_left).toBe('left')
})

it('three-way: the line leaves, and caller and agent go on', async () => {
  const { li, wang, partner } = await threeWay()
  await partner.hangUp()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await li.desk.untilCall('talking')
})

it('three-way: the agent lets the line go', async () => {
  const { li, wang, partner } = await threeWay()
  await li.desk.dropParty()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), partner.gone()])
})

it('three-way: the caller hangs up, and the others are let go', async () => {
  const { li, wang, partner, call } = await threeWay()
  await wang.hangUp()
  await Promise.all([li.phone.gone(), partner.gone()])
  expect((await stage.records.ended(call)).call.end_reason).toBe('callerHungUp')
})

it('three-way: the agent hangs up the phone, and caller and line stay together', async () => {
  const { li, wang, partner, call } = await threeWay()
  await li.phone.hangUp()
  await Promise.all([wang.hearsOnly(partner), partner.hearsOnly(wang)])
  await partner.hangUp()
  await wang.gone()
  expect((await stage.records.ended(call)).call.end_reason).toBe('partnerHungUp')
})

it('the agent hands over out of the consultation, without a three-way', async () => {
  const li = stage.actor('li')
  const partner = stage.world.answerer('partner', '12315')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hears(li.phone)
  await li.desk.consult(line('12315'))
  await li.phone.hears(partner, 20_000)
  await li.desk.complete()
  await Promise.all([wang.hearsOnly(partner), partner.hearsOnly(wang), li.phone.gone()])
  await li.desk.untilState('wrapUp')
})

it('a colleague is consulted and takes the caller over', async () => {
  const [li, zhao] = [stage.actor('li'), stage.actor('zhao')]
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hears(li.phone)
  const { call } = await li.desk.untilCall('talking')
  await li.desk.consult(colleague(zhao.staff))
  await Promise.all([zhao.phone.hearsOnly(li.phone), li.phone.hearsOnly(zhao.phone), wang.hearsMusic()])
  await li.desk.complete()
  await Promise.all([wang.hearsOnly(zhao.phone), zhao.phone.hearsOnly(wang), li.phone.gone()])
  expect((await zhao.desk.untilCall('talking')).call).toBe(call)
})
