/**
 * The whole system on one machine: three servers of the private root and our processes, each with its state under one
 * folder. `scripts/start` runs one, and each telephony test run starts its own beside it, on other ports.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf } from '../../src/platform/config.ts'
import { type Asterisk, assertAsteriskVersion, startAsterisk } from './asterisk.ts'
import { messages, say } from './messages.ts'
import { startPostgres } from './postgres.ts'
import { dirFor, type Exit, fileFor, type Running, runInside } from './private-root.ts'
import { inProject, runCommand, startProcess, stateDir } from './processes.ts'
import { programIn } from './program.ts'
import { assertPortFree, assertUdpPortFree, StartError } from './readiness.ts'
import { startRedis } from './redis.ts'
import { type Secret, secretIn } from './secrets.ts'

export type Ports = {
  readonly postgres: number
  readonly redis: number
  readonly ari: number
  readonly wss: number
  readonly sip: number
  /** UDP ports for sound, from-to. */
  readonly rtp: string
  readonly desk: number
  readonly api: number
  readonly switchboardHealth: number
  readonly workerHealth: number
  readonly rescueHealth: number
  /** Of the second switchboard; not given: there is no second one. */
  readonly secondHealth?: number
}

/**
 * In the order in which they start. Of the two switchboards one leads and one stands by, and either
 * may do either.
 */
export const partNames = [
  ...['postgres', 'redis', 'asterisk', 'rescue', 'switchboard', 'switchboard-2', 'worker', 'api'],
] as const
export type PartName = (typeof partNames)[number]

/**
 * The way down: nobody orders any more, nobody takes the switchboard for dead; then Asterisk hangs up every call, while the switchboard
 * is there to write down when and why, and the worker to bring that to Postgres. The other way round the calls would end unseen.
 */
export const stopOrder = [
  ...['api', 'rescue', 'asterisk', 'switchboard-2', 'switchboard', 'worker', 'redis', 'postgres'],
] as const satisfies readonly PartName[]

export type SystemOptions = {
  readonly root: string
  /** Everything that this system writes lies here. */
  readonly dir: string
  readonly ports: Ports
  /** Address that SIP and RTP listen on; everything else listens on 127.0.0.1. */
  readonly sipHost?: string
  readonly apiHost?: string
  /** Rendered prompts; several systems may share one folder. */
  readonly prompts?: string
  readonly systemName?: string
  /** False for tests: Postgres does not wait for the disk. */
  readonly durable?: boolean
  readonly demo?: boolean
  readonly logLevel?: string
  readonly rtpTimeoutS?: number
  /** How long callers have music, with the switchboard away, before agents' phones ring. */
  readonly netAfterS?: number
  readonly without?: readonly PartName[]
  /** Variables that a part is told besides, read at each of its starts; for tests. */
  readonly more?: Partial<Record<Exclude<PartName, 'postgres' | 'redis'>, Readonly<Record<string, string>>>>
  /** Told of each step as it is done. */
  readonly tell?: (line: string) => void
  /** Told when a part has ended that nobody asked to. */
  readonly onLost?: (name: PartName, exit: Exit) => void | Promise<void>
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal
}

export type System = {
  readonly options: SystemOptions
  readonly secrets: { readonly ari: Secret; readonly observer: Secret }
  /** The whole environment with this machine's paths, for commands and tests. */
  readonly env: Readonly<Record<string, string>>
  part(name: PartName): Running | undefined
  asterisk(): Asterisk
  start(name: PartName): Promise<void>
  stop(name: PartName): Promise<void>
  kill(name: PartName): Promise<void>
  /** Renders what has changed in Postgres into Asterisk's configuration and reloads it. */
  renderAsterisk(): Promise<void>
  stopAll(): Promise<void>
}

