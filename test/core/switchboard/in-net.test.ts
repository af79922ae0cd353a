/** Callers whom the safety net has are kept, come back once, and are given up only when nothing is left of them. */
import { beforeEach, expect, test } from 'vitest'
import { type Call, leaveToNet, type Step } from '#calls/core'
import type { CallId } from '#kernel'
import type { AriClient, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from '../../../src/switchboard/conductor.ts'
import { emptyHall, type HallState } from '../../../src/switchboard/hall-state.ts'
import { createInNet, type InNet } from '../../../src/switchboard/in-net.ts'
import { at, aWaitingCall, callId } from '../../kit/builders.ts'

let hall: HallState
let inNet: InNet
let news: string[]
/** Answers of Asterisk, one after another; the last one stays. */
let places: ('gone' | 'net' | 'Stasis')[]
/** What is found when the records of the dialplan are read: nothing of this call, that it has ended, or they cannot be. */
let records: 'none' | 'ended' | 'unread'

const channelIn = (place: 'net' | 'Stasis') =>
  ({ id: 'caller', dialplan: { context: place === 'net' ? 'net' : 'arrival', app_name: place } }) as Channel
const nextPlace = () => (places.length > 1 ? places.shift() : places[0]) ?? 'gone'

beforeEach(() => {
  hall = emptyHall(1)
  hall.calls.set(callId, aWaitingCall())
  news = []
  records = 'none'
  const takeCall = (step: Step): void => {
    hall.calls.set(step.call.id, step.call as Call)
    news.push(...step.news.map(({ tell }) => tell))
  }
  inNet = createInNet({
    hall,
    client: {
      getChannel: async () => {
        const place = nextPlace()
        return place === 'gone' ? place : channelIn(place)
      },
    } as unknown as AriClient,
    conductor: { take: (run: (turn: unknown) => void) => run({ takeCall }) } as unknown as Conductor,
    records: () => ({
      tryToAdopt: async () => records === 'ended' && hall.calls.delete(callId),
      hasLookedSince: () => records !== 'unread',
      unwatched: () => ({ at, legEnds: new Map() }),
    }),
    now: () => at,
  })
})

test('a caller who is found in the net leaves the queue and comes back to it once', async () => {
  places = ['Stasis', 'net']
  expect(await inNet.find('caller')).toBe(callId)
  expect(inNet.back(callId)).toBe(true)
  expect(inNet.back(callId)).toBe(false)
  expect(news).toEqual(['gone', 'waiting'])
})

test('a caller who is gone has hung up', async () => {
  places = ['gone']
  expect(await inNet.find('caller')).toBeUndefined()
  expect(news).toEqual([])
})

test('a caller who is gone, and had been in the net by its record, is not taken for one who hung up here', async () => {
  places = ['gone']
  records = 'ended'
  expect(await inNet.find('caller')).toBe(callId)
})

test('a caller who was seen in the net, or whose record cannot be read, is left to the audit', async () => {
  inNet.found(new Map([['caller', channelIn('net')]]))
  places = ['gone']
  expect(await inNet.find('caller')).toBe(callId)
  inNet.ended(callId)
  news = []
  records = 'unread'
  expect(await inNet.find('caller')).toBe(callId)
  expect(news).toEqual([])
})

test('a caller who was in the net and is back before we looked has music again', async () => {
  places = ['Stasis']
  expect(await inNet.find('caller')).toBe(callId)
  expect(news).toEqual(['gone', 'waiting'])
})

test('an audit leaves the net’s callers alone, takes back who is here, and gives up who is twice not there', async () => {
  places = ['net']
  expect(inNet.keeps(callId, undefined)).toBe(false)
  await inNet.find('caller')
  expect([channelIn('net'), undefined, channelIn('net'), undefined].map((seen) => inNet.keeps(callId, seen))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(inNet.keeps(callId, undefined)).toBe(false)
  await inNet.find('caller')
  expect(inNet.keeps(callId, channelIn('Stasis'))).toBe(true)
  expect(inNet.keeps(callId, channelIn('Stasis'))).toBe(false)
  expect(news).toEqual(['gone', 'gone', 'waiting'])
})

test('leaving twice changes nothing more', () => {
  const once = leaveToNet(aWaitingCall(), at).call
  expect(leaveToNet(once, at).call).toEqual(once)
  expect(once.id).toBe(callId satisfies CallId)
})
