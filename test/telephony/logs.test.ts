/** Whatever a caller writes of itself, its number in full and its name reach no log of any process. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { openRawCaller, type RawCaller } from '../outside/raw-caller.ts'
import { type RawRequest, sendBytes, sendRequest, written } from '../outside/raw-request.ts'
import { addresses, dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })
const number = '13987654321'
const name = 'Wang Xiaoming'
const stranger = '127.0.0.9'

const open: RawCaller[] = []
afterEach(() => {
  for (const caller of open.splice(0)) {
    caller.hangUp()
    caller.close()
  }
})

const self = (address: string, display = `${name} ${number}`) => `"${display}" <sip:${number}@${address}>`
const From = `${self(stranger)};tag=1`
const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=${name} ${number}\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n`
const type = 'Content-Type: application/sdp'

const fromStranger: RawRequest[] = [
  ...['INVITE', 'OPTIONS', 'REGISTER', 'MESSAGE', 'SUBSCRIBE', 'BYE', 'FOO'].map((method) => ({
    method,
    instead: { From, To: self(stranger), Contact: self(stranger) },
  })),
  { method: 'REGISTER', user: number, instead: { From, To: `<sip:seat-8001@h>`, Contact: self(stranger) } },
  {
    method: 'REGISTER',
    instead: { From: '<sip:seat-8001@h>;tag=1', To: '<sip:seat-8001@h>' },
    headers: [
      `Authorization: Digest username="${number}",realm="${name}",nonce="${number}",uri="sip:h",response="${'0'.repeat(32)}"`,
    ],
  },
]

const fromTrunk: RawRequest[] = [
  ...[number, `%2B86${number}`, `x%0d%0a${number}`, `12345%00${number}`, number.repeat(30)].map((user) => ({
    method: 'INVITE',
    user,
    instead: { From },
    headers: [type],
    body: sdp,
  })),
  ...['OPTIONS', 'REFER', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE', 'INFO', 'NOTIFY', 'UPDATE', 'BYE', 'CANCEL', 'FOO'].map(
    (method) => ({
      method,
      user: number,
      instead: { From },
      headers: [`Event: ${number}`, `Refer-To: ${self('h')}`, `Content-Type: text/plain`],
      body: `${name} ${number}`,
    }),
  ),
  { method: 'REGISTER', instead: { From, To: self('h'), Contact: `<sip:${number}@@@>` } },
  { method: 'INVITE', instead: { From: null }, headers: [`Subject: ${name} ${number}`, type], body: sdp },
  { method: 'INVITE', instead: { From: `<sip:${number}@@@` } },
  { method: 'INVITE', instead: { From: `${name} ${number} <tel:${number}` } },
  { method: 'INVITE', instead: { From, Contact: `<sip:${number}@@x>` } },
  { method: 'INVITE', instead: { From, CSeq: `x ${number}` } },
  { method: 'INVITE', user: number, instead: { From, 'Call-ID': number }, headers: [type], body: sdp },
  { method: 'INVITE', instead: { From }, headers: [type], body: sdp.replace('AVP 8', 'AVP 99') },
  { method: 'INVITE', instead: { From }, headers: [type], body: `v=0\r\no=${number} ${name}\r\nm=aud` },
  { method: 'INVITE', instead: { From }, headers: [`Content-Type: text/${number}`], body: number },
  { method: 'INVITE', instead: { From }, headers: [`Require: ${number}`] },
  { method: 'INVITE', instead: { From }, headers: [`Replaces: ${number};to-tag=1;from-tag=2`] },
]

const accepted = [
  { what: 'a name that is too long', from: self(addresses.carrier, `${name} ${'x'.repeat(3_000)}`) },
  { what: 'a name that is no UTF-8', from: self(addresses.carrier, `${name} \xff\xfe`) },
  { what: 'a number that is too long', from: `"${name}" <sip:${number.repeat(40)}@${addresses.carrier}>` },
  { what: 'a number with a line break', from: `"${name}" <sip:${number}%0d%0aX:${number}@${addresses.carrier}>` },
  { what: 'more of it in other headers', from: self(addresses.carrier) },
]
const headers = [
  ...[`P-Asserted-Identity: ${self('h')}`, `Remote-Party-ID: ${self('h')};party=x`, `Diversion: <<<${number}`],
  ...[`X-Hotline-Ticket: ${number}`, `X-Hotline-Note: ${number.repeat(400)}`],
]

const logs = () =>
  readdirSync(inject('telephony').dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log') && !/segment-\d+\.log$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(inject('telephony').dir, file), 'latin1') }))
const consoleLog = () => logs().find(({ file }) => file === 'system/asterisk/console.log')?.text ?? ''

it('odd messages leave neither number nor name in any log, and operators still see that they came', async () => {
  const { outside, apiUrl, databaseUrl } = inject('telephony')
  const { hotline } = outside
  for (const request of fromStranger) await sendRequest(stranger, hotline, request)
  for (const request of fromTrunk) await sendRequest(addresses.carrier, hotline, request)
  for (const request of fromTrunk) await sendRequest(addresses['12315'], hotline, request)
  for (const bytes of [`${number} ${name}\r\n\r\n`, `SIP/2.0 200 ${number}\r\nFrom: ${From}\r\n\r\n`]) {
    await sendBytes(addresses.carrier, hotline, () => bytes)
  }
  const half = { method: 'INVITE', instead: { From, Subject: `${name} ${number}` } }
  await sendBytes(addresses.carrier, hotline, (here) => written(half, here, 'h').slice(0, -60))

  const li = stage.actor('li')
  for (const { from } of accepted) {
    await li.desk.ready()
    const caller = await openRawCaller(addresses.carrier, hotline)
    open.push(caller)
    caller.invite({ from, user: dial.brisk, headers })
    expect(await caller.finalStatus()).toBe(200)
    const { call } = await li.desk.untilCall('talking')
    caller.hangUp()
    await stage.records.ended(call)
  }

  const db = new Client({ connectionString: databaseUrl })
  await db.connect()
  await expect(db.query('select $1::text::integer', [`${name} ${number}`])).rejects.toThrow()
  await expect(db.query('select $1::text::integer', [number])).rejects.toThrow()
  await expect(db.query('insert into seats (id) values ($1)', [number])).rejects.toThrow()
  await expect(db.query(`select * from "${number}"`)).rejects.toThrow()
  await db.end()
  const json = { 'content-type': 'application/json' }
  for (const path of [`tickets/${number}`, `tickets?callerNumber=${number}`, `%00${number}`]) {
    await fetch(`${apiUrl}/v1/${path}`).then((answer) => answer.text())
  }
  for (const body of [`{"staff":"${number}","password":"${number}"}`, `{"${name}":${number}`]) {
    await fetch(`${apiUrl}/v1/sessions`, { method: 'POST', headers: json, body }).then((answer) => answer.text())
  }

  const last = `last-${crypto.randomUUID()}`
  await sendRequest(stranger, hotline, { method: 'OPTIONS', instead: { From, 'Call-ID': last } })
  await expect.poll(consoleLog).toContain(`(callid: ${last}) - No matching endpoint found`)

  const found = logs()
  for (const part of ['asterisk/console', 'postgres/postgres', 'redis/redis', 'api/api', 'worker/worker']) {
    expect(found.map(({ file }) => file)).toContain(`system/${part}.log`)
  }
  const leaking = found.flatMap(({ file, text }) =>
    text
      .split('\n')
      .filter((line) => line.includes(number) || line.includes(name))
      .map((line) => `${file}: ${line}`),
  )
  expect(leaking).toEqual([])
  expect(consoleLog()).toContain("Request 'INVITE' from 'sip:139****4321' failed for '127.0.0.9")
  expect(consoleLog()).toMatch(/SecurityEvent="InvalidAccountID".*AccountID="139\*{4}4321".*127\.0\.0\.9/)
  expect(consoleLog()).toContain("to extension '139****4321' rejected")
})