/** Starts everything, or nothing: what was started is stopped again when a part fails. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const tell = options.tell ?? (() => {})
  assertSettings()
  stateDir(options.dir)
  await assertPortsFree(options)
  const version = await assertAsteriskVersion(options.root, join(options.dir, 'scratch'))
  const givenUp = new AbortController()
  const signal = AbortSignal.any([givenUp.signal, ...(options.signal ? [options.signal] : [])])
  const system = makeSystem(options, signal)
  const hasSecond = options.ports.secondHealth !== undefined
  const wanted = (name: PartName) => !options.without?.includes(name) && (name !== 'switchboard-2' || hasSecond)
  const command = (...args: string[]) => runCommand(args, system.env, signal)
  const step = async (line: string, ...work: (Promise<unknown> | undefined)[]) => {
    const begun = work.filter((each) => each !== undefined)
    try {
      await Promise.all(begun)
    } catch (error) {
      givenUp.abort(error)
      // All of them: what is still starting could not be stopped.
      await Promise.allSettled(begun)
      throw error
    }
    options.signal?.throwIfAborted()
    tell(line)
  }
  const start = (names: readonly PartName[]) => names.filter(wanted).map((name) => system.start(name))
  try {
    const prompts = command('render-prompts')
    prompts.catch(() => {}) // awaited below; must not count as unhandled when a server fails first
    await step(say('serversUp'), ...start(['postgres', 'redis']))
    const settingsOnly = wanted('postgres') ? [] : ['--settings-only']
    const render = wanted('asterisk') ? [['render-asterisk', ...settingsOnly]] : []
    const data = wanted('postgres') ? [['migrate'], ...(options.demo ? [['seed-demo']] : [])] : []
    const made = [...data, ...render]
    await step(say('made'), made.length > 0 ? command(...oneAfterAnother(made)) : undefined, prompts)
    if (wanted('asterisk')) await step(say('asteriskUp', { version }), ...start(['asterisk']))
    await step(say('oursUp'), ...start(['rescue', 'switchboard', 'worker', 'api']))
    if (wanted('switchboard-2')) await step(say('secondUp'), ...start(['switchboard-2']))
  } catch (error) {
    await system.stopAll()
    throw error
  }
  return system
}

/** Before anything is started, and not by the process that would stumble over it. */
function assertSettings(): void {
  const faults = faultsOf(process.env)
  if (faults.length > 0) throw new StartError(say('wrongSettings', { faults: faults.join('; ') }))
}

/** In one process, for each takes a while to start. */
const oneAfterAnother = (commands: readonly (readonly string[])[]): string[] =>
  commands.flatMap((words, at) => (at === 0 ? words : ['then', ...words]))

async function assertPortsFree({ ports, sipHost = '127.0.0.1', apiHost = '127.0.0.1' }: SystemOptions): Promise<void> {
  const host = '127.0.0.1'
  assertPortsDiffer(ports)
  await assertPortFree({ host, port: ports.postgres }, { what: messages.postgres, setting: 'HOTLINE_POSTGRES_PORT' })
  await assertPortFree({ host, port: ports.redis }, { what: messages.redis, setting: 'HOTLINE_REDIS_PORT' })
  await assertPortFree({ host, port: ports.ari }, { what: messages.ari, setting: 'HOTLINE_ARI_PORT' })
  await assertPortFree({ host, port: ports.wss }, { what: messages.wss, setting: 'HOTLINE_WSS_PORT' })
  await assertPortFree({ host, port: ports.desk }, { what: messages.desk, setting: 'HOTLINE_DESK_PORT' })
  const api = { what: messages.api, setting: 'HOTLINE_API_PORT', hostSetting: 'HOTLINE_API_HOST' }
  await assertPortFree({ host: apiHost, port: ports.api }, api)
  const health = { what: messages.health, setting: 'HOTLINE_HEALTH_PORT' }
  await assertPortFree({ host, port: ports.switchboardHealth }, health)
  await assertPortFree({ host, port: ports.workerHealth }, health)
  await assertPortFree({ host, port: ports.rescueHealth }, health)
  if (ports.secondHealth !== undefined) await assertPortFree({ host, port: ports.secondHealth }, health)
  const sip = { what: messages.sip, setting: 'HOTLINE_SIP_PORT', hostSetting: 'HOTLINE_SIP_HOST' }
  await assertUdpPortFree({ host: sipHost, port: ports.sip }, sip)
}

