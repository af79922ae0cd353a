import { expect, it } from 'vitest'
import { answersAtOnce, ringsOn } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: ringsOn, zhao: answersAtOnce })

/** Both are ready; li has been idle longer, so the call comes to li first. */
async function bothReady() {
  const [li, zhao] = [stage.actor('li'), stage.actor('zhao')]
  await li.desk.ready()
  await li.desk.untilState('ready')
  await zhao.desk.ready()
  await zhao.desk.untilState('ready')
  return { li, zhao }
}

it('an agent does not answer: the next one has the caller, and the empty chair collects no more calls', async () => {
  const { li, zhao } = await bothReady()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await li.phone.called()
  await li.phone.gone()
  await Promise.all([wang.hearsOnly(zhao.phone), zhao.phone.hearsOnly(wang)])
  const { status } = await li.desk.untilState('notReady')
  expect(status).toMatchObject({ reason: 'missed' })
  const { call } = zhao.desk.call()
  await wang.hangUp()
  const record = await stage.records.ended(call)
  expect(record.offers).toMatchObject([
    { agent: li.staff, outcome: 'expired' },
    { agent: zhao.staff, outcome: 'accepted' },
  ])
})

it.each([
  { what: 'rejects the call', status: 403, cause: 'declined' },
  { what: 'has a phone that is busy', status: 486, cause: 'busy' },
  { what: 'has a phone that may not be disturbed', status: 480, cause: 'declined' },
] as const)('an agent $what: the next one has the caller at once', async ({ status, cause }) => {
  const { li, zhao } = await bothReady()
  li.phone.manner = { on: 'reject', with: status }
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await Promise.all([wang.hearsOnly(zhao.phone), zhao.phone.hearsOnly(wang)])
  const shown = await li.desk.untilState('notReady')
  expect(shown.status).toMatchObject({ reason: 'rejected' })
  const record = await stage.records.until(zhao.desk.call().call, 'two offers', ({ offers }) => offers.length === 2)
  expect(record.offers[0]).toMatchObject({ agent: li.staff, outcome: 'missed', cause })
})

it('a phone that is unregistered is offered nothing, and has its call once it is back, with nobody touching anything', async () => {
  const li = stage.actor('li')
  await li.phone.unregister()
  await stage.hotline.untilSeat(li.phone.seat, false)
  await li.desk.ready()
  await li.desk.until('an unreachable phone', (view) => view.phone === 'unreachable')
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hearsMusic()
  expect(li.desk.view().status.state).toBe('ready')
  expect(li.phone.arrivals).toHaveLength(0)

  li.phone.manner = answersAtOnce
  await li.phone.register()
  await wang.hears(li.phone, 15_000)
  await li.phone.hearsOnly(wang)
})
