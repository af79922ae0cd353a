import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ariPasswordHash,
  endpointsFile,
  fillTemplate,
  membersFile,
  numbersFile,
  UnsafeValueError,
} from '../../../src/main/asterisk-files.ts'

const seat = { id: '8001', realm: 'hotline', digest_md5: '0'.repeat(32), digest_sha256: 'f'.repeat(64) }
const trunk = { name: 'trunk', contact: 'sip:127.0.0.2:5060', match_addresses: ['127.0.0.2', '10.0.0.0/24'] }
const line = { code: '12315', contact: 'sip:127.0.0.4:5060;transport=udp', match_addresses: ['127.0.0.4'] }

const sections = (text: string) => text.split('\n').filter((row) => row.startsWith('['))

describe('templates', () => {
  it('refuses a name that has no value', () => {
    expect(() => fillTemplate('bindport = {{ariPort}}', {})).toThrow(/ariPort/)
  })

  it.each(['1\n[x]', '1\r2', ' [x](any-seat)', '#include /etc/passwd', 'a\u2028b', 'a\0'])('refuses %j', (value) => {
    expect(() => fillTemplate('a = {{b}}', { b: value })).toThrow(UnsafeValueError)
  })

  it('keeps a semicolon from starting a comment', () => {
    expect(fillTemplate('contact = {{b}}', { b: 'sip:x;lr' })).toBe('contact = sip:x\\;lr')
  })
})

describe('endpoints', () => {
  it('gives a seat an endpoint, an address of record and digests, never a password', () => {
    const text = endpointsFile({ seats: [seat], trunks: [], lines: [] })
    expect(sections(text)).toEqual(['[seat-8001](any-seat)', '[seat-8001](seat-aor)', '[seat-8001](seat-auth)'])
    expect(text).toContain(`password_digest = MD5:${'0'.repeat(32)}\n`)
    expect(text).toContain('supported_algorithms_uas = MD5,SHA-256\n')
    expect(text).not.toMatch(/^password\b(?!_digest)/m)
  })

  it('offers only what the seat has a digest for, and nothing without one', () => {
    const only = endpointsFile({ seats: [{ ...seat, digest_md5: null }], trunks: [], lines: [] })
    expect(only).toContain('supported_algorithms_uas = SHA-256\n')
    const none = endpointsFile({ seats: [{ ...seat, digest_md5: null, digest_sha256: null }], trunks: [], lines: [] })
    expect(sections(none)).toEqual([])
  })

  it('tells trunks and lines by their addresses', () => {
    const text = endpointsFile({ seats: [], trunks: [trunk], lines: [line] })
    expect(text).toContain('match = 10.0.0.0/24\n')
    expect(text).toContain('set_var = ENTRY_KIND=trunk\n')
    expect(text).toContain('set_var = ENTRY_LINE=12315\n')
    expect(text).toContain('contact = sip:127.0.0.4:5060\\;transport=udp\n')
  })

  it('makes no endpoint for a line that is reached over its trunk', () => {
    expect(sections(endpointsFile({ seats: [], trunks: [], lines: [{ ...line, contact: null }] }))).toEqual([])
  })

  it('writes nothing that was not meant, whatever stands in the database', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a\n[b]', 'x;y', '[x]', '#include x', '(!)', 'sip:a\r\nb'))
    fc.assert(
      fc.property(text, text, text, text, (id, realm, contact, match) => {
        let written: string
        try {
          written = endpointsFile({
            seats: [{ ...seat, id, realm }],
            trunks: [{ name: 'trunk', contact, match_addresses: [match] }],
            lines: [],
          })
        } catch (error) {
          expect(error).toBeInstanceOf(UnsafeValueError)
          return
        }
        expect(sections(written)).toHaveLength(6)
        expect(written).not.toMatch(/^\s*#/m)
      }),
    )
  })
})

describe('members of the safety net', () => {
  it('makes each seat with a phone a member, paused', () => {
    const bare = { ...seat, id: '8002', digest_md5: null, digest_sha256: null }
    const lines = membersFile([seat, bare]).split('\n')
    expect(lines.filter((row) => row.startsWith('member'))).toEqual(['member => PJSIP/seat-8001,0,8001,,no,,yes'])
  })

  it.each(['8001,0', '8001\nmember => x', '', '8001 '])('refuses %j', (id) => {
    expect(() => membersFile([{ ...seat, id }])).toThrow(UnsafeValueError)
  })
})

describe('numbers', () => {
  it('gives each number one extension of its own', () => {
    expect(numbersFile([{ number: '12345' }])).toContain(
      'exten => 12345,1,Set(DIALLED=12345)\n same => n,Goto(arrival,s,1)',
    )
  })

  it.each(['_X.', '123\n', '12 345', '', '1'.repeat(21), '123,1,Dial(PJSIP/x)'])('refuses %j', (number) => {
    expect(() => numbersFile([{ number }])).toThrow(UnsafeValueError)
  })
})

it('hashes an ARI password as crypt(3) does', () => {
  // perl -e 'print crypt("abc", q($sha1$4$abcdefgh))'
  expect(ariPasswordHash('abc', 'abcdefgh')).toBe('$sha1$4$abcdefgh$mKVX6CE4DJ4C3Cg.AVxmEPRxCOsr')
})
