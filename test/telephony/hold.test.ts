import { expect, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

async function conversation() {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number() })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const { call } = await li.desk.untilCall('talking')
  return { li, wang, call }
}

it('a caller on hold has music, and nobody is overheard', async () => {
  const { li, wang, call } = await conversation()
  await li.desk.hold()
  await Promise.all([wang.hearsMusic(), li.phone.hearsSilence()])
  expect((await li.desk.untilCall('talking')).held).toBe(true)
  const [from, to] = await wang.listens(2_000)
  expect(wang.heardMs(li.phone, from, to)).toBe(0)
  expect(li.phone.heardMs(wang, from, to)).toBe(0)

  await li.desk.resume()
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const record = await stage.records.until(call, 'held and resumed', ({ history }) => history.includes('call.resumed'))
  expect(record.call.held_ms).toBeGreaterThan(2_000)
})

it('a caller on hold may hang up', async () => {
  const { li, wang, call } = await conversation()
  await li.desk.hold()
  await wang.hearsMusic()
  await wang.hangUp()
  await li.phone.gone()
  expect((await stage.records.ended(call)).call.end_reason).toBe('callerHungUp')
})

it('an agent who is muted hears and is not heard', async () => {
  const { li, wang } = await conversation()
  await li.desk.mute()
  await Promise.all([wang.hearsSilence(), li.phone.hearsOnly(wang)])
  await li.desk.unmute()
  await wang.hearsOnly(li.phone)
})

it('keys that the agent presses on the screen reach the caller', async () => {
  const { li, wang, call } = await conversation()
  await li.desk.sendDigits('159#')
  await wang.getsKeys('159#')
  await wang.hearsOnly(li.phone)
  await stage.records.until(call, 'keys', ({ history }) => history.includes('call.digitsSent'))
})

it('the same command twice is done once; one that the state forbids is refused by name', async () => {
  const { li, wang } = await conversation()
  const held = { commandId: crypto.randomUUID() }
  const path = `/v1/calls/${li.desk.call().call}/hold`
  expect(await li.desk.request('POST', path, held)).toMatchObject({ ok: true, repeated: false })
  await wang.hearsMusic()
  expect(await li.desk.request('POST', path, held)).toMatchObject({ ok: true, repeated: true })
  await expect(li.desk.hold()).rejects.toMatchObject({ name: 'notNow' })
  await li.desk.resume()
  await wang.hearsOnly(li.phone)
})
