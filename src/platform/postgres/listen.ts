/**
 * News from Postgres by LISTEN, on a connection of its own. A notice sent while we were not connected is lost: who listens is
 * told `onUp` after each (re)connection and must then believe nothing that it knew.
 */
import pg from 'pg'
import { withPassword } from './address.ts'

type Options = {
  readonly url: string
  readonly password?: string
  /** A name of ours, never text from outside. */
  readonly channel: string
  readonly name: string
  onNotice(payload: string): void
  onUp(): void
  onDown(error: Error): void
}

export type PostgresListener = { isUp(): boolean; start(): void; stop(): Promise<void> }

const backOffMs = { from: 100, to: 5_000 } as const
/** A connection that is silently dead is found by asking it something. */
const askEveryMs = 5_000

export function createPostgresListener(options: Options): PostgresListener {
  let client: pg.Client | undefined
  let isUp = false
  let stopped = true
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let asking: NodeJS.Timeout | undefined

  const lost = (from: pg.Client, error: Error) => {
    if (client !== from) return // told twice
    client = undefined
    clearInterval(asking)
    from.end().catch(() => undefined) // it is gone already
    const was = isUp
    isUp = false
    if (was || failures === 0) options.onDown(error)
    if (stopped) return
    const longest = Math.min(backOffMs.to, backOffMs.from * 2 ** Math.min(failures, 10))
    failures += 1
    retry = setTimeout(connect, longest * Math.random())
  }
  const connect = () => {
    const mine = new pg.Client({
      connectionString: withPassword(options.url, options.password),
      application_name: `hotline-${options.name}-listen`,
      connectionTimeoutMillis: 5_000,
      query_timeout: askEveryMs,
      keepAlive: true,
    })
    client = mine
    mine.on('error', (error) => lost(mine, error))
    mine.on('end', () => lost(mine, new Error('the connection ended')))
    mine.on('notification', ({ payload }) => options.onNotice(payload ?? ''))
    const ask = () => mine.query('select 1').catch((error: Error) => lost(mine, error))
    const begin = async () => {
      await mine.connect()
      await mine.query(`listen ${pg.escapeIdentifier(options.channel)}`)
      if (client !== mine) return
      isUp = true
      failures = 0
      asking = setInterval(ask, askEveryMs)
      options.onUp()
    }
    begin().catch((error: Error) => lost(mine, error))
  }

  return {
    isUp: () => isUp,
    start() {
      if (!stopped) return
      stopped = false
      connect()
    },
    async stop() {
      stopped = true
      clearTimeout(retry)
      clearInterval(asking)
      const mine = client
      client = undefined
      isUp = false
      await mine?.end().catch(() => undefined) // ending is all that was wanted
    },
  }
}
