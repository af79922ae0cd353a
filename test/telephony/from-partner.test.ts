import { expect, inject, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import { openRawCaller } from '../outside/raw-caller.ts'
import { addresses, dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

it('12315 sends a caller to us with context, and the agent sees it', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const headers = { 'X-Hotline-Ticket': 'SH2026-000123', 'X-Hotline-Note': '退款纠纷, 已调解一次; <b>请跟进</b>' }
  const number = stage.number()
  const wang = await stage.world.call('wang', { role: '12315', to: dial.desk, number, headers })
  await Promise.all([wang.hearsOnly(li.phone), li.phone.hearsOnly(wang)])
  const { call, context } = await li.desk.untilCall('talking')
  expect(context).toEqual({ from: '12315', ticket: 'SH2026-000123', note: '退款纠纷, 已调解一次; <b>请跟进</b>' })
  await wang.hangUp()
  const record = await stage.records.ended(call)
  expect(record.ticket).toMatchObject({ upstream_ticket: 'SH2026-000123', caller_number: number })
})

it('a ticket number of a partner has whatever characters it has, and one that is too long is cut to be seen', async () => {
  const li = stage.actor('li')
  for (const [sent, shown] of [
    ['CZ2611/24;C<b>', { ticket: 'CZ2611/24;C<b>' }],
    [`督办“${'1'.repeat(100)}”`, { ticket: `督办“${'1'.repeat(60)}…`, cut: ['ticket'] }],
    ['x'.repeat(3_000), { ticket: `${'x'.repeat(63)}…`, cut: ['ticket'] }],
  ] as const) {
    await li.desk.ready()
    const caller = await openRawCaller(addresses['12315'], inject('telephony').outside.hotline)
    const headers = [`X-Hotline-Ticket: ${Buffer.from(sent).toString('latin1')}`]
    caller.invite({ from: `<sip:${stage.number()}@${addresses['12315']}>`, user: dial.desk, headers })
    expect(await caller.finalStatus()).toBe(200)
    const { call, context } = await li.desk.untilCall('talking')
    expect(context).toEqual({ from: '12315', ...shown })
    caller.hangUp()
    const record = await stage.records.ended(call)
    expect(record.ticket.upstream_ticket).toBe(shown.ticket)
    caller.close()
    await li.desk.endWrapUp()
  }
})

it('a caller over the trunk cannot pretend to come from a partner', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const headers = { 'X-Hotline-Ticket': 'SH2026-000124' }
  const wang = await stage.world.call('wang', { to: dial.desk, number: stage.number(), headers })
  await wang.hears(li.phone)
  expect((await li.desk.untilCall('talking')).context).toBeNull()
})