/** Each would be free, until the first of the two is started. */
function assertPortsDiffer({ postgres, redis, ari, wss, desk, api, ...ports }: Ports): void {
  const { switchboardHealth, workerHealth, rescueHealth, secondHealth } = ports
  const given = [
    ...Object.entries({ postgres, redis, ari, wss, desk, api }).map(
      ([name, port]) => [`HOTLINE_${name.toUpperCase()}_PORT`, port] as const,
    ),
    ...[switchboardHealth, workerHealth, rescueHealth, secondHealth].map(
      (port) => ['HOTLINE_HEALTH_PORT', port] as const,
    ),
  ]
  const settingOf = new Map<number, string>()
  for (const [setting, port] of given) {
    if (port === undefined || port === 0) continue
    const other = settingOf.get(port)
    if (other !== undefined) throw new StartError(say('portTwice', { setting, other, place: port }))
    settingOf.set(port, setting)
  }
}

/** `starting` gives up the first start; what is started later by itself is not concerned. */
function makeSystem(options: SystemOptions, starting: AbortSignal): System {
  const { root, dir, ports } = options
  const secretsDir = join(dir, 'secrets')
  const secrets = { ari: secretIn(secretsDir, 'ari'), observer: secretIn(secretsDir, 'ari-observer') }
  for (const name of ['desk', 'redis', 'postgres-app', 'postgres-owner']) secretIn(secretsDir, name)
  const env = environment(options, secretsDir)
  const parts = new Map<PartName, Running>()
  let program: Promise<string> = Promise.resolve('')
  const startSwitchboard = async (name: 'switchboard' | 'switchboard-2'): Promise<Running> => {
    const make = () => programIn(stateDir(join(dir, 'switchboard')))
    program = program.then(make, make) // one after another: both may be started at once
    return startOurs(name, options, env, starting, await program)
  }
  const starters: Record<PartName, () => Promise<Running>> = {
    postgres: () =>
      startPostgres({
        ...{ root, secrets: secretsDir, port: ports.postgres, dir: join(dir, 'postgres') },
        ...{ durable: options.durable ?? true, signal: starting },
      }),
    redis: () =>
      startRedis({ root, secrets: secretsDir, port: ports.redis, dir: join(dir, 'redis'), signal: starting }),
    async asterisk() {
      await makeCertificate(root, env['HOTLINE_ASTERISK_ETC'] ?? '', dir)
      return startAsterisk({
        root,
        dir: join(dir, 'asterisk'),
        etc: join(dir, 'asterisk/etc'),
        ...{ prompts: promptsOf(options), signal: starting, env: options.more?.asterisk ?? {} },
      })
    },
    rescue: () => startOurs('rescue', options, env, starting),
    switchboard: () => startSwitchboard('switchboard'),
    'switchboard-2': () => startSwitchboard('switchboard-2'),
    worker: () => startOurs('worker', options, env, starting),
    api: () => startOurs('api', options, env, starting),
  }
  const end = async (name: PartName, how: 'stop' | 'kill') => {
    const running = parts.get(name)
    parts.delete(name)
    await running?.[how]()
  }
  return {
    options,
    secrets,
    env,
    part: (name) => parts.get(name),
    asterisk: () => {
      const running = parts.get('asterisk')
      if (!running) throw new StartError('Asterisk is not running')
      return running as Asterisk
    },
    async start(name) {
      if (parts.has(name)) throw new StartError(`${name} is running already`)
      const running = await starters[name]()
      parts.set(name, running)
      void running.exited.then((exit) => {
        if (parts.get(name) !== running) return
        parts.delete(name)
        void options.onLost?.(name, exit)
      })
    },
    stop: (name) => end(name, 'stop'),
    kill: (name) => end(name, 'kill'),
    async renderAsterisk() {
      await runCommand(['render-asterisk'], env)
    },
    async stopAll() {
      for (const name of stopOrder) await end(name, 'stop')
    },
  }
}

const promptsOf = (options: SystemOptions) => options.prompts ?? join(options.dir, 'prompts')
const certificate = 'keys/wss.pem'

