import { expect, it } from 'vitest'
import { dial } from './kit/cast.ts'
import { order } from './kit/order.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage([])

it('the hall is full: who comes is refused with 503 after an announcement, and it is written down; who waits stays', async () => {
  const { world, records, hotline } = stage
  const numbers = { waiting: stage.number(), late: stage.number() }
  await order('fill')
  try {
    const chen = await world.call('chen', { to: dial.brisk, number: numbers.waiting })
    await chen.hearsMusic()
    await hotline.untilIn('Stasis', 1) // and not in the net, which nobody is turned away from
    const late = await world.call('late', { to: dial.brisk, number: numbers.late })
    expect(await late.gone(20_000)).toMatchObject({ sip: 503 })
    await chen.hearsMusic()
    await chen.hangUp()
    const [call = ''] = await records.callsOf(numbers.late)
    expect(await records.callRow(call)).toMatchObject({
      end_reason: 'overload',
      state: 'ended',
      ticket_no: null,
      dialled: dial.brisk,
    })
  } finally {
    await order('widen')
  }
})
