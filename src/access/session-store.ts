/** Sessions in Postgres. A token is never here: only its SHA-256 is. */
import { sql } from 'kysely'
import type { AgentId, Instant } from '#kernel'
import type { Reader, Tx } from '#platform/postgres/tx'
import type { Principal } from './core/index.ts'

const principalColumns = [
  'sessions.id',
  'sessions.staff',
  'staff.name',
  'sessions.created_at',
  'sessions.last_seen_at',
  'sessions.expires_at',
] as const
const roleList = sql<
  string[]
>`array(select role from staff_roles where staff_roles.staff = sessions.staff order by role)`

/** A session that was not revoked, of somebody who still works here. Whether it is too old is for `isAlive`. */
export async function findSession(db: Reader, tokenHash: Buffer): Promise<Principal | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('staff', 'staff.id', 'sessions.staff')
    .select([...principalColumns, roleList.as('roles')])
    .where('sessions.token_hash', '=', tokenHash)
    .where('sessions.revoked_at', 'is', null)
    .where('staff.active', '=', true)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    session: row.id,
    staff: row.staff as AgentId,
    name: row.name,
    roles: row.roles,
    createdAt: row.created_at.getTime() as Instant,
    seenAt: row.last_seen_at.getTime() as Instant,
    expiresAt: row.expires_at.getTime() as Instant,
  }
}

type NewSession = { tokenHash: Buffer; staff: AgentId; source: string; at: Instant; expiresAt: Instant }

export async function addSession(tx: Tx, { tokenHash, staff, source, at, expiresAt }: NewSession): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({ token_hash: tokenHash, staff, source, last_seen_at: new Date(at), expires_at: new Date(expiresAt) })
    .execute()
}

/** Revokes all but the newest `keep` sessions of a person; says which. */
export async function revokeOldest(tx: Tx, staff: AgentId, keep: number): Promise<string[]> {
  const oldest = tx
    .selectFrom('sessions')
    .select('id')
    .where('staff', '=', staff)
    .where('revoked_at', 'is', null)
    .orderBy('opened', 'desc')
    .offset(keep)
  const rows = await tx
    .updateTable('sessions')
    .set({ revoked_at: sql`now()` })
    .where('id', 'in', oldest)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Removes what ended more than a day ago. */
export async function removeOldSessions(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where((is) =>
      is.or([
        is('expires_at', '<', sql<Date>`now() - interval '1 day'`),
        is('revoked_at', '<', sql<Date>`now() - interval '1 day'`),
      ]),
    )
    .execute()
}

export async function touchSession(db: Reader, session: string, at: Instant): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: new Date(at) })
    .where('id', '=', session)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Ends one session; `false` when it had ended already. */
export async function revokeSession(db: Reader, session: string): Promise<boolean> {
  const revoked = await db
    .updateTable('sessions')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', session)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

/** Ends every session of a person, but for one that may stay; says which ended. */
export async function revokeSessionsOf(db: Reader, staff: AgentId, except: string | null): Promise<string[]> {
  const rows = await db
    .updateTable('sessions')
    .set({ revoked_at: sql`now()` })
    .where('staff', '=', staff)
    .where('revoked_at', 'is', null)
    .$if(except !== null, (query) => query.where('id', '<>', except))
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Of these, whose sessions have all been ended, and who no longer works here. A session that grew old has not been ended. */
export async function whoHaveEnded(db: Reader, staff: readonly AgentId[]): Promise<AgentId[]> {
  const count = (which: ReturnType<typeof sql>) => sql<number>`count(*) filter (where ${which})`
  const [stands, ended] = [sql`revoked_at is null and expires_at > now()`, sql`revoked_at is not null`]
  const staying = await db
    .selectFrom('staff')
    .leftJoin('sessions', 'sessions.staff', 'staff.id')
    .select('staff.id')
    .where('staff.id', 'in', staff)
    .where('active', '=', true)
    .groupBy('staff.id')
    .having(sql<boolean>`${count(stands)} > 0 or ${count(ended)} = 0`)
    .execute()
  const stay = new Set<string>(staying.map(({ id }) => id))
  return staff.filter((agent) => !stay.has(agent))
}