/** What our commands and processes are told, with this machine's paths. */
export function environment(options: SystemOptions, secretsDir: string): Record<string, string> {
  const { root, dir, ports } = options
  // Speech needs no network, no files of ours and nobody's rights.
  const enter = [
    ...['bwrap', '--ro-bind', root, '/', '--dev', '/dev', '--proc', '/proc'],
    ...['--perms', '1777', '--tmpfs', '/tmp', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--die-with-parent'],
    ...['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--no-new-privs'],
  ].join(' ')
  return {
    HOTLINE_DATABASE_URL: `postgres://hotline_app@127.0.0.1:${ports.postgres}/hotline`,
    HOTLINE_DATABASE_PASSWORD_FILE: join(secretsDir, 'postgres-app'),
    HOTLINE_OWNER_DATABASE_URL: `postgres://hotline_owner@127.0.0.1:${ports.postgres}/hotline`,
    HOTLINE_OWNER_DATABASE_PASSWORD_FILE: join(secretsDir, 'postgres-owner'),
    HOTLINE_REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    HOTLINE_REDIS_PASSWORD_FILE: join(secretsDir, 'redis'),
    HOTLINE_ARI_URL: `http://127.0.0.1:${ports.ari}`,
    HOTLINE_ARI_USER: 'switchboard',
    HOTLINE_ARI_PASSWORD_FILE: join(secretsDir, 'ari'),
    HOTLINE_ARI_OBSERVER_PASSWORD_FILE: join(secretsDir, 'ari-observer'),
    HOTLINE_ARI_LISTEN: `127.0.0.1:${ports.ari}`,
    HOTLINE_SIP_LISTEN: `${options.sipHost ?? '127.0.0.1'}:${ports.sip}`,
    HOTLINE_WSS_LISTEN: `127.0.0.1:${ports.wss}`,
    HOTLINE_TLS_CERTIFICATE: join('/etc/asterisk', certificate),
    HOTLINE_RTP_PORTS: ports.rtp,
    HOTLINE_RTP_TIMEOUT_S: String(options.rtpTimeoutS ?? process.env['HOTLINE_RTP_TIMEOUT_S'] ?? 30),
    HOTLINE_NET_AFTER_S: String(options.netAfterS ?? process.env['HOTLINE_NET_AFTER_S'] ?? 20),
    HOTLINE_SYSTEM_NAME: options.systemName ?? 'node1',
    HOTLINE_ASTERISK_ETC: join(dir, 'asterisk/etc'),
    HOTLINE_PROMPTS_DIR: promptsOf(options),
    HOTLINE_SPEECH_PREFIX: enter,
    HOTLINE_DESK_LISTEN: `127.0.0.1:${ports.desk}`,
    HOTLINE_DESK_URL: `ws://127.0.0.1:${ports.desk}`,
    HOTLINE_DESK_SECRET_FILE: join(secretsDir, 'desk'),
    HOTLINE_API_LISTEN: `${options.apiHost ?? '127.0.0.1'}:${ports.api}`,
    HOTLINE_JOURNAL_DIR: join(dir, 'switchboard/journal'),
    HOTLINE_DIRECTORY_CACHE: join(dir, 'switchboard/directory/directory.json'),
    HOTLINE_SECRETS_DIR: secretsDir,
    NODE_COMPILE_CACHE: join(dir, 'scratch/node'),
    HOTLINE_LOG_LEVEL: options.logLevel ?? process.env['HOTLINE_LOG_LEVEL'] ?? 'info',
    ...asAsked('HOTLINE_DEMO_TRUNK', 'HOTLINE_DEMO_PARTNERS', 'HOTLINE_RING_BACK_S'),
    ...asAsked('HOTLINE_API_PROXIES', 'HOTLINE_SIP_EXTERNAL'),
    ...asAsked('HOTLINE_RING_AT_MOST_S', 'HOTLINE_CALL_AT_MOST_S'),
    ...asAsked('HOTLINE_MOST_CALLERS', 'HOTLINE_CALLS_PER_S', 'HOTLINE_EMERGENCY_CALLERS', 'HOTLINE_CANARY_S'),
    ...asAsked('HOTLINE_JOURNAL_MIB', 'HOTLINE_JOURNAL_RESERVE_MIB', 'HOTLINE_EVENT_LOOP_LIMIT_MS'),
  }
}

/** What whoever started us has set. */
const asAsked = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))

