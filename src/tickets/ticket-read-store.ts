/** Tickets as they are read; who may read one is for the route. */
import { sql } from 'kysely'
import type { CallId, TicketNo } from '#kernel'
import type { Reader } from '#platform/postgres/tx'

export type TicketRecord = NonNullable<Awaited<ReturnType<typeof readTicket>>>

/** A ticket with its history, oldest line first. */
export async function readTicket(db: Reader, ticketNo: string) {
  const ticket = await db
    .selectFrom('tickets')
    .select([
      'ticket_no',
      'call',
      'channel',
      'dialled',
      'caller_number',
      'caller_name',
      'registrar',
      'title',
      'content',
      'type',
      'category',
      'place',
      'upstream_ticket',
      'state',
      'discard_reason',
      'created_at',
      'registered_at',
    ])
    .where('ticket_no', '=', ticketNo)
    .executeTakeFirst()
  if (!ticket) return undefined
  const history = await db
    .selectFrom('ticket_events')
    .select(['at', 'kind', 'agent', 'detail'])
    .where('ticket_no', '=', ticketNo)
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  return { ...ticket, history }
}

/** Whether what this command wrote is in the ticket. */
export async function isWritten(db: Reader, ticketNo: string, command: string): Promise<boolean> {
  const found = await db
    .selectFrom('ticket_events')
    .select('seq')
    .where('ticket_no', '=', ticketNo)
    .where('kind', '=', 'ticket.written')
    .where(sql<string>`detail ->> 'command'`, '=', command)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

const dayMs = 24 * 3_600_000

/** The highest number of a call's ticket that was given away on this day (`261124`), and the tickets of calls that have not ended. */
export async function readTicketsGiven(db: Reader, day: string, at = Date.now()) {
  const [last, live] = await Promise.all([readLastTicketNo(db, day), readLiveTickets(db, new Date(at - dayMs))])
  return { last, live }
}

async function readLiveTickets(db: Reader, since: Date): Promise<ReadonlyMap<CallId, TicketNo>> {
  const live = await db
    .selectFrom('calls')
    .select(['id', 'ticket_no'])
    .where('arrived_at', '>=', since)
    .where('state', '=', 'live')
    .where('ticket_no', 'is not', null)
    .execute()
  return new Map(live.map(({ id, ticket_no }) => [id as CallId, ticket_no as TicketNo]))
}

async function readLastTicketNo(db: Reader, day: string): Promise<TicketNo | null> {
  // Digits of one length stand in the order of the numbers.
  const last = await db
    .selectFrom('tickets')
    .select('ticket_no')
    .where('ticket_no', '>=', `CZ${day}C`)
    .where('ticket_no', '<', `CZ${day}D`)
    .orderBy('ticket_no', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (last?.ticket_no as TicketNo | undefined) ?? null
}
