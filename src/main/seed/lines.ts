/**
 * Demo data. Three lines that stay independent, and utilities. The numbers of the utilities (10000…) belong to nobody and
 * are reached over the trunk; where the three lines are is told by the environment (see seed-demo).
 */
export type PartnerLine = {
  readonly code: string
  readonly name: string
  readonly number: string
  readonly mode: 'interconnect' | 'parallel' | 'emergency' | 'liveTransfer'
  readonly passNumber: boolean
  /** Minutes since midnight, Sunday first; null: always open. */
  readonly hours: readonly (readonly [number, number] | null)[] | null
}

const always = null
const [open, close] = [8 * 60 + 30, 17 * 60 + 30]
const onWorkdays = [null, [open, close], [open, close], [open, close], [open, close], [open, close], null] as const

export const lines: readonly PartnerLine[] = [
  { code: '12315', name: '市场监管投诉', number: '12315', mode: 'interconnect', passNumber: true, hours: always },
  { code: '12333', name: '人社服务', number: '12333', mode: 'interconnect', passNumber: true, hours: always },
  { code: '12329', name: '住房公积金', number: '12329', mode: 'interconnect', passNumber: false, hours: always },
  { code: 'power', name: '供电服务', number: '10000000001', mode: 'parallel', passNumber: false, hours: always },
  { code: 'water', name: '自来水服务', number: '10000000002', mode: 'parallel', passNumber: false, hours: always },
  { code: 'gas', name: '燃气服务', number: '10000000003', mode: 'parallel', passNumber: false, hours: always },
  {
    code: 'street-lamps',
    name: '照明管理处',
    number: '10000000004',
    mode: 'parallel',
    passNumber: false,
    hours: onWorkdays,
  },
  {
    code: 'drainage',
    name: '排水管理处',
    number: '10000000005',
    mode: 'parallel',
    passNumber: false,
    hours: onWorkdays,
  },
  { code: 'metro', name: '轨道交通', number: '10000000006', mode: 'parallel', passNumber: false, hours: always },
  { code: 'cable-tv', name: '广电网络', number: '10000000007', mode: 'parallel', passNumber: false, hours: onWorkdays },
]
