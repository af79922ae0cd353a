import { expect, test } from 'vitest'
import { settle } from '../../../src/calls/core/settle.ts'
import {
  aConsultingCall,
  aHandedOverCall,
  aTalkingCall,
  aThreeWayCall,
  aWaitingCall,
  everyState,
} from '../../kit/builders.ts'

const orders = (call: Parameters<typeof settle>[0]): string[] =>
  settle(call).map((effect) => `${effect.do} ${'leg' in effect ? effect.leg : ''}`.trim())

test('an agent who was muted is muted again, and one who was not can be heard', () => {
  expect(orders(aTalkingCall({ muted: true }))).toContain('mute amina')
  expect(orders(aTalkingCall())).toContain('unmute amina')
  expect(orders(aConsultingCall('dialling', undefined, { muted: true }))).toContain('mute amina')
})

test('whoever is put to somebody hears no music any more', () => {
  expect(orders(aConsultingCall('talking'))).toContain('stopMusic party')
  expect(orders(aThreeWayCall())).toEqual(expect.arrayContaining(['stopMusic caller', 'stopMusic party']))
  expect(orders(aHandedOverCall())).toEqual(expect.arrayContaining(['stopMusic caller', 'stopMusic party']))
  expect(orders(aTalkingCall())).toEqual(expect.arrayContaining(['stopMusic caller', 'stopMusic amina']))
})

test('an agent whose party has answered hears no ringing any more', () => {
  expect(orders(aConsultingCall('talking'))).toContain('stopRingback amina')
  expect(orders(aTalkingCall())).toContain('stopRingback amina')
})

test('a caller whom we have decided to answer is answered, whether or not that order had got through', () => {
  for (const call of everyState().slice(1)) expect(orders(call)[0]).toBe('answer caller')
  expect(orders(aWaitingCall({ answered: false }))).toEqual(['indicateRinging caller'])
})

test('a greeting goes on, unless it plays to a caller whom the order to answer has not reached', () => {
  const [greeting] = everyState()
  expect(greeting?.state).toBe('greeting')
  expect(settle(greeting as never, true)).toEqual([])
  expect(settle(greeting as never, false).map((effect) => effect.do)).toEqual(['stopPlayback', 'answer'])
})

test('a leg is put to others last of all', () => {
  for (const call of everyState()) {
    const done = settle(call)
    const connected = done.findIndex((effect) => effect.do === 'connect')
    if (connected === -1) continue
    const later = done.slice(connected + 1).map((effect) => effect.do)
    expect(later.filter((what) => what === 'stopMusic' || what === 'mute')).toEqual([])
  }
})
