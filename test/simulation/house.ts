/** The hall that is simulated: few seats, short times, every manner of queue. */
import type { Directory } from '#acd/core'
import type { AgentId, LineCode, QueueId, SeatId } from '#kernel'
import { agentCount } from './scenario.ts'

const queue = {
  general: 'general' as QueueId,
  social: 'social' as QueueId,
  plain: 'plain' as QueueId,
}
const queuesOf = [
  [queue.general, queue.social, queue.plain],
  [queue.general],
  [queue.general, queue.social],
  [queue.social, queue.plain],
  [queue.plain, queue.general],
]
export const agentAt = (n: number): AgentId => String(1001 + n) as AgentId
export const seatAt = (n: number): SeatId => String(8001 + n) as SeatId
const numbers = Array.from({ length: agentCount }, (_, n) => n)
export const lines = ['12315', '12333', 'closed'] as LineCode[]

export const house: Directory = {
  agents: numbers.map((n) => ({ id: agentAt(n), name: `agent ${n}`, queues: queuesOf[n] ?? [queue.general] })),
  seats: numbers.map((n) => ({ id: seatAt(n), autoAnswer: n === 0 })),
  queues: [
    {
      id: queue.general,
      name: '综合',
      manner: { answer: 'onArrival', greeting: 'greeting' },
      offerRingMs: 5_000,
      wrapUpMs: 8_000,
    },
    { id: queue.social, name: '社保', manner: { answer: 'onAgent' }, offerRingMs: 5_000, wrapUpMs: 0 },
    { id: queue.plain, name: '其他', manner: { answer: 'onArrival' }, offerRingMs: 5_000, wrapUpMs: 20_000 },
  ],
  numbers: [
    { number: '12345', queue: queue.general },
    { number: '12369', queue: queue.social },
    { number: '12320', queue: queue.plain },
  ],
  lines: [
    line('12315', '12315', null),
    line('12333', '12333', null),
    line('closed', '12329', [null, null, null, null, null, null, null]),
  ],
}

function line(code: string, number: string, hours: Directory['lines'][number]['hours']): Directory['lines'][number] {
  return {
    code: code as LineCode,
    name: code,
    number,
    trunk: `partner-${number}`,
    hours,
    mode: 'interconnect',
    passNumber: true,
  }
}
