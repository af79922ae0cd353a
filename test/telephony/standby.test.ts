import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { healthOf, type OneOrder, order, type SwitchboardHealth } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce, zhao: answersAtOnce })

type Which = 1 | 2
const other = (which: Which): Which => (which === 1 ? 2 : 1)
const tell = (which: Which, what: OneOrder) => order(which === 1 ? what : `${what}-2`)
const until = (which: 1 | 2 | 3, fits: Partial<SwitchboardHealth>) =>
  vi.waitFor(async () => expect(await healthOf(which)).toMatchObject({ ready: true, ...fits }), {
    timeout: 20_000,
    interval: 20,
  })

/** The one that leads, once the other stands by. */
async function leader(): Promise<{ which: Which; epoch: number }> {
  const which = (await healthOf(1))?.role === 'leader' ? 1 : 2
  await until(which, { role: 'leader' })
  await until(other(which), { role: 'standby' })
  return { which, epoch: (await healthOf(which))?.epoch ?? 0 }
}

beforeAll(() => order('start-2'))
// As the other stories know it: there is one.
afterAll(async () => {
  await order('kill-3')
  await order('stop-2')
  await until(1, { role: 'leader' })
})

it.each([
  { how: 'kill', what: 'is killed' },
  { how: 'freeze', what: 'is stopped and continued' },
  { how: 'stop', what: 'is told to end, as for an upgrade' },
] as const)(
  'the leader $what while callers talk and wait: the standby has them all, in their order',
  async ({ how }) => {
    const { world, records } = stage
    const [li, zhao] = [stage.actor('li'), stage.actor('zhao')]
    const numbers = {
      wang: stage.number(),
      gao: stage.number(),
      chen: stage.number(),
      sun: stage.number(),
      late: stage.number(),
    }
    await li.desk.ready()
    const wang = await world.call('wang', { to: dial.brisk, number: numbers.wang })
    await wang.hearsOnly(li.phone)
    await zhao.desk.ready()
    const gao = await world.call('gao', { to: dial.brisk, number: numbers.gao })
    await gao.hearsOnly(zhao.phone)
    const chen = await world.call('chen', { to: dial.brisk, number: numbers.chen })
    await chen.hearsMusic()
    const sun = await world.call('sun', { to: dial.brisk, number: numbers.sun })
    await sun.hearsMusic()
    await zhao.desk.notReady()

    const { which, epoch } = await leader()
    const done = tell(which, how)
    // One who comes while nobody leads, and one who leaves.
    const late = await world.call('late', { to: dial.brisk, number: numbers.late })
    await done
    await gao.hangUp()
    await tell(which, 'ended')
    await until(other(which), { role: 'leader', epoch: epoch + 1 })
    // It is dead: there is nothing to continue, and its place is taken anew.
    await expect(tell(which, 'thaw')).rejects.toThrow('is not running')
    await tell(which, 'start')
    await until(which, { role: 'standby' })

    const { call } = await li.desk.untilCall('talking', 15_000)
    await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), chen.hearsMusic(), late.hearsMusic()])
    await li.desk.hold()
    await wang.hearsMusic()
    await li.desk.resume()
    await gao.gone()
    await zhao.desk.untilState('notReady', 15_000)
    await wang.hangUp()
    for (const next of [chen, sun, late]) {
      await Promise.all([next.hearsOnly(li.phone), li.phone.hearsOnly(next)])
      await next.hangUp()
    }
    for (const number of Object.values(numbers)) {
      const [only, ...more] = await records.callsOf(number)
      expect(more).toEqual([])
      const record = await records.ended(only ?? '')
      expect(record.call.facts).toBe(record.facts)
      for (const once of ['call.accepted', 'call.ended'])
        expect(record.history.filter((kind) => kind === once)).toHaveLength(1)
    }
    expect((await records.ended(call)).call).toMatchObject({ end_reason: 'callerHungUp', recovered: 1 })
    expect(await healthOf(other(which))).toMatchObject({ role: 'leader', epoch: epoch + 1 })
  },
)

it('a third is started, and the standby is stopped: the leader leads on, and nobody else touches its calls', async () => {
  const li = stage.actor('li')
  const { which, epoch } = await leader()
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await wang.hearsOnly(li.phone)
  await order('start-3')
  await until(3, { role: 'waiting' })
  await tell(other(which), 'freeze')
  await tell(other(which), 'ended') // its own guard has seen to that
  await until(3, { role: 'standby' })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await li.desk.hold()
  await wang.hearsMusic()
  await li.desk.resume()
  await order('kill-3')
  await tell(other(which), 'start')
  expect(await leader()).toEqual({ which, epoch })
  await wang.hearsOnly(li.phone)
  await wang.hangUp()
})
