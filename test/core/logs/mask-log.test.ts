/** What Asterisk, Postgres and Redis say, as it reaches their logs. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { maskNumber } from '../../../src/platform/telemetry/log.ts'

const script = join(import.meta.dirname, '../../../scripts/lib/mask-log.pl')
const number = '13987654321'

function masked(text: string | Buffer): string {
  const { stdout, stderr, status } = spawnSync('perl', [script], { input: text })
  expect(stderr.toString()).toBe('')
  expect(status).toBe(0)
  return stdout.toString()
}

const at = '[2026-11-24 14:43:05.671] '
const security = `${at}SECURITY[70] res_security_log.c: SecurityEvent="InvalidAccountID",EventTV="2026-11-24T14:43:05.671+0000",`

it.each([
  {
    said: `${at}NOTICE[27]: res_pjsip/pjsip_distributor.c:688 log_failed_request: Request 'INVITE' from '"张三 'x' failed for 'y' " <sip:${number}@127.0.0.9>' failed for '127.0.0.9:47364' (callid: a-1) - No matching endpoint found`,
    kept: `Request 'INVITE' from 'sip:139****4321' failed for '127.0.0.9:47364' (callid: a-1) - No matching endpoint found`,
  },
  {
    said: `${at}WARNING[27]: res_pjsip.c:2613 set_id_from_hdr: CallerID Name '张三 for number ' for number '${number}' has invalid UTF-8 characters which were replaced`,
    kept: `CallerID Name '****' for number '139****4321' has invalid UTF-8`,
  },
  {
    said: `${at}NOTICE[27]: res_pjsip_session.c:3946 new_invite:  trunk: Call (UDP:127.0.0.2:52076) to extension '+86${number}' rejected because extension not found in context 'from-trunk'.`,
    kept: `trunk: Call (UDP:127.0.0.2:52076) to extension '+86****4321' rejected`,
  },
  {
    said: `${security}AccountID="${number}",SessionID="x",RemoteAddress="IPV4/UDP/127.0.0.9/47364",Challenge="ab/cd",ExpectedResponse="0af3"`,
    kept: `AccountID="139****4321",SessionID="x",RemoteAddress="IPV4/UDP/127.0.0.9/47364",Challenge="****",ExpectedResponse="****"`,
  },
  { said: `${security}AccountID="张三",Service="PJSIP"`, kept: 'AccountID="****",Service="PJSIP"' },
  { said: `${security}AccountID="seat-8001",Service="PJSIP"`, kept: 'AccountID="seat-8001",Service="PJSIP"' },
  {
    said: `2026-11-24 14:40:26.422 UTC [8] ERROR:  invalid input syntax for type integer: "张三 ${number}"`,
    kept: '2026-11-24 14:40:26.422 UTC [8] ERROR:  invalid input syntax for type integer: "****"',
  },
  {
    said: `2026-11-24 14:40:26.422 UTC [8] ERROR:  relation "${number}" does not exist`,
    kept: '2026-11-24 14:40:26.422 UTC [8] ERROR:  relation "139****4321" does not exist',
  },
  {
    said: `${at}WARNING[1]: a.c:1 f: contact "张三" <sip:${number}@h>;tag=1`,
    kept: '"****" <sip:139****4321@h>;tag=1',
  },
])('of $said the number and the name are masked, the rest is kept', ({ said, kept }) => {
  const printed = masked(`${said}\n`)
  expect(printed).toContain(kept)
  expect(printed).not.toMatch(/13987654321|张三/)
})

it.each([
  'PJSIP/trunk-00000003: The contents of a variable',
  'PJSIP/seat-8001-00000012 from 192.168.100.200:15060',
  'node1-1795531395.2: Playback failed for sound:hotline/greeting',
  'call 01978d2e-4466-7abc-9123-446655440000 at 2026-11-24T14:43:05.671+0000',
  "AOR '' not found for endpoint 'trunk' (127.0.0.2:46503)",
  'contact sip:seat-8001@127.0.0.3:5060, number 12345',
])('what only looks like a number is left alone: %s', (text) => {
  const line = `${at}WARNING[105][C-00000001]: res_x.c:280 f: ${text}\n`
  expect(masked(line)).toBe(line)
})

it('a number is masked however it is written', () => {
  const ways = ['139 8765 4321', '139-8765-4321', '139.8765.4321', '%31%33%39%38%37%36%35%34%33%32%31', `x${number}y`]
  for (const way of ways) expect(masked(`${at}NOTICE[1]: a.c:1 f: to '${way}'\n`)).toContain('139****4321')
})

it('whatever number is said, it is masked as our own logs mask it', () => {
  const digits = fc.stringMatching(/^\+?[0-9]{7,20}$/)
  fc.assert(
    fc.property(fc.array(digits, { minLength: 1, maxLength: 200 }), (numbers) => {
      const lines = masked(numbers.map((one) => `${at}NOTICE[1]: a.c:1 f: to '${one}' rejected\n`).join(''))
      expect(lines.match(/(?<=to ').*(?=' rejected)/g)).toEqual(numbers.map(maskNumber))
    }),
    { numRuns: 20 },
  )
})

it('a SIP message and a line break of the caller are left out, and the next line is there', () => {
  const message = `INVITE sip:12345@h SIP/2.0\r\nSubject: 张三\r\n\r\nv=0\r\n-- end of packet.\n`
  const printed = masked(
    `${at}ERROR[60]: pjproject: <?>: Error processing packet:\n${message}${at}NOTICE[1]: a.c:1 f: next\n`,
  )
  expect(printed.split('\n').slice(1)).toEqual(['  (more is left out)', `${at}NOTICE[1]: a.c:1 f: next`, ''])
})

it('what a dying server says without a time is kept', () => {
  const said = `${at}NOTICE[1]: a.c:1 f: x\nfree(): invalid pointer\nasterisk: symbol lookup error\n`
  expect(masked(said)).toBe(said)
  expect(masked('Unable to open the console')).toBe('Unable to open the console\n')
})

it('control characters and what is no UTF-8 are shown, and a line has an end', () => {
  expect(masked(Buffer.from('a\x1b[2Jb\x07\xff\n', 'latin1'))).toBe('a\\x1b[2Jb\\x07\\xff\n')
  expect(masked('常州\n')).toBe('常州\n')
  expect(
    masked('y'.repeat(300_000))
      .split('\n')
      .every((line) => line.length < 4_100),
  ).toBe(true)
})
