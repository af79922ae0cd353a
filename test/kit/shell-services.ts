/** Gives the shell tests one Postgres and one Redis for the whole run: from the private root, or from containers. */
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { privateRoot } from '../../scripts/lib/locate-root.ts'
import { startPostgres } from '../../scripts/lib/postgres.ts'
import { startRedis } from '../../scripts/lib/redis.ts'
import { freePorts, temporaryDir } from './temporary.ts'

/** Urls carry the role and no password. The owner may create databases: a test file that writes makes one of its own. */
export type ShellServices = {
  readonly ownerUrl: string
  readonly ownerPassword: string
  readonly appUrl: string
  readonly appPassword: string
  readonly redisUrl: string
  readonly redisPassword: string
}

declare module 'vitest' {
  interface ProvidedContext {
    shellServices: ShellServices
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { services, stop } = await (process.env['TEST_STACK'] === 'containers' ? fromContainers() : fromPrivateRoot())
  project.provide('shellServices', services)
  return stop
}

type Started = { services: ShellServices; stop(): Promise<void> }

async function fromContainers(): Promise<Started> {
  const { startShellContainers } = await import('./containers.ts')
  return startShellContainers()
}

async function fromPrivateRoot(): Promise<Started> {
  const root = privateRoot()
  const { dir, remove } = temporaryDir('shell')
  const secrets = join(dir, 'secrets')
  const [postgresPort = 0, redisPort = 0] = await freePorts(2)
  const [postgres, redis] = await Promise.all([
    startPostgres({ root, dir: join(dir, 'postgres'), secrets, port: postgresPort, durable: false }),
    startRedis({ root, dir: join(dir, 'redis'), secrets, port: redisPort }),
  ])
  return {
    services: {
      ownerUrl: postgres.url('hotline_owner'),
      ownerPassword: postgres.owner.value,
      appUrl: postgres.url('hotline_app'),
      appPassword: postgres.app.value,
      redisUrl: redis.url,
      redisPassword: redis.password.value,
    },
    async stop() {
      await Promise.all([redis.stop(), postgres.stop()])
      remove()
    },
  }
}
