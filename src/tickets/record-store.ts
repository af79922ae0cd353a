/** Call records as rows: calls, legs, offers, parties, the ticket and its history, the callback that is owed. */
import { type Insertable, sql } from 'kysely'
import type { CallId, Instant } from '#kernel'
import type { DB } from '#platform/postgres/generated/database'
import type { Tx } from '#platform/postgres/tx'
import type { CallbackRow, CallRecord, CallRow, LegRow, OfferRow, PartyRow, TicketRow } from './core/index.ts'

/**
 * Takes the calls for this transaction: whoever else writes one of them waits. Always in the order of their ids, so that two
 * never wait for each other.
 */
export async function lockCalls(tx: Tx, ids: readonly CallId[]): Promise<void> {
  const ordered = ids.toSorted()
  await tx
    .insertInto('calls')
    .columns(['id'])
    .expression(sql`select unnest(${ordered}::text[])`)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .selectFrom('calls')
    .select('id')
    .where('id', '=', sql<string>`any(${ordered})`)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** A ticket number that another call has. Numbers are given once; somebody has taken the switchboard's memory away. */
export class TicketNumberTaken extends Error {
  override readonly name = 'TicketNumberTaken'
}

/** Brings the rows of these calls to what the records say. The calls must be locked. */
export async function writeRecords(tx: Tx, records: readonly CallRecord[]): Promise<void> {
  await upsert(
    tx,
    'calls',
    records.map(({ call }) => toCallRow(call)),
  )
  await upsert(
    tx,
    'legs',
    records.flatMap(({ call, legs }) => legs.map((leg) => toLegRow(call.id, leg))),
  )
  await upsert(
    tx,
    'offers',
    records.flatMap(({ call, offers }) => offers.map((offer) => toOfferRow(call.id, offer))),
  )
  await upsert(
    tx,
    'call_parties',
    records.flatMap(({ call, parties }) => parties.map((party) => toPartyRow(call.id, party))),
  )
  await upsert(
    tx,
    'callbacks',
    records.flatMap(({ call, callback }) => (callback ? [toCallbackRow(call.id, callback)] : [])),
    'call',
  )
  await writeTickets(tx, records)
}

async function writeTickets(tx: Tx, records: readonly CallRecord[]): Promise<void> {
  const tickets = records.flatMap(({ call, ticket }) => (ticket ? [toTicketRow(call.id, ticket)] : []))
  if (tickets.length === 0) return
  await upsert(tx, 'tickets', tickets, 'ticket_no')
  const owners = await tx
    .selectFrom('tickets')
    .select(['ticket_no', 'call'])
    .where('ticket_no', '=', sql<string>`any(${tickets.map(({ ticket_no }) => ticket_no)})`)
    .execute()
  const callOf = new Map(owners.map(({ ticket_no, call }) => [ticket_no, call]))
  for (const { ticket_no, call } of tickets) {
    if (callOf.get(ticket_no) === call) continue
    throw new TicketNumberTaken(`ticket ${ticket_no} of call ${call} belongs to call ${callOf.get(ticket_no)} already`)
  }
  const lines = records.flatMap(({ ticket, history }) =>
    ticket ? history.map((line) => ({ ...line, ticket_no: ticket.no, at: toTime(line.at) })) : [],
  )
  await tx
    .insertInto('ticket_events')
    .columns(['journal', 'seq', 'epoch', 'ticket_no', 'at', 'kind', 'agent', 'detail'])
    .expression(
      sql`select journal, seq, epoch, ticket_no, at, kind, agent, detail
            from json_populate_recordset(null::ticket_events, ${JSON.stringify(lines)})`,
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

type Table = 'calls' | 'legs' | 'offers' | 'call_parties' | 'tickets' | 'callbacks'
/** Not made from facts, and so not ours to write. */
type Foreign = 'done_at' | 'done_by'

/** Inserts or updates; a row that is as it should be is not touched. Rows with the key of another call are left alone. */
async function upsert<T extends Table>(
  tx: Tx,
  table: T,
  rows: readonly Omit<Required<Insertable<DB[T]>>, Foreign>[],
  key: 'id' | 'ticket_no' | 'call' = 'id',
): Promise<void> {
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const values = names.filter((name) => name !== key && name !== 'call')
  const of = (row: string) => sql.join(values.map((name) => sql.ref(`${row}.${name}`)))
  const changes = sql.join(values.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`))
  const sameCall = table === 'calls' ? sql`true` : sql`${sql.ref(`${table}.call`)} = excluded.call`
  await sql`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)})
    on conflict (${sql.ref(key)}) do update set ${changes}
     where ${sameCall} and (${of(table)}) is distinct from (${of('excluded')})`.execute(tx)
}

const toTime = <At extends Instant | null>(at: At): (At extends null ? null : never) | string =>
  (at === null ? null : new Date(at).toISOString()) as string

const toCallRow = (call: CallRow): Required<Insertable<DB['calls']>> => ({
  id: call.id,
  ticket_no: call.ticket,
  caller_number: call.callerNumber,
  caller_name: call.callerName,
  dialled: call.dialled,
  queue: call.queue,
  context: call.context,
  state: call.endedAt === null ? 'live' : 'ended',
  arrived_at: toTime(call.arrivedAt),
  answered_at: toTime(call.answeredAt),
  answered_by: call.answeredBy,
  answered_seat: call.answeredSeat,
  ended_at: toTime(call.endedAt),
  end_reason: call.endReason,
  waited_ms: call.waitedMs,
  talk_ms: call.talkMs,
  held_ms: call.heldMs,
  consult_ms: call.consultMs,
  handed_over_ms: call.handedOverMs,
  wrap_up_ms: call.wrapUpMs,
  recovered: call.recovered,
  facts: call.facts,
})

const toLegRow = (call: CallId, leg: LegRow): Required<Insertable<DB['legs']>> => ({
  id: leg.id,
  call,
  role: leg.role,
  agent: leg.agent,
  line: leg.line,
  started_at: toTime(leg.startedAt),
  answered_at: toTime(leg.answeredAt),
  left_at: toTime(leg.leftAt),
  cause: leg.cause,
  agent_left: leg.agentLeft,
})

const toOfferRow = (call: CallId, offer: OfferRow): Required<Insertable<DB['offers']>> => ({
  id: offer.id,
  call,
  agent: offer.agent,
  leg: offer.leg,
  offered_at: toTime(offer.offeredAt),
  ended_at: toTime(offer.endedAt),
  outcome: offer.outcome,
  cause: offer.cause,
})

const toPartyRow = (call: CallId, party: PartyRow): Required<Insertable<DB['call_parties']>> => ({
  id: party.id,
  call,
  party_kind: party.kind,
  party: party.party,
  agent: party.agent,
  purpose: party.purpose,
  dialled_at: toTime(party.dialledAt),
  answered: party.answeredAt !== null,
  answered_at: toTime(party.answeredAt),
  joined_at: toTime(party.joinedAt),
  handed_over_at: toTime(party.handedOverAt),
  left_at: toTime(party.leftAt),
  result: party.result,
  seconds: party.seconds,
})

const toTicketRow = (call: CallId, ticket: TicketRow): Required<Insertable<DB['tickets']>> => ({
  ticket_no: ticket.no,
  call,
  channel: '电话',
  dialled: ticket.dialled,
  caller_number: ticket.callerNumber,
  caller_name: ticket.callerName,
  registrar: ticket.registrar,
  title: ticket.title,
  content: ticket.content,
  type: ticket.type,
  category: ticket.category,
  place: ticket.place,
  upstream_ticket: ticket.upstreamTicket,
  state: ticket.state,
  discard_reason: ticket.discardReason,
  created_at: toTime(ticket.createdAt),
  registered_at: toTime(ticket.registeredAt),
})

const toCallbackRow = (call: CallId, callback: CallbackRow): Omit<Required<Insertable<DB['callbacks']>>, Foreign> => ({
  call,
  ticket_no: callback.ticket,
  number: callback.number,
  queue: callback.queue,
  cut: callback.cut,
  arrived_at: toTime(callback.arrivedAt),
  cut_at: toTime(callback.cutAt),
  rang_back_at: toTime(callback.rangBackAt),
  rang_back_as: callback.rangBackAs,
})
