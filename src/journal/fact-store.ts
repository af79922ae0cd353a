/** The facts as Postgres has them. */

import { sql } from 'kysely'
import type { AgentId, CallId, Instant } from '#kernel'
import type { Reader, Tx } from '#platform/postgres/tx'
import type { Fact } from './core/index.ts'

export type StoredFact = Fact & { readonly journal: string }

/** Adds what is not there yet. Always in the same order, so that two workers with the same facts never block each other for good. */
export async function insertFacts(tx: Tx, facts: readonly StoredFact[]): Promise<void> {
  if (facts.length === 0) return
  const rows = facts
    .toSorted((a, b) => (a.journal < b.journal ? -1 : a.journal > b.journal ? 1 : a.seq - b.seq))
    .map(toRow)
  await tx
    .insertInto('facts')
    .columns(['journal', 'seq', 'epoch', 'type', 'call', 'agent', 'at', 'body'])
    .expression(
      sql`select journal, seq, epoch, type, call, agent, to_timestamp(at / 1000.0), body
            from json_to_recordset(${toStorableJson(rows)})
              as fact (journal uuid, seq bigint, epoch integer, type text, call text, agent text, at bigint, body jsonb)`,
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Every fact of these calls, in no order. */
export async function factsOfCalls(db: Reader, calls: readonly CallId[]): Promise<Map<CallId, StoredFact[]>> {
  const rows = await db
    .selectFrom('facts')
    .select(['journal', 'seq', 'epoch', 'type', 'call', 'agent', 'at', 'body'])
    .where('call', '=', sql<string>`any(${calls})`)
    .execute()
  const byCall = new Map<CallId, StoredFact[]>(calls.map((call) => [call, []]))
  for (const row of rows) byCall.get(row.call as CallId)?.push(toFact(row))
  return byCall
}

/** The name of a fact within its journal, and the life of the process that wrote it. */
export type FactName = Pick<Fact, 'seq' | 'epoch'>

/** Which facts of a journal, from seq `first` to `last`, Postgres has; in order. */
export async function storedFacts(db: Reader, journal: string, first: number, last: number): Promise<FactName[]> {
  return await db
    .selectFrom('facts')
    .select(['seq', 'epoch'])
    .where('journal', '=', journal)
    .where('seq', '>=', first)
    .where('seq', '<=', last)
    .orderBy('seq')
    .execute()
}

/** The last fact of a journal that Postgres has; of one that it does not know seq 0, and the highest epoch of all others. */
export async function lastStored(db: Reader, journal: string): Promise<FactName | null> {
  const last = db.selectFrom('facts').select(['seq', 'epoch']).where('journal', '=', journal).orderBy('seq', 'desc')
  return (await last.limit(1).executeTakeFirst()) ?? behindAll(db)
}

/** From journal to journal by the primary key: there are few of them, and facts without number. */
async function behindAll(db: Reader): Promise<FactName | null> {
  const { rows } = await sql<{ epoch: number | null }>`
    with recursive journals (journal) as (
      (select journal from facts order by journal limit 1)
      union all
      select (select next.journal from facts next where next.journal > journals.journal order by next.journal limit 1)
        from journals where journals.journal is not null
    )
    select max(last.epoch) as epoch from journals
      cross join lateral (
        select epoch from facts where facts.journal = journals.journal order by seq desc limit 1
      ) last`.execute(db)
  const epoch = rows[0]?.epoch ?? null
  return epoch === null ? null : { seq: 0, epoch }
}

type FactRow = {
  readonly journal: string
  readonly seq: number
  readonly epoch: number
  readonly type: string
  readonly call: string | null
  readonly agent: string | null
  readonly at: Date
  readonly body: unknown
}

function toFact({ journal, seq, epoch, type, call, agent, at, body }: FactRow): StoredFact {
  return {
    ...(body as Record<string, unknown>),
    ...(call === null ? {} : { call: call as CallId }),
    ...(agent === null ? {} : { agent: agent as AgentId }),
    journal,
    seq,
    epoch,
    type,
    at: at.getTime() as Instant,
  }
}

/** A fact without a type or a time comes from a defect of ours; it is kept all the same, for it says something. */
function toRow({ journal, seq, epoch, type, at, call, agent, ...body }: StoredFact) {
  return {
    journal,
    seq,
    epoch,
    type: typeof type === 'string' ? type : 'malformed',
    call: typeof call === 'string' ? call : null,
    agent: typeof agent === 'string' ? agent : null,
    at: Number.isSafeInteger(at) && Math.abs(at) < LATEST ? at : 0,
    body,
  }
}
/** The year 9999 in milliseconds; Postgres and Date both know it. */
const LATEST = 253_402_300_799_000

/** Postgres takes neither the character NUL nor half of a surrogate pair; callers' names may hold both. */
export function toStorableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!/\\u(0000|d[89a-f])/i.test(json)) return json
  return JSON.stringify(JSON.parse(json), (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed().replaceAll('\u0000', '\uFFFD') : inner,
  )
}
