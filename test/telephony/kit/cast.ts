/**
 * Who plays in the telephony stories: a small hotline of its own, with queues that are quick where a story needs an
 * expiry. Everything is written into Postgres as operations staff would, before Asterisk's configuration is rendered.
 */
import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { hashPassword } from '../../../src/access/password.ts'

/** Numbers that are ours, by what awaits who dials them. */
export const dial = {
  /** Greeting, then the queue; wrap-up until the agent ends it. */
  greeted: '12345',
  /** No greeting; the phone rings 20 s; wrap-up until the agent ends it. */
  desk: '12369',
  /** No greeting; the phone rings 3 s; no wrap-up. */
  brisk: '12319',
  /** Not answered before an agent answers. */
  ringing: '12310',
} as const

export const agents = {
  li: { staff: '1001', seat: '8001', name: '李静' },
  zhao: { staff: '1002', seat: '8002', name: '赵强' },
  sun: { staff: '1003', seat: '8003', name: '孙丽' },
  /** The seat's phone answers by itself. */
  zhou: { staff: '1004', seat: '8004', name: '周敏' },
  /** The phone of this seat lives in an Asterisk of its own, which a story may kill. */
  wu: { staff: '1005', seat: '8005', name: '吴涛' },
} as const
export type AgentName = keyof typeof agents
export const supervisor = { staff: '9001', name: '郑督' } as const

/** Loopback addresses of the outside world; the hotline knows trunk and lines by them. */
export const addresses = {
  carrier: '127.0.0.2',
  phones: '127.0.0.3',
  '12315': '127.0.0.4',
  '12333': '127.0.0.5',
} as const
/** Where the Asterisk that may be killed plays; nobody is there until a story starts it. */
export const doomedAddresses = { carrier: '127.0.0.7', phones: '127.0.0.8', '12329': '127.0.0.6' } as const

export type Secrets = { readonly password: string; readonly seatSecret: string }

const realm = 'hotline'
const digest = (algorithm: 'md5' | 'sha256', seat: string, secret: string) =>
  createHash(algorithm).update(`${seat}:${realm}:${secret}`).digest('hex')

export async function seedCast(db: Client, { password, seatSecret }: Secrets, outsideSipPort: number): Promise<void> {
  const hash = await hashPassword(password)
  const contact = (address: string) => `sip:${address}:${outsideSipPort}`
  const insert = (text: string, values: unknown[] = []) => db.query(`insert into ${text}`, values)

  await insert(`queues (id, name, answer, greeting, offer_ring_ms, wrap_up_ms) values
    ('greeted', '市民热线', 'onArrival', 'greeting', 20000, 60000),
    ('desk', '环保专席', 'onArrival', null, 20000, 60000),
    ('brisk', '快速专席', 'onArrival', null, 3000, 0),
    ('ringing', '部门专席', 'onAgent', null, 20000, 0)`)
  for (const [queue, number] of Object.entries(dial)) {
    await insert('numbers (number, queue) values ($1, $2)', [number, queue])
  }
  for (const { staff, seat, name } of Object.values(agents)) {
    await insert('staff (id, name, password_hash) values ($1, $2, $3)', [staff, name, hash])
    await insert(`staff_roles (staff, role) values ($1, 'agent')`, [staff])
    await insert('queue_members (queue, staff) select id, $1 from queues', [staff])
    await insert('seats (id, auto_answer, realm, digest_md5, digest_sha256) values ($1, $2, $3, $4, $5)', [
      ...[seat, seat === agents.zhou.seat, realm],
      ...[digest('md5', seat, seatSecret), digest('sha256', seat, seatSecret)],
    ])
  }
  await insert('staff (id, name, password_hash) values ($1, $2, $3)', [supervisor.staff, supervisor.name, hash])
  await insert(`staff_roles (staff, role) values ($1, 'supervisor')`, [supervisor.staff])

  await insert('trunks (name, match_addresses, contact) values ($1, $2, $3)', [
    ...['trunk', `{${addresses.carrier}}`, contact(addresses.carrier)],
  ])
  const lines = [
    { code: '12315', name: '市场监管', address: addresses['12315'], passNumber: true },
    { code: '12333', name: '人力社保', address: addresses['12333'], passNumber: false },
    { code: '12329', name: '住房公积金', address: doomedAddresses['12329'], passNumber: false },
  ]
  for (const { code, name, address, passNumber } of lines) {
    await insert(
      `partner_lines (code, name, number, contact, match_addresses, mode, pass_number)
       values ($1, $2, $1, $3, $4, 'interconnect', $5)`,
      [code, name, contact(address), `{${address}}`, passNumber],
    )
  }
  // Reached over the trunk; one of them is never open.
  await insert(`partner_lines (code, name, number, trunk, hours, mode) values
    ('95598', '供电', '95598', 'trunk', null, 'liveTransfer'),
    ('closed', '不动产登记', '88880000', 'trunk', '[null,null,null,null,null,null,null]', 'interconnect')`)
}
