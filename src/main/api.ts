/** The api process: `node src/main/api.ts`. Configuration comes from the environment (src/platform/config.ts). */
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Instant } from '#kernel'
import { ConfigError, hostAndPort, readConfig } from '#platform/config'
import { isDatabaseAway } from '#platform/http/faults'
import { MigrationError, readMigrations } from '#platform/postgres/migrate'
import { checkDatabase } from '#platform/postgres/ready'
import { createLog, type Log } from '#platform/telemetry/log'
import packageJson from '../../package.json' with { type: 'json' }
import { type Api, buildApi } from './build-api.ts'

const stopWithinMs = 8_000

async function main(): Promise<void> {
  flushCompileCache() // who is killed writes none at the end, and what is compiled already starts sooner
  const config = readConfig(process.env, 'database', 'deskUrl', 'api', 'log')
  const log = createLog({ name: 'api', level: config.log.level })
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a bug: ending, to be started anew')
    process.exit(1)
  })
  const api = await buildApi({
    database: config.database,
    desk: config.deskUrl,
    log,
    now: () => Date.now() as Instant,
    version: packageJson.version,
    proxies: config.api.proxies,
  })
  await refuseOldDatabase(api, log)
  api.start()
  await api.app.listen(hostAndPort(config.api.address))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(api, log, signal))
}

/** A database that is away is waited for while we serve; one that was made for another version is not served at all. */
async function refuseOldDatabase(api: Api, log: Log): Promise<void> {
  try {
    await checkDatabase(api.db, await readMigrations(join(import.meta.dirname, '../../migrations')))
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    log.warn({ err: error }, 'Postgres is away; serving what can be served without it')
  }
}

async function stop(api: Api, log: Log, signal: string): Promise<void> {
  log.info({ signal }, 'stopping')
  setTimeout(() => {
    log.fatal('could not stop in time')
    process.exit(1)
  }, stopWithinMs).unref()
  await api.stop()
  log.info('stopped')
}

try {
  await main()
} catch (error) {
  const isPlain = error instanceof ConfigError || error instanceof MigrationError
  console.error(isPlain ? error.message : error)
  process.exit(1)
}
