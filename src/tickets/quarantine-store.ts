/** Jobs that nobody could do, kept aside for somebody to look at. */
import { toStorableJson } from '#journal'
import type { Database } from '#platform/postgres/pool'
import type { Reader } from '#platform/postgres/tx'

export async function quarantineJob(
  db: Database,
  { queue, job, data, error }: { queue: string; job: string; data: unknown; error: Error },
): Promise<void> {
  await db
    .insertInto('quarantined_jobs')
    .values({ queue, job, data: toStorableJson(data ?? null), error: `${error.name}: ${error.message}` })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** How many are there, a thousand at most. */
export async function countQuarantined(db: Reader): Promise<number> {
  const some = db.selectFrom('quarantined_jobs').select('job').limit(1_000)
  const { records } = await db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<string>().as('records'))
    .executeTakeFirstOrThrow()
  return Number(records)
}
