/** The directory as Postgres has it: one read, all of one moment. */
import { sql } from 'kysely'
import type { AgentId, LineCode, QueueId, SeatId } from '#kernel'
import type { Database } from '#platform/postgres/pool'
import type { Reader } from '#platform/postgres/tx'
import type { Directory, Line } from './core/index.ts'

/** Active staff with the role `agent`; lines that can be reached by an endpoint of their own or over a trunk. */
export const readDirectory = (db: Database): Promise<Directory> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => ({
      agents: await readAgents(tx),
      seats: await readSeats(tx),
      queues: await readQueues(tx),
      numbers: await readNumbers(tx),
      lines: await readReachableLines(tx),
    }))

async function readAgents(db: Reader): Promise<Directory['agents']> {
  const rows = await db
    .selectFrom('staff')
    .innerJoin('staff_roles', 'staff_roles.staff', 'staff.id')
    .leftJoin('queue_members', 'queue_members.staff', 'staff.id')
    .where('staff_roles.role', '=', 'agent')
    .where('staff.active', '=', true)
    .groupBy(['staff.id', 'staff.name'])
    .select(['staff.id', 'staff.name'])
    .select(
      sql<string[]>`coalesce(array_agg(queue_members.queue order by queue_members.queue)
        filter (where queue_members.queue is not null), '{}')`.as('queues'),
    )
    .orderBy('staff.id')
    .execute()
  return rows.map(({ id, name, queues }) => ({ id: id as AgentId, name, queues: queues as QueueId[] }))
}

async function readSeats(db: Reader): Promise<Directory['seats']> {
  const rows = await db.selectFrom('seats').select(['id', 'auto_answer']).orderBy('id').execute()
  return rows.map(({ id, auto_answer }) => ({ id: id as SeatId, autoAnswer: auto_answer }))
}

async function readQueues(db: Reader): Promise<Directory['queues']> {
  const rows = await db
    .selectFrom('queues')
    .select(['id', 'name', 'answer', 'greeting', 'offer_ring_ms', 'wrap_up_ms'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, answer, greeting, offer_ring_ms, wrap_up_ms }) => ({
    id: id as QueueId,
    name,
    manner: { answer: answer as 'onArrival' | 'onAgent', ...(greeting === null ? {} : { greeting }) },
    offerRingMs: offer_ring_ms,
    wrapUpMs: wrap_up_ms,
  }))
}

async function readNumbers(db: Reader): Promise<Directory['numbers']> {
  const rows = await db.selectFrom('numbers').select(['number', 'queue', 'emergency']).orderBy('number').execute()
  return rows.map(({ number, queue, emergency }) => ({ number, queue: queue as QueueId, emergency }))
}

async function readReachableLines(db: Reader): Promise<Directory['lines']> {
  const rows = await db
    .selectFrom('partner_lines')
    .select(['code', 'name', 'number', 'trunk', 'contact', 'hours', 'mode', 'pass_number'])
    .where((line) => line.or([line('contact', 'is not', null), line('trunk', 'is not', null)]))
    .orderBy('code')
    .execute()
  return rows.map(({ code, name, number, trunk, contact, hours, mode, pass_number }) => ({
    code: code as LineCode,
    name,
    number,
    trunk: contact === null ? (trunk ?? '') : `partner-${code}`,
    hours: hours as Line['hours'],
    mode: mode as Line['mode'],
    passNumber: pass_number,
  }))
}
