import { afterEach, expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { openRawCaller, type RawCaller } from '../outside/raw-caller.ts'
import { addresses, dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

const open: RawCaller[] = []
afterEach(() => {
  for (const caller of open.splice(0)) {
    caller.hangUp()
    caller.close()
  }
})

async function rawCaller(): Promise<RawCaller> {
  const caller = await openRawCaller(addresses.carrier, inject('telephony').outside.hotline)
  open.push(caller)
  return caller
}

/** Whatever came before: an ordinary caller is served as ever. */
async function allIsWell(): Promise<void> {
  const li = stage.actor('li')
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  await wang.hangUp()
  await wang.gone()
}

const invalidUtf8 = Buffer.from([0xff, 0xfe, 0xc3, 0x28]).toString('latin1')

it.each([
  { what: 'a name of 2,000 characters', name: 'x'.repeat(2_000) },
  { what: 'a name with control characters', name: 'a\x01b\x07c\x7fd\te' },
  { what: 'a name that is not UTF-8', name: `bad ${invalidUtf8} name` },
  { what: 'a name with markup and quotes', name: '<img src=x onerror=alert(1)> \\"; drop table calls; --' },
  { what: 'a name like a variable of the dialplan', name: `$` + '{SHELL(id)}' },
])('$what: the call is answered and recorded, the name is text', async ({ name }) => {
  const li = stage.actor('li')
  await li.desk.ready()
  const number = stage.number()
  const caller = await rawCaller()
  caller.invite({ from: `"${name}" <sip:${number}@${addresses.carrier}>`, user: dial.desk })
  expect(await caller.finalStatus()).toBe(200)
  const shown = await li.desk.untilCall('talking')
  expect(shown).toMatchObject({ callerNumber: number, dialled: dial.desk })
  expect(shown.callerName.length).toBeLessThanOrEqual(200)
  caller.hangUp()
  const record = await stage.records.ended(shown.call)
  expect(record.ticket.caller_name).toBe(shown.callerName)
  await li.desk.endWrapUp()
  await allIsWell()
})

it.each([
  { what: 'the name of a function', user: `${dial.desk}%24%7BSHELL(id)%7D` },
  { what: 'a second destination', user: `${dial.desk}&PJSIP%2F12315` },
  { what: 'a dial string', user: 'PJSIP%2Fseat-8001' },
  { what: 'a comma', user: `${dial.desk},1,x` },
  { what: 'nothing', user: '%20' },
  { what: 'a NUL at its end', user: `${dial.desk}%00` },
  { what: 'a NUL and more', user: `${dial.greeted}%00x` },
  { what: 'a line break', user: `${dial.desk}%0d%0a` },
  { what: 'an escaped quote', user: `${dial.desk}%22` },
])('from the trunk, a dialled number with $what is refused', async ({ user }) => {
  const caller = await rawCaller()
  caller.invite({ from: `<sip:${stage.number()}@${addresses.carrier}>`, user })
  expect(await caller.finalStatus()).toBe(404)
  expect(stage.actor('li').phone.arrivals).toHaveLength(0)
})

it('control characters in number and name are carried as what can be seen, and a NUL hides nothing', async () => {
  const li = stage.actor('li')
  for (const [user, number] of [
    ['139%0d%0aX-Y', '139\u240d\u240aX-Y'],
    ['139%0087654321', '139\u240087654321'],
  ]) {
    await li.desk.ready()
    const caller = await rawCaller()
    caller.invite({ from: `"a\x01b\x1b[2Jc" <sip:${user}@${addresses.carrier}>`, user: dial.brisk })
    expect(await caller.finalStatus()).toBe(200)
    const { call, callerNumber, callerName } = await li.desk.untilCall('talking')
    expect([callerNumber, callerName]).toEqual([number, 'a\u2401b\u241b[2Jc'])
    caller.hangUp()
    const { ticket } = await stage.records.ended(call)
    expect([ticket.caller_number, ticket.caller_name]).toEqual([callerNumber, callerName])
  }
})

it('a number of ours may be written with escapes of its digits', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const caller = await rawCaller()
  caller.invite({ from: `<sip:${stage.number()}@${addresses.carrier}>`, user: dial.brisk.replace('1', '%31') })
  expect(await caller.finalStatus()).toBe(200)
  const { call } = await li.desk.untilCall('talking')
  caller.hangUp()
  await stage.records.ended(call)
})

it('a partner that sends nonsense along is heard all the same, and its note is text', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const caller = await openRawCaller(addresses['12315'], inject('telephony').outside.hotline)
  open.push(caller)
  const note = `${'n'.repeat(3_000)}${invalidUtf8}`
  const headers = ['X-Hotline-Ticket: ../../etc/passwd;<b>1</b>', `X-Hotline-Note: ${note}`]
  caller.invite({ from: `<sip:${stage.number()}@${addresses['12315']}>`, user: dial.desk, headers })
  expect(await caller.finalStatus()).toBe(200)
  const { call, context } = await li.desk.untilCall('talking')
  expect(context?.from).toBe('12315')
  expect(context?.note?.length ?? 0).toBeLessThanOrEqual(200)
  caller.hangUp()
  await stage.records.ended(call)
})
