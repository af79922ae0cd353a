import { expect, test } from 'vitest'
import { toRequest } from '../../../src/platform/asterisk/ari-transport.ts'

test('arguments go where the description says', () => {
  expect(
    toRequest(
      'channels.create',
      { endpoint: 'PJSIP/seat-7', app: 'switchboard', channelId: 'c', variables: { A: 'b' } },
      7,
    ),
  ).toEqual({
    op: 'channels.create',
    method: 'POST',
    path: '/channels/create',
    query: [
      ['endpoint', 'PJSIP/seat-7'],
      ['app', 'switchboard'],
      ['channelId', 'c'],
    ],
    body: '{"variables":{"A":"b"}}',
    timeoutMs: 7,
  })
})

test('an id cannot change the path, nor a value the query', () => {
  const request = toRequest(
    'channels.playWithId',
    { channelId: '../x?y', playbackId: 'a/b', media: ['sound:a', 'b&c'] },
    7,
  )
  expect(request.path).toBe('/channels/..%2Fx%3Fy/play/a%2Fb')
  expect(request.query).toEqual([['media', 'sound:a,b&c']])
})

test('a filter is the body itself; what is left out is not sent', () => {
  const filter = { disallowed: [{ type: 'ChannelVarset' }] }
  expect(toRequest('applications.filter', { applicationName: 'a', filter }, 7).body).toBe(JSON.stringify(filter))
  expect(toRequest('channels.dial', { channelId: 'c', timeout: undefined }, 7)).toMatchObject({
    query: [],
    body: undefined,
  })
})
