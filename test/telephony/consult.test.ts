import { expect, it } from 'vitest'
import { line } from '../kit/agent-client.ts'
import { answersAtOnce, type Manner, ringsOn } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

/** Caller and agent talk; the line is there in its manner. */
async function conversation(code = '12315', manner: Manner = answersAtOnce) {
  const li = stage.actor('li')
  const partner = stage.world.answerer('partner', code, manner)
  await li.desk.ready()
  const number = stage.number()
  const wang = await stage.world.call('wang', { to: dial.desk, number })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const { call, ticket } = await li.desk.untilCall('talking')
  return { li, wang, partner, call, ticket, number }
}

/** … and the agent speaks with the line, the caller waiting with music. */
async function consultation(code?: string) {
  const cast = await conversation(code)
  const { li, wang, partner } = cast
  await li.desk.consult(line(code ?? '12315'))
  await Promise.all([wang.hearsMusic(), partner.hears(li.phone, 20_000), li.phone.hears(partner, 20_000)])
  return cast
}

it('an agent consults 12315 and comes back: the line is told the ticket, and the caller overhears nothing', async () => {
  const { li, wang, partner, call, ticket, number } = await consultation()
  const arrival = await partner.called()
  expect(arrival).toMatchObject({ to: '12315', ticket, callerNumber: number })
  expect(arrival.at).toMatch(/^127\.0\.0\.4:/)
  const letIn = partner.heard.find(({ who }) => who === 'li')?.from ?? 0
  expect(partner.heardMs('music', 0, letIn)).toBeGreaterThan(1_000) // the ticket number was whispered first
  await Promise.all([wang.hearsMusic(), li.phone.hearsOnly(partner), partner.hearsOnly(li.phone)])
  const [from, to] = await wang.listens(1_500)
  for (const other of [li.phone, partner]) expect(wang.heardMs(other, from, to)).toBe(0)
  for (const other of [li.phone, partner]) expect(other.heardMs(wang, from, to)).toBe(0)

  await li.desk.cancelConsult()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), partner.gone()])
  const record = await stage.records.until(call, 'the party', ({ parties }) => parties[0]?.result != null)
  expect(record.parties).toMatchObject([{ party: '12315', agent: li.staff, purpose: 'consult', answered: true }])
})

it('a line that may not know the caller is shown our own number', async () => {
  const { partner } = await consultation('12333')
  expect((await partner.called()).callerNumber).toBe('12345')
})

it('the agent goes to and fro between the two', async () => {
  const { li, wang, partner } = await consultation()
  await li.desk.toggle()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), partner.hearsMusic()])
  await li.desk.toggle()
  await Promise.all([partner.hearsOnly(li.phone), li.phone.hearsOnly(partner), wang.hearsMusic()])
})

it('keys reach the line that is consulted', async () => {
  const { li, partner } = await consultation()
  await li.desk.sendDigits('2#')
  await partner.getsKeys('2#')
})

it('the line hangs up during consultation: the agent has the caller back', async () => {
  const { li, wang, partner } = await consultation()
  await partner.hangUp()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await li.desk.untilCall('talking')
})

it('the caller hangs up during consultation: the line and the agent are let go', async () => {
  const { li, wang, partner, call } = await consultation()
  await wang.hangUp()
  await Promise.all([partner.gone(), li.phone.gone()])
  await li.desk.untilState('wrapUp')
  const record = await stage.records.ended(call)
  expect(record.call.end_reason).toBe('callerHungUp')
  expect(record.parties).toHaveLength(1)
})

it('the agent hangs up during consultation: caller and line are left with each other', async () => {
  const { li, wang, partner, call } = await consultation()
  await li.phone.hangUp()
  await Promise.all([wang.hearsOnly(partner), partner.hearsOnly(wang)])
  await li.desk.untilState('wrapUp')
  await partner.hangUp()
  await wang.gone()
  expect((await stage.records.ended(call)).call.end_reason).toBe('partnerHungUp')
})

it('the agent hangs up before the line has answered: the caller is in front of the queue', async () => {
  const { li, wang, partner, call } = await conversation('12315', ringsOn)
  await li.desk.consult(line('12315'))
  await partner.called()
  await li.phone.hangUp()
  await Promise.all([partner.gone(), wang.hearsMusic()])
  await li.desk.untilState('wrapUp')
  await li.desk.endWrapUp()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  expect(li.desk.call().call).toBe(call)
})
