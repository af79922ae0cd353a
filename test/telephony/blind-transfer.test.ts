import { expect, it } from 'vitest'
import { line } from '../kit/agent-client.ts'
import { answersAtOnce, type Manner, ringsOn } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

async function transferred(manner: Manner) {
  const li = stage.actor('li')
  const partner = stage.world.answerer('partner', '12315', manner)
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hears(li.phone)
  const { call } = await li.desk.untilCall('talking')
  const chen = await stage.world.call('chen', { to: dial.desk, number: stage.number() })
  await chen.hearsMusic()
  await li.desk.blindTransfer(line('12315'))
  await li.phone.gone()
  await partner.called()
  return { li, wang, chen, partner, call }
}

it('a caller is given to 12315 without asking first', async () => {
  const { li, wang, chen, partner, call } = await transferred(answersAtOnce)
  await Promise.all([wang.hears(partner, 20_000), partner.hears(wang, 20_000)])
  await Promise.all([wang.hearsOnly(partner), partner.hearsOnly(wang)])
  expect(chen.heardMs(li.phone, 0)).toBe(0)
  await partner.hangUp()
  await wang.gone()
  const record = await stage.records.ended(call)
  expect(record.parties).toMatchObject([{ party: '12315', purpose: 'transfer', answered: true, result: 'answered' }])
  expect(record.legs.find(({ role }) => role === 'agent')?.agent_left).toBe('transferred')
})

it('the line does not answer: the caller comes back in front of the queue', async () => {
  const { li, wang, chen, partner, call } = await transferred(ringsOn)
  await wang.hearsMusic()
  await li.desk.notReady()
  await partner.gone(25_000)
  await li.desk.ready()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  expect(li.desk.call().call).toBe(call)
  await chen.hearsMusic()
  const record = await stage.records.until(call, 'two connections', ({ offers }) => offers.length === 2)
  expect(record.parties).toMatchObject([{ result: 'silent', answered: false }])
})

it('the line is busy: the caller comes back in front of the queue at once', async () => {
  const { li, wang, chen, call } = await transferred({ on: 'reject', with: 486 })
  await li.desk.untilState('wrapUp')
  await wang.hearsMusic()
  await li.desk.endWrapUp()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  expect(li.desk.call().call).toBe(call)
  await chen.hearsMusic()
})

it('the caller hangs up while the line rings', async () => {
  const { wang, partner, call } = await transferred(ringsOn)
  await wang.hangUp()
  await partner.gone()
  expect((await stage.records.ended(call)).call.end_reason).toBe('abandonedInTransfer')
})
