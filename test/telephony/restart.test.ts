import { expect, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { dial } from './kit/cast.ts'
import { order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce, zhao: answersAtOnce })

it.each(['stop', 'kill'] as const)(
  'the switchboard is away (%s) while callers talk and wait: nobody is cut off, and each has one ticket, whole',
  async (how) => {
    const { world, records } = stage
    const [li, zhao] = [stage.actor('li'), stage.actor('zhao')]
    const numbers = { wang: stage.number(), gao: stage.number(), chen: stage.number(), late: stage.number() }
    await li.desk.ready()
    const wang = await world.call('wang', { to: dial.brisk, number: numbers.wang })
    await wang.hearsOnly(li.phone)
    await zhao.desk.ready()
    const gao = await world.call('gao', { to: dial.brisk, number: numbers.gao })
    await gao.hearsOnly(zhao.phone)
    const chen = await world.call('chen', { to: dial.brisk, number: numbers.chen })
    await chen.hearsMusic()
    await zhao.desk.notReady()

    await order(how)
    // Away: those who talk talk, who waits has music, who comes has music too, and who hangs up is gone.
    const late = await world.call('late', { to: dial.brisk, number: numbers.late })
    await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang), chen.hearsMusic(), late.hearsMusic()])
    await gao.hangUp()
    await gao.gone()

    await order('start')
    const { call } = await li.desk.untilCall('talking', 15_000)
    await wang.hearsOnly(li.phone)
    await li.desk.hold()
    await wang.hearsMusic()
    await li.desk.resume()
    await wang.hearsOnly(li.phone)
    await zhao.phone.gone()
    await zhao.desk.untilState('notReady', 15_000)
    await wang.hangUp()
    await Promise.all([chen.hearsOnly(li.phone), li.phone.hearsOnly(chen)])
    await chen.hangUp()
    await late.hears(li.phone, 15_000)
    await late.hangUp()

    for (const number of Object.values(numbers)) {
      const [only, ...more] = await records.callsOf(number)
      expect(more).toEqual([])
      const record = await records.ended(only ?? '')
      expect(record.call.facts).toBe(record.facts)
      expect(record.history.filter((kind) => kind === 'call.accepted')).toHaveLength(1)
      expect(record.history.filter((kind) => kind === 'call.ended')).toHaveLength(1)
      expect(record.ticket.state).toBe('REGISTERED')
    }
    expect((await records.ended(call)).call).toMatchObject({ end_reason: 'callerHungUp', recovered: 1 })
  },
)
