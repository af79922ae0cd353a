/** What stands in Postgres about a call, read as a person would who was not there. */
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'

export type Leg = {
  id: string
  role: string
  agent: string | null
  line: string | null
  answered_at: Date | null
  left_at: Date | null
  cause: string | null
  agent_left: string | null
}
export type Offer = { id: string; agent: string; outcome: string | null; cause: string | null }
export type PartyRow = {
  party: string
  party_kind: string
  agent: string | null
  purpose: string | null
  answered: boolean
  joined_at: Date | null
  handed_over_at: Date | null
  result: string | null
  seconds: number | null
}
export type Ticket = {
  ticket_no: string
  caller_number: string | null
  caller_name: string | null
  dialled: string | null
  registrar: string | null
  title: string | null
  content: string | null
  upstream_ticket: string | null
  state: string
  discard_reason: string | null
}
export type Record = {
  call: {
    id: string
    ticket_no: string
    caller_number: string
    dialled: string
    queue: string
    state: string
    arrived_at: Date
    ended_at: Date | null
    answered_by: string | null
    answered_seat: string | null
    end_reason: string | null
    talk_ms: number
    held_ms: number
    handed_over_ms: number
    recovered: number
    facts: number
    context: unknown
  }
  legs: Leg[]
  offers: Offer[]
  parties: PartyRow[]
  ticket: Ticket
  /** Kinds of the facts, in order: the ticket's history. */
  history: string[]
  /** Facts of this call in the journal's table. */
  facts: number
}

export type Records = Awaited<ReturnType<typeof openRecords>>

/** The worker writes within a second; the rest is for a busy machine. */
const withinMs = 10_000

export async function openRecords(connectionString: string) {
  const db = new Client({ connectionString })
  db.on('error', () => {}) // told by the next query
  await db.connect()

  const rows = async <T>(text: string, call: string): Promise<T[]> => (await db.query(text, [call])).rows as T[]

  /** All tables as of one moment. */
  async function read(call: string): Promise<Record | undefined> {
    await db.query('begin isolation level repeatable read read only')
    try {
      return await readNow(call)
    } finally {
      await db.query('commit')
    }
  }

  async function readNow(call: string): Promise<Record | undefined> {
    const [row] = await rows<Record['call']>('select * from calls where id = $1', call)
    const [ticket] = await rows<Ticket>('select * from tickets where call = $1', call)
    if (!row || !ticket) return undefined
    const history = await rows<{ kind: string }>(
      `select kind from ticket_events join tickets using (ticket_no) where call = $1 order by epoch, seq`,
      call,
    )
    const [counted] = await rows<{ n: number }>('select count(*)::int as n from facts where call = $1', call)
    const whole = ({ talk_ms, held_ms, handed_over_ms }: Record['call']) => ({
      talk_ms: Number(talk_ms),
      held_ms: Number(held_ms),
      handed_over_ms: Number(handed_over_ms),
    })
    return {
      call: { ...row, ...whole(row) },
      legs: await rows<Leg>('select * from legs where call = $1 order by started_at, id', call),
      offers: await rows<Offer>('select * from offers where call = $1 order by offered_at, id', call),
      parties: await rows<PartyRow>('select * from call_parties where call = $1 order by dialled_at, id', call),
      ticket,
      history: history.map(({ kind }) => kind),
      facts: counted?.n ?? 0,
    }
  }

  /** Resolves once the record of the call is as asked for. */
  async function until(call: string, what: string, fits: (record: Record) => boolean): Promise<Record> {
    const deadline = Date.now() + withinMs
    for (;;) {
      const record = await read(call)
      if (record && fits(record)) return record
      if (Date.now() > deadline) {
        throw new Error(`Postgres does not say of call ${call}: ${what}; it says ${JSON.stringify(record)}`)
      }
      await pause(50) // Postgres tells nobody of itself that rows have come
    }
  }

  return {
    read,
    /** The call alone, for one that has no ticket. */
    callRow: async (call: string) => (await rows<Record['call']>('select * from calls where id = $1', call))[0],
    until,
    counts: async (): Promise<{ calls: number; tickets: number; canaries: number }> =>
      (
        await db.query(`select (select count(*)::int from calls) as calls, (select count(*)::int from tickets) as tickets,
          (select count(*)::int from facts where type = 'canary.heard') as canaries`)
      ).rows[0],
    ended: (call: string) => until(call, 'ended', ({ call: row }) => row.state === 'ended'),
    registered: (call: string) => until(call, 'ticket registered', ({ ticket }) => ticket.state === 'REGISTERED'),
    /** Ids of the calls from this caller, oldest first; waited for until there is one. */
    async callsOf(number: string): Promise<string[]> {
      const deadline = Date.now() + withinMs
      for (;;) {
        const found = await rows<{ id: string }>(
          'select id from calls where caller_number = $1 order by arrived_at',
          number,
        )
        if (found.length > 0 || Date.now() > deadline) return found.map(({ id }) => id)
        await pause(50)
      }
    },
    /** The newest call from this caller, once the first of its facts is there. */
    async lastCallOf(number: string): Promise<string> {
      const deadline = Date.now() + withinMs
      for (;;) {
        const call = (await this.callsOf(number)).at(-1)
        if (call !== undefined) return call
        if (Date.now() > deadline) throw new Error(`Postgres knows no call from ${number}`)
        await pause(50)
      }
    },
    close: () => db.end(),
  }
}
