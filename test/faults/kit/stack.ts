/** The whole system under faults: our processes as `scripts/start` runs them, with phones that need not register. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { privateRoot } from '../../../scripts/lib/locate-root.ts'
import { type PartName, type System, startSystem } from '../../../scripts/lib/system.ts'
import { copyMissing } from '../../kit/spoken-prompts.ts'
import { freePorts, temporaryDir } from '../../kit/temporary.ts'
import { type WitnessAddress, witness } from '../../kit/witness.ts'
import { type AriProxy, openAriProxy } from './ari-proxy.ts'
import { type Callers, openCallers } from './callers.ts'
import { type Desks, openDesks } from './desks.ts'
import { openPhones, type Phones } from './phones.ts'
import { openSounds, type Sounds } from './sound.ts'

export const hosts = { asterisk: '127.0.0.1', callers: '127.0.0.2', phones: '127.0.0.3' } as const
/**
 * `brisk` has many agents; `slow` has one, before whom callers wait; `late` has those who let it ring for some seconds; `story` has three,
 * for crash-story.ts alone.
 */
export const numbers = { brisk: '12345', slow: '12346', late: '12347', story: '12348' } as const
export const storyCount = 3
/** From then on the safety net rings phones: as delivered. */
export const netAfterS = 20

const place = (n: number) => ({ agent: String(2001 + n), seat: String(1001 + n) })
export const slowAgent = place(0)
const shortRingMs = 150
/** Shorter than a slice of the safety net (queues.conf). */
const longRingMs = () => 2_000 + Math.random() * 5_000

type ToldPart = keyof NonNullable<System['options']['more']>

export type HallSize = { readonly agentCount: number; readonly lateCount: number }

export type Stack = {
  readonly system: System
  readonly proxy: AriProxy
  readonly callers: Callers
  readonly phones: Phones
  readonly sounds: Sounds
  readonly desks: Desks
  readonly agents: readonly { agent: string; seat: string }[]
  readonly witness: ReturnType<typeof witness>
  /** As the owner of the database; a new connection each, for Postgres is killed too. */
  ask<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Bytes that switchboards have cut off the end of their journal because a kill had broken off a write. */
  tornBytes(): number
  /** Variables for the next start of a part besides the usual ones. */
  tell(name: ToldPart, more: Readonly<Record<string, string>>): void
  /** Starts a part unless it runs. */
  ensure(name: PartName): Promise<void>
  /** When the last part that was started by `ensure` was ready, as it says itself; ms since 1970, 0: none was. */
  readyAt(): number
  stop(): Promise<void>
}

