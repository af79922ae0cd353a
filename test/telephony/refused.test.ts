import { expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { agents, dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

it.each([
  { to: '12346', what: 'a number that is not ours' },
  { to: agents.li.seat, what: "an agent's number" },
  { to: `seat-${agents.li.seat}`, what: "an agent's endpoint" },
  { to: '12315', what: 'a partner line, through us' },
  { to: '013912345678', what: 'a number outside, through us' },
  { to: '1234500000000000000000000000000000000000', what: 'a number that is too long' },
  { to: 's', what: "the dialplan's own entrance" },
])('from the trunk, $what is refused with 404 and rings nowhere', async ({ to }) => {
  const { world } = stage
  const partner = world.answerer('partner', '12315')
  const wang = await world.call('wang', { to, number: stage.number() })
  expect(await wang.refusedWith()).toBe(404)
  expect(stage.actor('li').phone.arrivals).toHaveLength(0)
  expect(partner.arrivals).toHaveLength(0)
})

it('who is neither a known address nor a registered seat is not let in', async () => {
  const wang = await stage.world.call('wang', { role: 'phones', to: dial.desk, number: stage.number() })
  expect([401, 403]).toContain(await wang.refusedWith())
})

it("a phone's REFER is refused without harm", async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const { hotline } = inject('telephony').outside
  const answer = await li.phone.refer(`sip:12315@${hotline.address}:${hotline.sipPort}`)
  expect(answer.status).toBe('FAILURE')
  expect(answer.sip).toBeGreaterThanOrEqual(400)
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await li.desk.untilCall('talking')
})

it('names and numbers that are no names and numbers are carried as text, and the call is answered', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const callerName = `<script>alert("王")</script>${'很长'.repeat(15)}`
  const wang = await stage.world.call('wang', { to: dial.desk, number: "139';drop--", callerName })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const shown = await li.desk.untilCall('talking')
  expect(shown.callerName.length).toBeLessThanOrEqual(200)
  expect(shown.callerName).toBe(callerName)
  expect((await li.phone.called()).callerNumber).toMatch(/^[0-9*#+]*$/)
})
