/** Tickets as they are read; who may read one is for the route. */
import { sql } from 'kysely'
import type { TicketNo } from '#kernel'
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

/** The highest number of a call's ticket that was given away on this day (`261124`). */
export async function readLastTicketNo(db: Reader, day: string): Promise<TicketNo | null> {
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