/** Of `agentCount` agents one is slow, `lateCount` are late, and the last three have a story of their own. */
export async function openStack({ agentCount, lateCount }: HallSize): Promise<Stack> {
  const root = privateRoot()
  const { dir, remove } = temporaryDir('faults')
  const undo: (() => Promise<unknown> | unknown)[] = [remove]
  const stop = async (): Promise<void> => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const [proxyPort = 0, ...rest] = await freePorts(13)
    const sounds = await openSounds({ caller: hosts.callers, phone: hosts.phones }, hosts.asterisk)
    undo.push(() => sounds.close())
    const callersRef: { now?: Callers } = {}
    const taken = (number: string, netRungAt: number | null): void => callersRef.now?.taken(number, netRungAt)
    const letGo = (number: string): void => callersRef.now?.letGo(number)
    const agents = Array.from({ length: agentCount }, (_, n) => place(n))
    const lateSeats = new Set(agents.slice(1, 1 + lateCount).map(({ seat }) => seat))
    const ringMs = (seat: string): number => (lateSeats.has(seat) ? longRingMs() : shortRingMs)
    const phones = await openPhones(hosts.phones, { ringMs, taken, letGo, sounds })
    undo.push(() => phones.close())
    const ports = portsOf(rest)
    const prompts = join(dir, 'prompts')
    const spoken = join(root, '../prompts-for-tests')
    copyMissing(spoken, prompts)
    // The hall fills at once before each fault, faster than a real one is let in; and more wait in it after a long one.
    const ours = {
      HOTLINE_ARI_URL: `http://127.0.0.1:${proxyPort}`,
      ...{ HOTLINE_CALLS_PER_S: '1000', HOTLINE_MOST_CALLERS: '1000' },
    }
    // The judge counts who is in Asterisk: no canary.
    const usual = {
      ...{ switchboard: ours, 'switchboard-2': ours, rescue: { HOTLINE_CANARY_S: '0' } },
      ...{ asterisk: {}, worker: {}, api: {} },
    } satisfies Record<ToldPart, Record<string, string>>
    const more: Record<ToldPart, Record<string, string>> = { ...usual }
    const system = await startSystem({
      ...{ root, dir: join(dir, 'system'), ports, durable: false, rtpTimeoutS: 0, netAfterS, prompts },
      more,
      without: ['asterisk', 'rescue', 'switchboard', 'switchboard-2', 'worker', 'api'],
    })
    undo.push(() => system.stopAll())
    copyMissing(prompts, spoken)
    const databaseUrl = ownerUrl(system)
    const ask = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
      const client = new Client({ connectionString: databaseUrl })
      client.on('error', () => {})
      await client.connect()
      try {
        return (await client.query(text, [...values])).rows as Row[]
      } finally {
        await client.end().catch(() => {})
      }
    }
    await ask(seed({ agentCount, lateCount }))
    await system.renderAsterisk()
    writeEndpoints(join(dir, 'system/asterisk/etc/generated'), agents, phones.port)
    const proxy = await openAriProxy({ port: proxyPort, target: ports.ari })
    undo.push(() => proxy.close())
    for (const part of ['asterisk', 'rescue', 'switchboard', 'worker', 'api'] as const) await system.start(part)

    const callers = await openCallers(hosts.callers, { address: hosts.asterisk, port: ports.sip }, sounds)
    callersRef.now = callers
    undo.push(() => callers.close())
    const secret = readFileSync(system.env['HOTLINE_DESK_SECRET_FILE'] ?? '', 'utf8').trim()
    const desks = await openDesks(system.env['HOTLINE_DESK_URL'] ?? '', secret)
    undo.push(() => desks.stop())
    await desks.work(agents)
    const observer: WitnessAddress = {
      ...{ ariUrl: `http://127.0.0.1:${ports.ari}`, user: 'observer', password: system.secrets.observer.value },
    }
    let readyAt = 0
    return {
      ...{ system, proxy, callers, phones, sounds, desks, agents, witness: witness(observer), ask, stop },
      tornBytes: () => tornBytesOf(system.options.dir),
      tell: (name, besides) => {
        more[name] = { ...usual[name], ...besides }
      },
      ensure: async (name) => {
        if (system.part(name)) return
        await system.start(name)
        readyAt = Date.now()
      },
      readyAt: () => readyAt,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** As their logs tell. */
function tornBytesOf(dir: string): number {
  const logs = (['switchboard', 'switchboard-2'] as const).map((name) => join(dir, name, `${name}.log`))
  const told = logs.flatMap((log) => (existsSync(log) ? readFileSync(log, 'utf8').split('\n') : []))
  return told
    .flatMap((line) => /"alarm":"tornTail","bytes":(\d+)/.exec(line)?.[1] ?? [])
    .reduce((sum, bytes) => sum + Number(bytes), 0)
}

function portsOf(free: readonly number[]): System['options']['ports'] {
  const [postgres = 0, redis = 0, ari = 0, wss = 0, sip = 0, desk = 0, api = 0] = free
  const [switchboardHealth = 0, workerHealth = 0, rescueHealth = 0, secondHealth = 0] = free.slice(7)
  return {
    ...{ postgres, redis, ari, wss, sip, desk, api, switchboardHealth, workerHealth, rescueHealth, secondHealth },
    rtp: '22000-23999',
  }
}

function ownerUrl(system: System): string {
  const url = new URL(system.env['HOTLINE_OWNER_DATABASE_URL'] ?? '')
  url.password = readFileSync(system.env['HOTLINE_OWNER_DATABASE_PASSWORD_FILE'] ?? '', 'utf8').trim()
  return url.href
}

const seed = ({ agentCount, lateCount }: HallSize): string => `
  insert into staff (id, name) select (2001 + n)::text, '话务员' || n from generate_series(0, ${agentCount - 1}) n;
  insert into staff_roles (staff, role) select id, 'agent' from staff;
  insert into seats (id) select (1001 + n)::text from generate_series(0, ${agentCount - 1}) n;
  insert into queues (id, name, answer, wrap_up_ms) values
    ('brisk', '很多人', 'onAgent', 200), ('slow', '一个人', 'onAgent', 200), ('late', '慢接', 'onAgent', 200),
    ('story', '故事', 'onAgent', 200);
  insert into queue_members (queue, staff)
    select case when id = '${slowAgent.agent}' then 'slow' when id::int <= ${Number(slowAgent.agent) + lateCount} then 'late'
      when id::int > ${Number(slowAgent.agent) + agentCount - 1 - storyCount} then 'story' else 'brisk' end, id from staff;
  insert into numbers (number, queue) values
    ('${numbers.brisk}', 'brisk'), ('${numbers.slow}', 'slow'), ('${numbers.late}', 'late'),
    ('${numbers.story}', 'story');
  insert into trunks (name, match_addresses, contact) values ('trunk', '{${hosts.callers}}', 'sip:${hosts.callers}');`

/** In place of what was rendered: seats whose phones have a fixed address. */
function writeEndpoints(generated: string, agents: readonly { seat: string }[], phonesPort: number): void {
  mkdirSync(generated, { recursive: true })
  const trunk = `[trunk](any-trunk)\naors = trunk\nset_var = ENTRY_KIND=trunk\n
[trunk]\ntype = aor\ncontact = sip:${hosts.callers}\n
[trunk-addresses]\ntype = identify\nendpoint = trunk\nmatch = ${hosts.callers}\n`
  const seats = agents.map(
    ({ seat }) => `
[seat-${seat}](any-seat)\naors = seat-${seat}\n
[seat-${seat}]\ntype = aor\nmax_contacts = 1\ncontact = sip:${seat}@${hosts.phones}:${phonesPort}\n`,
  )
  writeFileSync(join(generated, 'endpoints.conf'), trunk + seats.join(''))
  // Those of the safety net.
  const members = agents.map(({ seat }) => `member => PJSIP/seat-${seat},0,${seat},,no,,yes\n`)
  writeFileSync(join(generated, 'members.conf'), members.join(''))
}
