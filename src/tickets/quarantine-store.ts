/** Jobs that nobody could do, kept aside for somebody to look at. */
import { toStorableJson } from '#journal'
import type { Database } from '#platform/postgres/pool'

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
