import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventShapes } from '../../../src/platform/asterisk/generated/ari.ts'
import { readEvent } from '../../../src/platform/asterisk/read-event.ts'

test('the 45 events that Asterisk describes are known', () => {
  expect(Object.keys(eventShapes)).toHaveLength(45)
})

test('an event that holds what its type promises is passed on as it is', () => {
  const text = '{"type":"StasisStart","application":"a","args":["x"],"channel":{"id":"1","new":true},"later":1}'
  expect(readEvent(text)).toEqual({ event: JSON.parse(text) })
})

test.each([
  ['', 'notJson', ''],
  ['[]', 'notJson', ''],
  ['null', 'notJson', ''],
  ['{}', 'noType', ''],
  ['{"type":1}', 'noType', ''],
  ['{"type":"toString"}', 'unknownType', 'toString'],
  ['{"type":"ChannelLevitated"}', 'unknownType', 'ChannelLevitated'],
  ['{"type":"StasisStart","args":[],"channel":7}', 'malformed', 'StasisStart'],
  ['{"type":"StasisStart","args":"x","channel":{"id":"1"}}', 'malformed', 'StasisStart'],
  ['{"type":"StasisEnd","channel":{}}', 'malformed', 'StasisEnd'],
  ['{"type":"ChannelDestroyed","cause":"16","cause_txt":"","channel":{"id":"1"}}', 'malformed', 'ChannelDestroyed'],
  ['{"type":"Dial","dialstatus":"","peer":{}}', 'malformed', 'Dial'],
  ['{"type":"ChannelEnteredBridge","bridge":{"id":"b"},"channel":null}', 'malformed', 'ChannelEnteredBridge'],
])('%s is odd: %s', (text, odd, type) => {
  expect(readEvent(text)).toEqual({ odd, type })
})

test('the peer of a PeerStatusChange is no channel', () => {
  expect(readEvent('{"type":"PeerStatusChange","endpoint":{},"peer":{"peer_status":"x"}}')).toHaveProperty('event')
})

test('nothing that can come makes it throw', () => {
  const types = fc.constantFrom(...Object.keys(eventShapes))
  fc.assert(fc.property(types, fc.object(), (type, rest) => void readEvent(JSON.stringify({ ...rest, type }))))
  fc.assert(fc.property(fc.string(), (text) => void readEvent(text)))
  fc.assert(fc.property(fc.jsonValue(), (value) => void readEvent(JSON.stringify(value) ?? '')))
})
