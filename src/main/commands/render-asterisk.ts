/**
 * Writes Asterisk's configuration: the templates of asterisk-config/ filled in from the environment, and endpoints and
 * numbers from Postgres. Each file is replaced whole, so an Asterisk that reloads meanwhile sees the old or the new.
 * Afterwards a running Asterisk is told to reload; with none running that is no fault.
 *
 * It connects as the owner of the database: no process that runs all day may read the digests of phones.
 *
 * `--settings-only`: without Postgres; what was rendered from it before stays.
 */
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { join } from 'node:path'
import { limits } from '#kernel'
import { type Config, ConfigError, hostAndPort, readConfig } from '#platform/config'
import { createPostgres } from '#platform/postgres/pool'
import { ariPasswordHash, endpointsFile, fillTemplate, membersFile, numbersFile } from '../asterisk-files.ts'

export const summary = "writes Asterisk's configuration and reloads it (--settings-only: without Postgres)"

const templates = join(import.meta.dirname, '../../../asterisk-config')

export const takes = '[--settings-only]'

export async function run(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void> {
  const strange = args.find((word) => word !== '--settings-only')
  if (strange !== undefined) throw new Error(`"${strange}" is not known; it takes ${takes}`)
  const config = readConfig(env, 'asterisk', 'ari')
  const { etc } = config.asterisk
  await mkdir(join(etc, 'generated'), { recursive: true, mode: 0o750 })
  await writeSettings(config)
  if (!args.includes('--settings-only')) await writeFromPostgres(readConfig(env, 'ownerDatabase').ownerDatabase, etc)
  await reload(config.ari)
}

async function writeSettings({ asterisk, ari }: Config<'asterisk' | 'ari'>): Promise<void> {
  const names = (await readdir(templates)).filter((name) => name.endsWith('.conf'))
  const values = settings(asterisk, ari)
  for (const name of names) {
    await replaceFile(join(asterisk.etc, name), fillTemplate(await readFile(join(templates, name), 'utf8'), values))
  }
}

function settings(asterisk: Config<'asterisk'>['asterisk'], ari: Config<'ari'>['ari']): Record<string, string> {
  const [http, sip, wss] = [asterisk.ariListen, asterisk.sipListen, asterisk.wssListen].map(hostAndPort)
  const [rtpFrom = '', rtpTo = ''] = asterisk.rtpPorts.split('-')
  if (!http || !sip || !wss) throw new ConfigError('an address of Asterisk is missing')
  if (Number(rtpTo) - Number(rtpFrom) < 3) throw new ConfigError('HOTLINE_RTP_PORTS has no room: give more ports')
  const salt = () => randomBytes(6).toString('hex')
  return {
    systemName: asterisk.systemName,
    ariHost: http.host,
    ariPort: String(http.port),
    ariPermit: asterisk.ariPermit,
    ariUser: ari.user,
    ariPasswordHash: ariPasswordHash(ari.password, salt()),
    observerPasswordHash: ariPasswordHash(asterisk.observerPassword, salt()),
    sipHost: sip.host,
    sipPort: String(sip.port),
    mediaAddress: isIPv4(sip.host) && sip.host !== '0.0.0.0' ? sip.host : '',
    sipExternal: asterisk.sipExternal,
    wssHost: wss.host,
    wssPort: String(wss.port),
    tlsEnable: asterisk.certificate === '' ? 'no' : 'yes',
    tlsCertificate: asterisk.certificate,
    rtpFrom,
    rtpTo,
    // Counted by the clock on the wall; the switchboard has a closer eye (src/switchboard/silent-legs.ts).
    rtpTimeoutS: asterisk.rtpTimeoutS === '0' ? '0' : asterisk.callAtMostS,
    netAfterS: asterisk.netAfterS,
    callAtMostS: asterisk.callAtMostS,
    gateAfterS: String(limits.heartbeatOldAfterS),
  }
}

async function writeFromPostgres(database: Config<'database'>['database'], etc: string): Promise<void> {
  const { db, close } = createPostgres({ ...database, name: 'render-asterisk', connections: 1 })
  try {
    const seats = await db
      .selectFrom('seats')
      .select(['id', 'realm', 'digest_md5', 'digest_sha256'])
      .orderBy('id')
      .execute()
    const trunks = await db
      .selectFrom('trunks')
      .select(['name', 'contact', 'match_addresses'])
      .orderBy('name')
      .execute()
    const lines = await db
      .selectFrom('partner_lines')
      .select(['code', 'contact', 'match_addresses'])
      .orderBy('code')
      .execute()
    const numbers = await db.selectFrom('numbers').select('number').orderBy('number').execute()
    await replaceFile(join(etc, 'generated/endpoints.conf'), endpointsFile({ seats, trunks, lines }))
    await replaceFile(join(etc, 'generated/members.conf'), membersFile(seats))
    await replaceFile(join(etc, 'generated/numbers.conf'), numbersFile(numbers))
  } finally {
    await close()
  }
}

/** Written beside its place, flushed, and moved there. It belongs to whom the folder belongs: the user that Asterisk runs as. */
async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  await rm(fresh, { force: true })
  const file = await open(fresh, 'wx', 0o640)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  const { uid, gid } = await stat(join(path, '..'))
  if (process.getuid?.() === 0) await chown(fresh, uid, gid)
  await rename(fresh, path)
}

/** Modules that read what was written. A changed transport or a changed port needs a restart. */
const modules = ['res_pjsip.so', 'app_queue.so', 'pbx_config.so', 'res_musiconhold.so']

async function reload(ari: Config<'ari'>['ari']): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${ari.user}:${ari.password}`).toString('base64')}`
  for (const module of modules) {
    const url = new URL(`/ari/asterisk/modules/${module}`, ari.url)
    let response: Response
    try {
      response = await fetch(url, { method: 'PUT', headers: { authorization }, signal: AbortSignal.timeout(10_000) })
    } catch (error) {
      const code = (error as { cause?: { code?: string } }).cause?.code
      if (code === 'ECONNREFUSED') return console.log('Asterisk is not running: it will read the files when it starts')
      throw error
    }
    if (!response.ok) throw new Error(`Asterisk answers ${response.status} to the reload of ${module}`)
  }
  console.log('Asterisk has reloaded its endpoints, seats, numbers and music')
}
