/**
 * Loads the demo: districts, units, queues, numbers, lines, forty people with seats (src/main/seed/). Only when asked for, and
 * clearly demo. Passwords are random, made here and now, and written to files that only their owner reads; run again, what is there
 * stays and nobody's password changes.
 *
 * HOTLINE_SECRETS_DIR gets `demo-logins.json` {staff: password} and `seats.json` {seat: SIP password}.
 * HOTLINE_DEMO_TRUNK is where the carrier is (127.0.0.2:5060); HOTLINE_DEMO_PARTNERS where the three lines are
 * (12315=127.0.0.4:5060,12333=127.0.0.5:5060,12329=127.0.0.6:5060).
 */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { hashPassword } from '#access'
import { ConfigError, hostAndPort, readConfig } from '#platform/config'
import { createPostgres } from '#platform/postgres/pool'
import { createInTransaction, type Tx } from '#platform/postgres/tx'
import { districts } from '../seed/districts.ts'
import { lines } from '../seed/lines.ts'
import { numbers } from '../seed/numbers.ts'
import { queues } from '../seed/queues.ts'
import { seats, staff } from '../seed/staff.ts'
import { units } from '../seed/units.ts'

export const summary = 'loads demo people, seats, queues, numbers and lines'

type Env = NodeJS.ProcessEnv
type Passwords = Readonly<Record<string, string>>
const TRUNK = 'trunk'

export async function run(env: Env): Promise<void> {
  const { ownerDatabase } = readConfig(env, 'ownerDatabase')
  const folder = env['HOTLINE_SECRETS_DIR']
  if (!folder) throw new ConfigError('HOTLINE_SECRETS_DIR is not set: a folder for the passwords that are made')
  const trunk = env['HOTLINE_DEMO_TRUNK'] ?? '127.0.0.2:5060'
  if (!isPlace(trunk)) throw new ConfigError(`HOTLINE_DEMO_TRUNK: "${trunk}" is not <address>:<port>`)
  const partners = readPartners(
    env['HOTLINE_DEMO_PARTNERS'] ?? '12315=127.0.0.4:5060,12333=127.0.0.5:5060,12329=127.0.0.6:5060',
  )
  // The files come first: a password that is in the database and in no file would be one that nobody knows.
  const logins = await keepPasswords(
    join(folder, 'demo-logins.json'),
    staff.map(({ id }) => id),
  )
  const phones = await keepPasswords(
    join(folder, 'seats.json'),
    seats.map(({ id }) => id),
  )

  const { db, close } = createPostgres({ ...ownerDatabase, name: 'seed-demo', connections: 1 })
  try {
    const hashes = await hashNew(await withoutPassword(db), logins)
    await createInTransaction(db)(async (tx) => {
      await seedCity(tx)
      await seedQueues(tx)
      await seedLines(tx, trunk, partners)
      await seedSeats(tx, phones.all)
      await seedStaff(tx, hashes)
    })
  } finally {
    await close()
  }
  console.log(`demo data: ${staff.length} people and seats, ${queues.length} queues, ${lines.length} lines`)
  console.log(`passwords: ${join(folder, 'demo-logins.json')} (people), ${join(folder, 'seats.json')} (phones)`)
}

/** Peers are told by the address that they call from: a name would not do. */
const isPlace = (text: string): boolean => /^[^:]+:\d{1,5}$/.test(text) && isIP(hostAndPort(text).host) === 4

function readPartners(text: string): Map<string, string> {
  const partners = new Map<string, string>()
  for (const entry of text.split(',')) {
    const [code = '', address = ''] = entry.split('=')
    if (!lines.some((line) => line.code === code) || !isPlace(address)) {
      throw new ConfigError(`HOTLINE_DEMO_PARTNERS: "${entry}" is not <line>=<address>:<port>`)
    }
    partners.set(code, address)
  }
  return partners
}

type Kept = { readonly all: Passwords; readonly made: readonly string[] }

/** Reads the file, makes a password for everybody who has none in it, and writes it back, whole or not at all. */
async function keepPasswords(path: string, names: readonly string[]): Promise<Kept> {
  const known = await readFile(path, 'utf8').then(
    (text) => readPasswords(text, path),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return {} as Passwords
      throw error
    },
  )
  const made = names.filter((name) => known[name] === undefined)
  const all = { ...known, ...Object.fromEntries(made.map((name) => [name, randomBytes(15).toString('base64url')])) }
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  await writeFile(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
  await chmod(`${path}.new`, 0o600) // of one that an interrupted run left behind
  await rename(`${path}.new`, path)
  return { all, made }
}

