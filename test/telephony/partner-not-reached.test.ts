import { expect, it } from 'vitest'
import { line } from '../kit/agent-client.ts'
import { answersAtOnce, type Manner } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

async function conversation(manner: Manner, code = '12333') {
  const li = stage.actor('li')
  const partner = stage.world.answerer('partner', code, manner)
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const { call } = await li.desk.untilCall('talking')
  return { li, wang, partner, call }
}

it.each([
  { how: 'busy', manner: { on: 'reject', with: 486 }, result: 'busy' },
  { how: 'declining', manner: { on: 'reject', with: 403 }, result: 'declined' },
  { how: 'out of service', manner: { on: 'reject', with: 503 }, result: 'unreachable' },
] as const)(
  'a line that is $how: the agent has the caller back at once and is told why',
  async ({ manner, result }) => {
    const { li, wang, call } = await conversation(manner)
    await li.desk.consult(line('12333'))
    const view = await li.desk.until('how it came out', ({ call: shown }) => shown?.lastParty != null)
    expect(view.call?.lastParty).toMatchObject({ party: line('12333'), result })
    await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
    const record = await stage.records.until(call, 'the party', ({ parties }) => parties[0]?.result != null)
    expect(record.parties).toMatchObject([{ party: '12333', answered: false, result, seconds: 0 }])
  },
)

it('a line that stays silent for 20 s: the agent has the caller back and is told why', async () => {
  const { li, wang, partner } = await conversation({ on: 'keepStill' })
  const began = Date.now()
  await li.desk.consult(line('12333'))
  await partner.called()
  await wang.hearsMusic()
  const view = await li.desk.until('how it came out', ({ call }) => call?.lastParty != null, 25_000)
  expect(view.call?.lastParty?.result).toBe('silent')
  expect(Date.now() - began).toBeGreaterThan(19_500)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), partner.gone()])
})

it('a line that is closed is not dialled; the agent is told, and the record keeps it', async () => {
  const { li, wang, partner, call } = await conversation(answersAtOnce, '88880000')
  await expect(li.desk.consult(line('closed'))).rejects.toMatchObject({ name: 'partyClosed' })
  await wang.hearsOnly(li.phone)
  expect(partner.arrivals).toHaveLength(0)
  const record = await stage.records.until(call, 'the refusal', ({ parties }) => parties.length === 1)
  expect(record.parties).toMatchObject([{ party: 'closed', result: 'closed', answered: false }])
})

it('a line over the trunk is reached by its number', async () => {
  const { li, partner } = await conversation(answersAtOnce, '95598')
  await li.desk.consult(line('95598'))
  expect((await partner.called()).at).toMatch(/^127\.0\.0\.2:/)
  await partner.hears(li.phone, 20_000)
})
