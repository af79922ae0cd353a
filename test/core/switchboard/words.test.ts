import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Directory } from '#acd/core'
import { isOpen } from '#calls/core'
import { type CallId, type LegId, type SeatId, toInstant } from '#kernel'
import { dialString, safeName, safeNumber } from '../../../src/switchboard/dial-string.ts'
import { toArrival } from '../../../src/switchboard/entrance.ts'
import { causeOfHangup } from '../../../src/switchboard/left-cause.ts'
import { createLegRegister } from '../../../src/switchboard/leg-register.ts'
import { mediaOf } from '../../../src/switchboard/prompt-media.ts'
import { asText } from '../../../src/switchboard/text-from-outside.ts'
import { toCallEvent } from '../../../src/switchboard/to-call-event.ts'
import { amina, aTalkingCall, at, line12315 } from '../../kit/builders.ts'

const causes = [
  [17, 486, 'busy'],
  [21, 603, 'declined'],
  [19, 408, 'noAnswer'],
  [20, 480, 'unavailable'],
  [1, 404, 'unavailable'],
  [34, 503, 'unreachable'],
  [16, undefined, 'normal'],
  [16, 200, 'normal'],
  [0, undefined, 'normal'],
  [undefined, undefined, 'normal'],
  [26, undefined, 'normal'],
  [18, undefined, 'noAnswer'],
  [44, undefined, 'failed'],
] as const
for (const [q850, sip, cause] of causes)
  test(`Q.850 ${q850} with SIP ${sip} is ${cause}`, () => {
    expect(causeOfHangup(q850, sip)).toBe(cause)
  })

const directory: Directory = {
  agents: [],
  queues: [],
  numbers: [],
  seats: [
    { id: '8001' as SeatId, autoAnswer: true },
    { id: '8002' as SeatId, autoAnswer: false },
  ],
  lines: [
    {
      code: '12315' as never,
      name: '',
      number: '12315',
      trunk: 'partner-12315',
      hours: null,
      mode: 'interconnect',
      passNumber: false,
    },
    {
      code: 'evil' as never,
      name: '',
      number: '1&PJSIP/x',
      trunk: 'trunk',
      hours: null,
      mode: 'parallel',
      passNumber: true,
    },
  ],
}
const dial = (party: typeof line12315 | { kind: 'agent'; agent: never }) =>
  ({ do: 'dial', leg: 'x' as LegId, party, purpose: 'consult' }) as const
const call = aTalkingCall({
  caller: { leg: 'caller' as LegId, number: '138&1234,$\r\n5678', name: 'Wang "x" <sip:a@b>\r\nX-Evil: 1' },
})

test('an agent is dialled on the seat, with the call, the ticket and the caller shown', () => {
  const plan = dialString(directory, () => '8001' as SeatId, call, dial({ kind: 'agent', agent: amina as never }))
  expect(plan?.endpoint).toBe('PJSIP/seat-8001')
  expect(plan?.variables).toMatchObject({
    'PJSIP_HEADER(add,X-Hotline-Ticket)': call.ticket,
    'CONNECTEDLINE(num,i)': '13812345678',
  })
  expect(Object.values(plan?.variables ?? {}).join('')).not.toMatch(/[\r\n]/)
})

test('a seat that is not known cannot be dialled', () => {
  expect(dialString(directory, () => 'gone' as SeatId, call, dial({ kind: 'agent', agent: amina as never }))).toBeNull()
  expect(dialString(directory, () => null, call, dial({ kind: 'agent', agent: amina as never }))).toBeNull()
})

test("a line that may not see the caller's number is shown ours", () => {
  expect(dialString(directory, () => null, call, dial(line12315))?.variables['CONNECTEDLINE(num,i)']).toBe('12345')
})

test('a number that could be more than a number is not dialled', () => {
  expect(dialString(directory, () => null, call, dial({ kind: 'line', line: 'evil' } as never))).toBeNull()
})

test('numbers and names from outside keep nothing that could end a header, whatever they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(safeNumber(text)).toMatch(/^([0-9*#+]{1,32}|anonymous)$/)
      expect(safeName(text)).not.toMatch(/[\p{Cc}"<>\\;,]/u)
    }),
  )
})

const channel = { id: 'c1', state: 'Ring', caller: { number: '1', name: '' } } as never
test('a caller of a partner line brings its ticket and note, decoded', () => {
  expect(
    toArrival(channel, ['inbound', 'c1', '1700000000123', '12345', 'partner', '12315', 'A-1', '%E5%99%AA%E9%9F%B3']),
  ).toMatchObject({
    call: 'c1',
    arrivedMs: 1_700_000_000_123,
    dialled: '12345',
    context: { from: '12315', ticket: 'A-1', note: '噪音' },
  })
})
const fromPartner = (ticket: string, note: string) =>
  toArrival(channel, ['inbound', 'c1', '1', '12345', 'partner', '12315', ticket, note])?.context
