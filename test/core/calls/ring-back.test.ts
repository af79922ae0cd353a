import { describe, expect, test } from 'vitest'
import { accept, lose, type Place, placeFor, placeOf } from '#calls/core'
import { type CallId, toInstant } from '#kernel'
import { at, aWaitingCall, everyState } from '../../kit/builders.ts'

const factOf = (call: Parameters<typeof lose>[0], reason: Parameters<typeof lose>[1] = 'mediaServerLost') =>
  lose(call, reason, at).facts.filter(({ type }) => type === 'call.callbackOwed')
const place = (call: string, more: Partial<Place> = {}): Place => ({
  call: call as CallId,
  number: '13800000000',
  since: toInstant(900_000),
  until: toInstant(1_600_000),
  ...more,
})
const nobody = () => false

describe('a callback is owed', () => {
  test.each(everyState().map((call) => [call.state, call] as const))(
    'to whom Asterisk has cut while %s, once',
    (_, call) => {
      const [owed, ...more] = factOf(call)
      expect(more).toEqual([])
      expect(owed).toMatchObject({
        number: '13800000000',
        queue: call.queue,
        ticket: call.ticket,
        arrivedAt: call.arrivedAt,
      })
      const isAlone = ['greeting', 'waiting', 'offering'].includes(call.state)
      expect(owed).toHaveProperty('cut', isAlone ? 'waiting' : 'talking')
      expect(lose(call, 'mediaServerLost', at).facts.at(-1)).toMatchObject({
        type: 'call.ended',
        reason: 'mediaServerLost',
      })
    },
  )

  test('to nobody who may have hung up', () => {
    for (const call of everyState()) expect(factOf(call, 'lostWhileAway')).toEqual([])
  })

  test.each(['', 'anonymous', 'Anonymous', '12', '138-0000', '13800000000;x', '1'.repeat(21)])(
    'by nobody when the number is %j: it says so, and no place is kept',
    (number) => {
      const call = aWaitingCall({ caller: { ...aWaitingCall().caller, number } })
      expect(factOf(call)).toMatchObject([{ number: null }])
      expect(placeOf(call, at, 600_000)).toBeNull()
    },
  )
})

describe('the old place', () => {
  test('is that of the arrival, whatever the call had come to, and is kept for as long as is said', () => {
    for (const call of everyState())
      expect(placeOf(call, at, 600_000)).toMatchObject({ since: call.arrivedAt, until: at + 600_000 })
  })

  test('of who is cut a second time is still the first one', () => {
    const again = { call: 'earlier' as CallId, since: toInstant(100_000) }
    expect(placeOf(aWaitingCall({ again }), at, 1)).toMatchObject({ since: 100_000 })
  })

  test('is found by the number, the oldest first, while its time lasts and nobody has it', () => {
    const places = [place('b', { since: toInstant(950_000) }), place('a'), place('c', { number: '13900000000' })]
    expect(placeFor(places, '13800000000', at, nobody)?.call).toBe('a')
    expect(placeFor(places, '13800000000', at, (id) => id === 'a')?.call).toBe('b')
    expect(placeFor(places, '13800000001', at, nobody)).toBeUndefined()
    expect(placeFor(places, '13800000000', toInstant(1_600_000), nobody)?.call).toBe('a')
    expect(placeFor(places, '13800000000', toInstant(1_600_001), nobody)).toBeUndefined()
  })

  test('orders the queue, while the call itself keeps its own arrival', () => {
    const { state: _, since: __, front: ___, ...base } = aWaitingCall({ arrivedAt: toInstant(990_000) })
    const { call, facts } = accept({ ...base, again: { call: 'earlier' as CallId, since: toInstant(100_000) } }, at)
    expect(call).toMatchObject({ state: 'waiting', since: 100_000, front: false })
    expect(facts).toMatchObject([
      { type: 'call.accepted', arrivedAt: 990_000 },
      { type: 'call.queued', since: 100_000, front: false },
    ])
  })
})
