/** People who log in, and how often somebody failed to. */
import { sql } from 'kysely'
import type { AgentId } from '#kernel'
import type { Reader, Tx } from '#platform/postgres/tx'
import { type Failures, throttleLimits } from './core/index.ts'

export type Staff = { id: AgentId; name: string; passwordHash: string | null }

/** Somebody who works here now. */
export async function findStaff(db: Reader, id: string): Promise<Staff | undefined> {
  const row = await db
    .selectFrom('staff')
    .select(['id', 'name', 'password_hash'])
    .where('id', '=', id)
    .where('active', '=', true)
    .executeTakeFirst()
  return row && { id: row.id as AgentId, name: row.name, passwordHash: row.password_hash }
}

export async function setPasswordHash(tx: Tx, id: AgentId, hash: string): Promise<boolean> {
  const row = await tx
    .updateTable('staff')
    .set({ password_hash: hash })
    .where('id', '=', id)
    .where('active', '=', true)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** What the throttle must know; one question, so that a failing log-in costs one round trip. */
export async function countFailures(db: Reader, staff: string, source: string): Promise<Failures> {
  const since = sql<Date>`now() - ${throttleLimits.windowMs} * interval '1 millisecond'`
  const { rows } = await sql<Failures>`
    select (select count(*)::int from login_failures
             where staff = ${staff} and source = ${source}::inet and at > ${since}) as "ofPersonFromSource",
           (select count(*)::int from login_failures where source = ${source}::inet and at > ${since}) as "fromSource",
           (select count(*)::int from login_failures where staff = ${staff} and at > ${since}) as "ofPerson",
           exists (select from sessions where staff = ${staff} and source = ${source}::inet
                      and created_at > now() - interval '30 days') as "knownSource"`.execute(db)
  return rows[0] ?? { ofPersonFromSource: 0, fromSource: 0, ofPerson: 0, knownSource: false }
}

export async function addFailure(db: Reader, staff: string, source: string): Promise<void> {
  await db.insertInto('login_failures').values({ staff, source }).execute()
}

/** A right password clears that person's slate at that source, and old rows go with it. */
export async function clearFailures(tx: Tx, staff: AgentId, source: string): Promise<void> {
  await tx
    .deleteFrom('login_failures')
    .where((is) =>
      is.or([
        is.and([is('staff', '=', staff), is('source', '=', source)]),
        is('at', '<', sql<Date>`now() - interval '1 day'`),
      ]),
    )
    .execute()
}
