/**
 * Configuration comes from environment variables, is read once in main, and is checked before anything starts. A variable
 * whose name ends in `_FILE` names a file that holds a secret, so that no secret stands in an environment.
 */
import { readFileSync } from 'node:fs'
import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'

/** What is wrong with the configuration, one line a variable. */
export class ConfigError extends Error {}

const address = (what: string) =>
  Type.String({ pattern: '^[0-9a-zA-Z.:\\[\\]-]+:[0-9]{1,5}$', description: `${what}, host:port` })
const url = (schemes: string, what: string) =>
  Type.String({ pattern: `^(${schemes})://[^\\s]+$`, description: `${what}, a ${schemes.replaceAll('|', ' or ')} URL` })
const secretFile = Type.String({ minLength: 1, description: 'name of a file that holds the secret' })
const path = (what: string) => Type.String({ minLength: 1, description: what })

type Variable = { readonly name: string; readonly schema: TSchema; readonly secret?: true; readonly otherwise?: string }
const variable = <Schema extends TSchema>(name: string, schema: Schema, otherwise?: string) =>
  ({ name, schema, ...(otherwise === undefined ? {} : { otherwise }) }) as {
    name: string
    schema: Schema
    otherwise?: string
  }
const secret = (name: string) => ({ name, schema: secretFile, secret: true as const })

const word = Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$', description: 'a word of letters, digits, - and _' })
const seconds = Type.String({ pattern: '^[0-9]{1,4}$', description: 'a number of seconds' })
const ringing = Type.String({ pattern: '^([5-9]|[1-5][0-9]|60)$', description: 'a number of seconds from 5 to 60' })
const hours = Type.String({ pattern: '^[1-9][0-9]{2,4}$', description: 'a number of seconds from 100 on' })
const count = Type.String({ pattern: '^[1-9][0-9]{0,4}$', description: 'a number above 0' })
const numbers = Type.String({ pattern: '^[0-9+,]{0,2000}$', description: 'telephone numbers, parted by commas' })
const milliseconds = Type.String({ pattern: '^[1-9][0-9]{0,5}$', description: 'a number of milliseconds' })
const mebibytes = Type.String({ pattern: '^[1-9][0-9]{0,6}$', description: 'a number of MiB' })
const portRange = Type.String({ pattern: '^[0-9]{4,5}-[0-9]{4,5}$', description: 'UDP ports, from-to' })
const networks = Type.String({ pattern: '^[0-9a-fA-F.:/,]{7,400}$', description: 'networks, parted by commas' })
const levels = 'trace|debug|info|warn|error|fatal|silent'
const level = Type.String({ pattern: `^(${levels})$`, description: levels.replaceAll('|', ', ') })
const postgresUrl = url('postgres|postgresql', 'the database')

/** A leg from which no sound has come for so long is dead; 0: none is. */
const rtpTimeoutS = variable('HOTLINE_RTP_TIMEOUT_S', seconds, '30')

