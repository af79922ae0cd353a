/** Makes calls and tickets anew from their facts: `refold <call> …`, or `refold --all` after a change of the rules. */
import { factsOfCalls } from '#journal'
import type { CallId } from '#kernel'
import { readConfig } from '#platform/config'
import { createPostgres, isAboutData } from '#platform/postgres/pool'
import { createInTransaction } from '#platform/postgres/tx'
import { writeCalls } from '#tickets'

export const summary = 'makes calls and tickets anew from their facts (<call> … | --all)'

const AT_ONCE = 200

export const takes = '<call> … | --all'

export async function run(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  if (args.length === 0) throw new Error('say which: <call> … or --all')
  if (args.includes('--all') && args.length > 1) throw new Error(`--all is every call: not "${args.join(' ')}"`)
  const { database } = readConfig(env, 'database')
  const { db, close } = createPostgres({ ...database, name: 'refold', connections: 1 })
  try {
    const inTransaction = createInTransaction(db)
    let done = 0
    let refused = 0
    /** One that cannot be written does not keep the others from it. */
    const refold = async (calls: readonly CallId[]): Promise<void> => {
      try {
        await inTransaction((tx) => writeCalls(tx, calls))
        done += calls.length
      } catch (error) {
        if (!isAboutData(error)) throw error
        if (calls.length > 1) {
          for (const call of calls) await refold([call])
          return
        }
        console.error(`call ${calls[0]}: ${(error as Error).message}`)
        refused += 1
      }
    }
    if (args[0] !== '--all') {
      const known = await factsOfCalls(db, args as CallId[])
      const unknown = args.find((call) => known.get(call as CallId)?.length === 0)
      if (unknown) throw new Error(`there are no facts of a call ${unknown}`)
      await refold(args as CallId[])
    }
    for (let last = ''; args[0] === '--all'; ) {
      const rows = await db
        .selectFrom('calls')
        .select('id')
        .where('id', '>', last)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute()
      if (rows.length === 0) break
      await refold(rows.map(({ id }) => id as CallId))
      last = rows.at(-1)?.id ?? last
    }
    console.log(`${done} calls made anew`)
    if (refused > 0) throw new Error(`${refused} calls cannot be made anew, and are as they were`)
  } finally {
    await close()
  }
}