test('whatever characters a partner gives its ticket number, none is lost', () => {
  fc.assert(
    // Unicode's line and paragraph separators are controls here: the test below.
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (drawn) => {
      const text = drawn.replaceAll(/[\p{Zl}\p{Zp}]/gu, '')
      const seen = fromPartner(encodeURIComponent(text), '')?.ticket
      expect(seen ?? '').toBe(text.trim())
    }),
  )
  expect(fromPartner(encodeURIComponent('CZ2611/24;C<b>'), '')).toEqual({ from: '12315', ticket: 'CZ2611/24;C<b>' })
})
test('what is longer than is kept ends in …, and it is told which', () => {
  const long = encodeURIComponent('督'.repeat(100))
  expect(fromPartner(long, 'x'.repeat(200))).toEqual({
    from: '12315',
    ticket: `${'督'.repeat(63)}…`,
    note: 'x'.repeat(200),
    cut: ['ticket'],
  })
  expect(asText(`a${'😀'.repeat(3)}`, 3)).toBe('a…')
})
test('controls in a number, a name or a ticket are shown and not obeyed', () => {
  expect(fromPartner('A%0D%0AEvil:%201', '%1B[31m')).toEqual({ from: '12315', ticket: 'A␍␊Evil: 1', note: '␛[31m' })
  expect(asText('\u202Egpj.exe\u0085\x7f', 200)).toBe('‹U+202E›gpj.exe‹U+0085›␡')
  expect(fromPartner('a%E2%80%A8b', 'a%E2%80%A9b')).toEqual({ from: '12315', ticket: 'a‹U+2028›b', note: 'a‹U+2029›b' })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 50 }), (text, most) => {
      expect(asText(text, most)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u)
      expect(asText(text, most).length).toBeLessThanOrEqual(most)
    }),
  )
})
test('a caller of the trunk brings nothing of the kind, whatever was sent', () => {
  expect(toArrival(channel, ['inbound', 'c1', '1', '12345', 'trunk', '', 'A-1', 'x'])).not.toHaveProperty('context')
})
test('a name that Asterisk has lost is read from the From header, cut within a character or not', () => {
  const from = (header: string) =>
    toArrival(channel, ['inbound', 'c1', '1', '12345', 'trunk', '', '', '', encodeURIComponent(header)])?.name
  expect(from('"<b>\\"王\\"</b>" <sip:139@a>;tag=1')).toBe('<b>"王"</b>')
  expect(from('"很长')).toBe('很长')
  expect(from('Wang <sip:139@a>')).toBe('Wang')
  expect(from('<sip:139@a>')).toBe('')
  const cut = ['inbound', 'c1', '1', '12345', 'trunk', '', '', '', '%22%E5%BE%88%E9%95']
  expect(toArrival(channel, cut)?.name).toBe('很')
})
test('what we dialled ourselves is no arrival, and a note that does not decode is carried as it came', () => {
  expect(toArrival(channel, ['dialled', 'c1'])).toBeNull()
  expect(toArrival(channel, ['inbound', 'c1', 'x', '12345', 'partner', '12315', '', '%E5%'])).toMatchObject({
    context: { note: '\uFFFD%' },
  })
})

test('of a ticket number the serial and the check digit are spelled', () => {
  expect(mediaOf('ticket:CZ261124C00042-7')).toEqual(
    ['0', '0', '0', '4', '2', '7'].map((digit) => `sound:hotline/digit-${digit}`),
  )
  expect(mediaOf('greeting')).toEqual(['sound:hotline/greeting'])
})

test('a leg leaves once, with the first cause that was told', () => {
  const legs = createLegRegister()
  legs.addLeg('l' as LegId, 'call' as CallId)
  const wire = (type: string, more = {}) => ({ type, channel: { id: 'l', state: 'Up' }, ...more }) as never
  expect(toCallEvent(wire('ChannelHangupRequest', { cause: 17, tech_cause: 486 }), legs, at)).toBeUndefined()
  expect(toCallEvent(wire('StasisEnd'), legs, at)).toMatchObject({ type: 'legLeft', cause: 'busy' })
  expect(toCallEvent(wire('ChannelDestroyed', { cause: 16 }), legs, at)).toBeUndefined()
})

test('a leg answers once, however often its state is told; legs of others are not our business', () => {
  const legs = createLegRegister()
  legs.addLeg('l' as LegId, 'call' as CallId)
  const up = { type: 'ChannelStateChange', channel: { id: 'l', state: 'Up' } } as never
  expect(toCallEvent(up, legs, at)).toMatchObject({ type: 'legAnswered', leg: 'l' })
  expect(toCallEvent(up, legs, at)).toBeUndefined()
  expect(
    toCallEvent({ type: 'ChannelStateChange', channel: { id: 'other', state: 'Up' } } as never, legs, at),
  ).toBeUndefined()
})

test("opening hours are Changzhou's", () => {
  const weekdays = [null, [540, 1020], [540, 1020], [540, 1020], [540, 1020], [540, 1020], null] as const
  const onTuesday = (hour: number, minute = 0) => toInstant(Date.UTC(2026, 10, 24, hour - 8, minute))
  expect([
    isOpen(weekdays, onTuesday(8, 59)),
    isOpen(weekdays, onTuesday(9)),
    isOpen(weekdays, onTuesday(16, 59)),
    isOpen(weekdays, onTuesday(17)),
  ]).toEqual([false, true, true, false])
  expect(isOpen(weekdays, toInstant(Date.UTC(2026, 10, 22, 4)))).toBe(false)
  expect(isOpen(null, onTuesday(3))).toBe(true)
})