const parts = {
  database: {
    url: variable('HOTLINE_DATABASE_URL', postgresUrl),
    password: secret('HOTLINE_DATABASE_PASSWORD_FILE'),
  },
  ownerDatabase: {
    url: variable('HOTLINE_OWNER_DATABASE_URL', postgresUrl),
    password: secret('HOTLINE_OWNER_DATABASE_PASSWORD_FILE'),
  },
  redis: { url: variable('HOTLINE_REDIS_URL', url('redis', 'Redis')), password: secret('HOTLINE_REDIS_PASSWORD_FILE') },
  ari: {
    url: variable('HOTLINE_ARI_URL', url('http|https', "Asterisk's ARI")),
    user: variable('HOTLINE_ARI_USER', word, 'switchboard'),
    password: secret('HOTLINE_ARI_PASSWORD_FILE'),
  },
  deskListen: {
    address: variable('HOTLINE_DESK_LISTEN', address('where the switchboard listens for the api')),
    secret: secret('HOTLINE_DESK_SECRET_FILE'),
  },
  deskUrl: {
    url: variable('HOTLINE_DESK_URL', url('ws|wss', 'the switchboard as the api reaches it')),
    secret: secret('HOTLINE_DESK_SECRET_FILE'),
  },
  api: {
    address: variable('HOTLINE_API_LISTEN', address('where the api listens')),
    /** Only these are believed when they say for whom they ask: wrong passwords are counted by that address. */
    proxies: variable('HOTLINE_API_PROXIES', networks, '127.0.0.0/8,::1/128'),
  },
  health: { address: variable('HOTLINE_HEALTH_LISTEN', address('where health questions are answered')) },
  journal: {
    dir: variable('HOTLINE_JOURNAL_DIR', path('folder of the journal')),
    /** The journal's bound: beyond it no new caller comes to us, until Postgres has confirmed. */
    mostMiB: variable('HOTLINE_JOURNAL_MIB', mebibytes, '2048'),
    /** The last part of it, in which agents' comings and goings are refused already. */
    reserveMiB: variable('HOTLINE_JOURNAL_RESERVE_MIB', mebibytes, '64'),
    directoryCache: variable('HOTLINE_DIRECTORY_CACHE', path('file that keeps the directory while Postgres is away')),
  },
  prompts: {
    dir: variable('HOTLINE_PROMPTS_DIR', path('folder of the rendered prompts')),
    /** Words put before `espeak-ng` and `sox`: how to enter the private root. Empty where they are on the PATH. */
    speechPrefix: variable('HOTLINE_SPEECH_PREFIX', Type.String(), ''),
  },
  /** What Asterisk's own configuration is rendered from; `certificate` empty: no TLS, so no SIP from browsers. */
  asterisk: {
    etc: variable('HOTLINE_ASTERISK_ETC', path("folder of Asterisk's configuration")),
    systemName: variable('HOTLINE_SYSTEM_NAME', word, 'node1'),
    ariListen: variable('HOTLINE_ARI_LISTEN', address('where ARI listens'), '127.0.0.1:8088'),
    ariPermit: variable('HOTLINE_ARI_PERMIT', networks, '127.0.0.0/8'),
    observerPassword: secret('HOTLINE_ARI_OBSERVER_PASSWORD_FILE'),
    sipListen: variable('HOTLINE_SIP_LISTEN', address('where SIP over UDP listens'), '127.0.0.1:5060'),
    /** What peers are told to send to, where that is not our own address (in a container); empty: our own. */
    sipExternal: variable('HOTLINE_SIP_EXTERNAL', Type.String({ pattern: '^[0-9A-Za-z.:-]{0,100}$' }), ''),
    wssListen: variable('HOTLINE_WSS_LISTEN', address('where SIP over WSS listens'), '127.0.0.1:8089'),
    certificate: variable('HOTLINE_TLS_CERTIFICATE', Type.String({ pattern: '^[A-Za-z0-9/._-]*$' }), ''),
    rtpPorts: variable('HOTLINE_RTP_PORTS', portRange, '10000-14999'),
    rtpTimeoutS,
    /** With the switchboard away, a caller has music for so long before agents' phones ring without it. */
    netAfterS: variable('HOTLINE_NET_AFTER_S', seconds, '20'),
    /** No call lasts longer, whatever its two ends say: the last bound on one that nobody is in any more. */
    callAtMostS: variable('HOTLINE_CALL_AT_MOST_S', hours, '14400'),
  },
  hall: {
    /** Who was cut by the death of Asterisk and rings back within this time has the old place. */
    ringBackS: variable('HOTLINE_RING_BACK_S', seconds, '600'),
    /** Who is answered only when an agent is hears it ring for so long, and then music. */
    ringAtMostS: variable('HOTLINE_RING_AT_MOST_S', ringing, '60'),
    rtpTimeoutS,
    /** Beyond so many callers at once, or so many new ones a second, nobody is let in but emergencies. */
    mostCallers: variable('HOTLINE_MOST_CALLERS', count, '400'),
    callsPerSecond: variable('HOTLINE_CALLS_PER_S', count, '40'),
    /** Callers who are let in all the same: numbers as the trunk gives them. */
    emergencyCallers: variable('HOTLINE_EMERGENCY_CALLERS', numbers, ''),
  },
  /** So often a call of our own tries the way that a caller's takes; 0: never. */
  canary: { everyS: variable('HOTLINE_CANARY_S', seconds, '60') },
  /** A hold-up of the event loop that is told in the log. */
  eventLoop: { limitMs: variable('HOTLINE_EVENT_LOOP_LIMIT_MS', milliseconds, '200') },
  log: { level: variable('HOTLINE_LOG_LEVEL', level, 'info') },
} as const

type Parts = typeof parts
export type ConfigPart = keyof Parts
type ValueOf<V> = V extends { secret: true }
  ? string
  : V extends { schema: infer S extends TSchema }
    ? Static<S>
    : never
export type Config<Part extends ConfigPart = ConfigPart> = {
  readonly [P in Part]: { readonly [Field in keyof Parts[P]]: ValueOf<Parts[P][Field]> }
}

/**
 * Reads the parts that a process needs, e.g. `readConfig(process.env, 'database', 'redis', 'log')`. Throws ConfigError
 * that names every variable at fault, so that one look mends them all.
 */
export function readConfig<const Part extends ConfigPart>(
  env: Readonly<Record<string, string | undefined>>,
  ...wanted: readonly Part[]
): Config<Part> {
  const faults: string[] = []
  const config = Object.fromEntries(
    wanted.map((part) => [
      part,
      Object.fromEntries(Object.entries(parts[part]).map(([field, of]) => [field, read(env, of, faults)])),
    ]),
  )
  if (faults.length > 0) throw new ConfigError([...new Set(faults)].join('\n'))
  return config as Config<Part>
}

/** What is wrong with those variables that are set, whoever they are for; secrets are not looked at. */
export function faultsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = []
  for (const of of Object.values(parts).flatMap((part): Variable[] => Object.values(part)))
    if (!of.secret && env[of.name] !== undefined) read(env, of, faults)
  return [...new Set(faults)]
}

function read(env: Readonly<Record<string, string | undefined>>, of: Variable, faults: string[]): unknown {
  const given = env[of.name] ?? of.otherwise
  const meant = 'description' in of.schema ? `: ${of.schema.description}` : ''
  if (given === undefined) {
    faults.push(`${of.name} is not set${meant}`)
    return undefined
  }
  // A password that somebody put into a URL is not repeated on a screen or in a log.
  const shown = given.replace(/:[^/@]*@/, ':…@')
  if (!Value.Check(of.schema, given)) {
    faults.push(`${of.name} cannot be "${shown}"${meant}`)
    return undefined
  }
  return of.secret ? readSecret(of.name, given, faults) : given
}

function readSecret(name: string, file: string, faults: string[]): string | undefined {
  try {
    const value = readFileSync(file, 'utf8').trim()
    if (value.length >= 16) return value
    faults.push(`${name}: the secret in ${file} is shorter than 16 characters`)
  } catch (error) {
    faults.push(`${name}: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`)
  }
  return undefined
}

/** Splits `host:port`, as the listen addresses are written. */
export function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}
