/** A migrated database of one's own, for a test file that writes. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { withPassword } from '../../src/platform/postgres/address.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'

export type Server = {
  readonly ownerUrl: string
  readonly ownerPassword: string
  readonly appUrl: string
  readonly appPassword: string
}
export type OwnDatabase = {
  readonly owner: { readonly url: string; readonly password: string }
  readonly app: { readonly url: string; readonly password: string }
  remove(): Promise<void>
}

export const migrationsFolder = join(import.meta.dirname, '../../migrations')

/** `migrated: false` leaves it empty. */
export async function makeOwnDatabase(server: Server, { migrated = true } = {}): Promise<OwnDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href
  await asOwner(server, `create database ${name}`)
  const owner = { url: at(server.ownerUrl), password: server.ownerPassword }
  if (migrated) await migrate({ ...owner, folder: migrationsFolder })
  return {
    owner,
    app: { url: at(server.appUrl), password: server.appPassword },
    remove: () => dropDatabase(server, name),
  }
}

const INSUFFICIENT_PRIVILEGE = '42501'

/** An autovacuum worker that is in the database just then is a superuser's process, which an owner may not end: it leaves by itself. */
async function dropDatabase(server: Server, name: string): Promise<void> {
  for (const end = Date.now() + 10_000; ; await pause(100)) {
    try {
      return await asOwner(server, `drop database ${name} with (force)`)
    } catch (error) {
      if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE || Date.now() > end) throw error
    }
  }
}

async function asOwner(server: Server, statement: string): Promise<void> {
  const client = new pg.Client(withPassword(server.ownerUrl, server.ownerPassword))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