function readPasswords(text: string, path: string): Passwords {
  let passwords: unknown
  try {
    passwords = JSON.parse(text)
  } catch {
    // said below
  }
  const isOne = (value: unknown): boolean => typeof value === 'string' && value !== ''
  if (typeof passwords === 'object' && passwords !== null && Object.values(passwords).every(isOne))
    return passwords as Passwords
  throw new ConfigError(
    `${path} is not an object {"name": "password"} (cut in half, or edited?): put it back from a backup, or remove it and new passwords are made`,
  )
}

async function withoutPassword(db: Parameters<typeof createInTransaction>[0]): Promise<string[]> {
  const rows = await db.selectFrom('staff').select('id').where('password_hash', 'is not', null).execute()
  const have = new Set(rows.map(({ id }) => id))
  return staff.map(({ id }) => id).filter((id) => !have.has(id))
}

/** Who has no password yet, and who has one that no file knows any more, is given the one of the file. */
async function hashNew(without: readonly string[], { all, made }: Kept): Promise<Map<string, string>> {
  const ids = [...new Set([...without, ...made])]
  const hashes = await Promise.all(ids.map((id) => hashPassword(all[id] ?? '')))
  return new Map(ids.map((id, index) => [id, hashes[index] ?? '']))
}

async function seedCity(tx: Tx): Promise<void> {
  await tx
    .insertInto('districts')
    .values([...districts])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .insertInto('units')
    .values(units.map(({ formerNames, ...unit }) => ({ ...unit, former_names: [...formerNames] })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function seedQueues(tx: Tx): Promise<void> {
  await tx
    .insertInto('queues')
    .values(
      queues.map(({ offerRingMs, wrapUpMs, ...queue }) => ({
        ...queue,
        offer_ring_ms: offerRingMs,
        wrap_up_ms: wrapUpMs,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .insertInto('numbers')
    .values([...numbers])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Addresses are those of this run, also where the rows are there already: ports of a demo change. */
async function seedLines(tx: Tx, trunk: string, partners: ReadonlyMap<string, string>): Promise<void> {
  await tx
    .insertInto('trunks')
    .values({ name: TRUNK, contact: `sip:${trunk}`, match_addresses: [hostAndPort(trunk).host] })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ contact: `sip:${trunk}`, match_addresses: [hostAndPort(trunk).host] }),
    )
    .execute()
  for (const { passNumber, hours, ...line } of lines) {
    const address = partners.get(line.code)
    const way = address
      ? { trunk: null, contact: `sip:${address}`, match_addresses: [hostAndPort(address).host] }
      : { trunk: TRUNK, contact: null, match_addresses: [] }
    await tx
      .insertInto('partner_lines')
      .values({ ...line, ...way, pass_number: passNumber, hours: hours === null ? null : JSON.stringify(hours) })
      .onConflict((conflict) => conflict.column('code').doUpdateSet(way))
      .execute()
  }
}

const digest = (algorithm: 'md5' | 'sha256', ...parts: string[]): string =>
  createHash(algorithm).update(parts.join(':')).digest('hex')

const REALM = 'hotline'

async function seedSeats(tx: Tx, phones: Passwords): Promise<void> {
  const rows = seats.map(({ id, label, autoAnswer }) => {
    const secret = phones[id] ?? ''
    return {
      id,
      label,
      auto_answer: autoAnswer,
      realm: REALM,
      digest_md5: digest('md5', id, REALM, secret),
      digest_sha256: digest('sha256', id, REALM, secret),
    }
  })
  await tx
    .insertInto('seats')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref }) => ({
        realm: ref('excluded.realm'),
        digest_md5: ref('excluded.digest_md5'),
        digest_sha256: ref('excluded.digest_sha256'),
      })),
    )
    .execute()
}

async function seedStaff(tx: Tx, hashes: ReadonlyMap<string, string>): Promise<void> {
  await tx
    .insertInto('staff')
    .values(staff.map(({ id, name }) => ({ id, name, password_hash: hashes.get(id) ?? null })))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref, fn }) => ({
        password_hash: fn.coalesce(ref('excluded.password_hash'), ref('staff.password_hash')),
      })),
    )
    .execute()
  await tx
    .insertInto('staff_roles')
    .values(staff.flatMap(({ id, roles }) => roles.map((role) => ({ staff: id, role }))))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .insertInto('queue_members')
    .values(staff.flatMap(({ id, queues: of }) => of.map((queue) => ({ queue, staff: id }))))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