const ofSwitchboard = [
  ...['DATABASE', 'REDIS', 'ARI_URL', 'ARI_USER', 'ARI_PASSWORD', 'DESK_LISTEN', 'DESK_SECRET', 'LOG'],
  ...['RING_BACK_S', 'RING_AT_MOST_S', 'RTP_TIMEOUT_S', 'MOST_CALLERS', 'CALLS_PER_S', 'EMERGENCY_CALLERS'],
  ...['JOURNAL_MIB', 'JOURNAL_RESERVE_MIB', 'EVENT_LOOP'],
] as const
/** What each process is told: no more than it reads. */
const variables = {
  switchboard: ofSwitchboard,
  'switchboard-2': ofSwitchboard,
  worker: ['DATABASE', 'REDIS', 'EVENT_LOOP', 'LOG'],
  rescue: ['ARI_URL', 'ARI_USER', 'ARI_PASSWORD', 'CANARY', 'LOG'],
  api: ['DATABASE', 'DESK_URL', 'DESK_SECRET', 'API', 'LOG'],
} as const

/**
 * Short collections, and little memory that was only ever used once: the young generation of V8 stays at 3 × 4 MiB, and glibc keeps
 * two arenas. Measured by `bench`, part memory; docker-compose.yml says the same.
 */
export const switchboardRuntime = { NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '2' } as const

type OurPart = keyof typeof variables

/** Where one of ours is asked how it is. */
export function healthAt({ ports, apiHost = '127.0.0.1' }: SystemOptions, name: OurPart): string {
  if (name === 'api') return `${apiHost === '0.0.0.0' ? '127.0.0.1' : apiHost}:${ports.api}`
  const port = {
    rescue: ports.rescueHealth,
    switchboard: ports.switchboardHealth,
    'switchboard-2': ports.secondHealth ?? 0,
    worker: ports.workerHealth,
  }[name]
  return `127.0.0.1:${port}`
}

function startOurs(
  name: OurPart,
  options: SystemOptions,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  program?: string,
): Promise<Running> {
  const { root } = options
  const dir = stateDir(join(options.dir, name))
  const told: Record<string, string> = Object.fromEntries(
    Object.entries(env).filter(([variable]) => variables[name].some((part) => variable.startsWith(`HOTLINE_${part}`))),
  )
  const health = healthAt(options, name)
  if (name !== 'api') told['HOTLINE_HEALTH_LISTEN'] = health
  const folders: Record<string, { path: string; writable: boolean }> = {
    cache: { path: join(dir, 'cache'), writable: true },
  }
  told['NODE_COMPILE_CACHE'] = '/srv/cache'
  if (program !== undefined) {
    folders['program'] = { path: program, writable: false }
    Object.assign(told, switchboardRuntime)
    // Both have one journal: it is by its lock that one leads.
    const shared = stateDir(join(options.dir, 'switchboard'))
    folders['journal'] = { path: join(shared, 'journal'), writable: true }
    folders['directory'] = { path: join(shared, 'directory'), writable: true }
    told['HOTLINE_JOURNAL_DIR'] = '/srv/journal'
    told['HOTLINE_DIRECTORY_CACHE'] = '/srv/directory/directory.json'
  }
  Object.assign(told, options.more?.[name])
  return startProcess({
    ...{ root, dir, name, env: told, folders, signal },
    main: program === undefined ? `${inProject}/src/main/${name}.ts` : '/srv/program/switchboard.mjs',
    healthUrl: `http://${health}/health/ready`,
  })
}

/** Own certificate for SIP from browsers, made anew a month before it ends. A real one can be put in its place. */
async function makeCertificate(root: string, etc: string, dir: string): Promise<void> {
  const file = join(etc, certificate)
  const monthMs = 30 * 86_400_000
  if (existsSync(file) && new X509Certificate(readFileSync(file)).validToDate.getTime() > Date.now() + monthMs) return
  dirFor('asterisk', join(etc, 'keys'))
  const request = [
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 800 -subj /CN=hotline',
    '-addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout /tmp/key -out /tmp/certificate',
  ]
  const command = ['sh', '-c', `${request.join(' ')} && cat /tmp/key /tmp/certificate`]
  const made = await runInside({ root, user: 'asterisk', binds: [], command }, { scratch: join(dir, 'scratch') })
  fileFor('asterisk', file, made.toString())
}
