import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type AgentClient, line, signIn } from '../kit/agent-client.ts'
import { answersAtOnce } from '../outside/answerer.ts'
import { type OutsideAsterisk, startOutside } from '../outside/outside-asterisk.ts'
import { enterWorld, type Phone, type World } from '../outside/world.ts'
import { agents, dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

/** An Asterisk that carries one phone and one partner line, and dies in each story as a machine dies: without a word. */
let doomed: OutsideAsterisk
let elsewhere: World
let phone: Phone
let wu: AgentClient

beforeAll(async () => {
  const { doomed: plan, secrets, apiUrl } = inject('telephony')
  doomed = await startOutside(plan)
  elsewhere = await enterWorld(doomed.address)
  const { seat, staff } = agents.wu
  phone = await elsewhere.phone('wu', { seat, secret: secrets.seatSecret, manner: answersAtOnce })
  await stage.hotline.untilSeat(seat, true)
  wu = await signIn({ apiUrl, staff, password: secrets.password, seat })
})

afterAll(async () => {
  await wu.logOut()
  elsewhere.forget()
  await doomed.asterisk.stop()
})

it("an agent's phone vanishes in mid-call: the caller is the next one's, in front of the queue", async () => {
  const li = stage.actor('li')
  await wu.until('a reachable phone', (view) => view.phone === 'reachable')
  await wu.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  // The caller's voice is that of another world, so the phone knows it only as some sound.
  await phone.called()
  await phone.talks()
  await phone.hearsMusic()
  const { call } = await wu.untilCall('talking')
  const chen = await stage.world.call('chen', { to: dial.desk, number: stage.number() })
  await chen.hearsMusic()

  elsewhere.forget()
  await doomed.asterisk.kill()
  await wang.hearsNobody()
  await wu.until('an unreachable phone', (view) => view.phone === 'unreachable', 20_000)
  await wang.hearsMusic()
  await li.desk.ready()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  expect(li.desk.call().call).toBe(call)
  expect(chen.heardMs(li.phone, 0)).toBe(0)
  await wu.untilState('wrapUp')
  await wang.hangUp()
  const record = await stage.records.ended(call)
  expect(record.legs.filter(({ role }) => role === 'agent').map(({ agent_left }) => agent_left)).toEqual([
    'vanished',
    'callerHungUp',
  ])
})

it('a line that nobody can reach: the agent has the caller back at once and is told why', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await wang.hears(li.phone)
  await li.desk.untilCall('talking')
  await li.desk.consult(line('12329'))
  const { lastParty } =
    (await li.desk.until('how it came out', ({ call }) => call?.lastParty != null, 12_000)).call ?? {}
  expect(lastParty?.result).toBe('unreachable')
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
})
