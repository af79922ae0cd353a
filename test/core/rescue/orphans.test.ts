import { expect, test } from 'vitest'
import { orphansIn, type Seen } from '../../../src/main/rescue/orphans.ts'

type Channel = Seen['channels'][number]
const caller = (id: string, more: Partial<Channel> = {}): Channel => ({
  ...{ id, state: 'Up', dialplan: { app_name: 'Stasis', app_data: `switchboard,inbound,${id},1` } },
  ...more,
})
const phone = (id: string, state: string): Channel => ({ id, state, dialplan: { app_name: '', app_data: '' } })

test('callers who wait are sent away, and the phones that ring for them fall silent', () => {
  const channels = [caller('n-1.1', { state: 'Ring' }), caller('n-1.10'), phone('n-1.10-1', 'Ringing')]
  expect(orphansIn({ channels, bridges: [] })).toEqual([
    { caller: 'n-1.1', ringing: [] },
    { caller: 'n-1.10', ringing: ['n-1.10-1'] },
  ])
})

test('who talks, is on hold, or hears music while the agent consults is left alone', () => {
  const channels = [
    ...[caller('a-1.1'), phone('a-1.1-1', 'Up')],
    ...[caller('a-1.2'), phone('a-1.2-1', 'Up')],
    ...[caller('a-1.3'), phone('a-1.3-1', 'Up'), phone('a-1.3-3', 'Ringing')],
  ]
  expect(orphansIn({ channels, bridges: [{ channels: ['a-1.1', 'a-1.1-1'] }] })).toEqual([])
})

test('whoever is not in our application is none of its business', () => {
  const inQueue = caller('q-1.1', { dialplan: { app_name: 'Queue', app_data: 'net' } })
  const other = caller('q-1.2', { dialplan: { app_name: 'Stasis', app_data: 'canary,inbound' } })
  expect(orphansIn({ channels: [inQueue, other, phone('agent', 'Ringing')], bridges: [] })).toEqual([])
})
