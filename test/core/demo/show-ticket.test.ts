import { expect, test } from 'vitest'
import { linesOf } from '../../../scripts/demo/show-ticket.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 4) + seconds * 1_000).toISOString()
const line = (seconds: number, kind: string, detail: Record<string, unknown> = {}, agent: string | null = null) => ({
  ...{ at: at(seconds), kind, agent, detail },
})

test('a ticket is told in words of both languages, with who was brought in and what was sent along', () => {
  const told = linesOf({
    ticket: {
      ...{ ticket: 'CZ1', state: 'REGISTERED', callerNumber: '13900001000', title: '退款', place: null },
      history: [
        line(0, 'call.accepted'),
        line(2.5, 'call.partyLeft', { party: { kind: 'line', line: '12333' }, result: 'busy' }),
        line(3, 'ticket.written', { fields: { title: '退款', content: 'x' } }, '1001'),
        line(4, 'call.unheardOf'),
      ],
    },
    call: {
      context: { note: '已调解' },
      parties: [{ party: '12333', purpose: 'transfer', result: 'busy', seconds: 0 }],
    },
  })
  expect(told).toEqual([
    '工单编号 — ticket number: CZ1',
    '状态 — state: 已登记 (registered)',
    '来电号码 — caller: 139****1000',
    '标题 — title: 退款',
    "来源附言 — the partner's note: 已调解",
    '第三方 — party: 12333，转接 (transferred to)，占线 (busy)',
    '经过 — what happened:',
    '   0.0 s  来电 — the call comes in',
    "   2.5 s  第三方结束 — the party's part is over: 12333，占线 (busy)",
    '   3.0 s  填写工单 — the ticket is written: 1001，标题、内容',
    '   4.0 s  call.unheardOf',
  ])
})
