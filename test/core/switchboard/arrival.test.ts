import { expect, it } from 'vitest'
import { toArrival } from '../../../src/switchboard/entrance.ts'

const numberOf = (number: string, from: string) =>
  toArrival({ caller: { number, name: '' } } as never, [
    ...['inbound', 'c1', '900', '12345', 'trunk', '', '', '', encodeURIComponent(from)],
  ])?.number

it('what a number has behind a NUL is not hidden, and nothing else of the header takes the place of the number', () => {
  expect(numberOf('139', '"n" <sip:139%008765@h>;tag=1')).toBe(`139${'\0'}8765`)
  expect(numberOf('138', '"n" <sip:139%008765@h>')).toBe('138') // asserted by the network
  expect(numberOf('139', '"n" <sip:1398765@h>')).toBe('139')
  expect(numberOf('139', '')).toBe('139')
})
