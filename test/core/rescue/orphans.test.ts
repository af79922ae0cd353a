import { expect, test } from 'vitest'
import { orphansIn, type Seen } from '../../../src/main/rescue/orphans.ts'

type Channel = Seen['channels'][number]
const creationtime = '2026-11-25T02:24:50.123+0000'
const caller = (id: string, more: Partial<Channel> = {}): Channel => ({
  ...{ id, state: 'Up', creationtime, dialplan: { app_name: 'Stasis', app_data: `switchboard,inbound,${id},1` } },
  ...more,
})
const phone = (id: string, state: string): Channel => ({
  ...{ id, state, creationtime, dialplan: { app_name: '', app_data: '' } },
})

test('callers who wait are sent away, and the phones that ring for them fall silent', () => {
  const channels = [caller('n-1.1', { state: 'Ring' }), caller('n-1.10'), phone('n-1.10-1', 'Ringing')]
  expect(orphansIn({ channels, bridges: [] })).toEqual([
    { caller: 'n-1.1', ringing: [] },
    { caller: 'n-1.10', ringing: ['n-1.10-1'] },
  ])
})

test('who came first goes first, in whatever order they are listed', () => {
  const at = (ms: string) => ({ creationtime: `2026-11-25T02:24:50.${ms}+0000` })
  const channels = [caller('n-1.2', at('131')), caller('n-1.3', at('145')), caller('n-1.1', at('123'))]
  expect(orphansIn({ channels, bridges: [] }).map(({ caller: id }) => id)).toEqual(['n-1.1', 'n-1.2', 'n-1.3'])
})

test('who talks, is on hold, or hears music while the agent consults is left alone', () => {
  const channels = [
    ...[caller('a-1.1'), phone('a-1.1-1', 'Up')],
    ...[caller('a-1.2'), phone('a-1.2-1', 'Up')],
    ...[caller('a-1.3'), phone('a-1.3-1', 'Up'), phone('a-1.3-3', 'Ringing')],
  ]
  expect(orphansIn({ channels, bridges: [{ channels: ['a-1.1', 'a-1.1-1'] }] })).toEqual([])
})

test('whose agent has hung up is alone in the bridge, and does not stay there in silence', () => {
  const channels = [caller('a-1.1'), caller('a-1.2'), caller('a-1.3'), phone('a-1.3-1', 'Up')]
  const bridges = [{ channels: ['a-1.1'] }, { channels: ['a-1.2', 'another'] }, { channels: ['a-1.3'] }]
  expect(orphansIn({ channels, bridges })).toEqual([{ caller: 'a-1.1', ringing: [] }])
})

test('whoever is not in our application is none of its business', () => {
  const inQueue = caller('q-1.1', { dialplan: { app_name: 'Queue', app_data: 'net' } })
  const other = caller('q-1.2', { dialplan: { app_name: 'Stasis', app_data: 'canary,inbound' } })
  expect(orphansIn({ channels: [inQueue, other, phone('agent', 'Ringing')], bridges: [] })).toEqual([])
})
