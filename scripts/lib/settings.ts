/** What whoever starts the system has set by variables. */
import { join } from 'node:path'
import { say } from './messages.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'
import type { Ports } from './system.ts'

export const env = (name: string, otherwise: string) => process.env[`HOTLINE_${name}`] || otherwise

/** The first of `many` in a row. */
function port(name: string, otherwise: number, many = 1): number {
  const value = Number(env(name, String(otherwise)))
  if (Number.isInteger(value) && value > 0 && value + many <= 65_536) return value
  throw new StartError(say('noPort', { setting: `HOTLINE_${name}`, given: env(name, '') }))
}

function hasStandby(): boolean {
  const set = env('STANDBY', 'on')
  if (set === 'on' || set === 'off') return set === 'on'
  throw new StartError(say('noSwitch', { setting: 'HOTLINE_STANDBY', given: set }))
}

export function portsFromEnvironment(): Ports {
  const health = port('HEALTH_PORT', 12_351, 4)
  return {
    postgres: port('POSTGRES_PORT', 12_346),
    redis: port('REDIS_PORT', 12_347),
    ari: port('ARI_PORT', 12_348),
    wss: port('WSS_PORT', 12_349),
    desk: port('DESK_PORT', 12_350),
    switchboardHealth: health,
    workerHealth: health + 1,
    rescueHealth: health + 2,
    ...(hasStandby() ? { secondHealth: health + 3 } : {}),
    api: port('API_PORT', 12_345),
    sip: port('SIP_PORT', 5_060),
    rtp: env('RTP_PORTS', '10000-14999'),
  }
}

export const stateFolder = (): string => env('STATE_DIR', join(project, '.run/system'))

/** All that `scripts/start` heeds; README.md, Configure, tells what each means. */
export const settings: readonly string[] = [
  ...['API_HOST', 'API_PORT', 'API_PROXIES', 'SIP_HOST', 'SIP_PORT', 'SIP_EXTERNAL', 'RTP_PORTS'],
  ...[
    'POSTGRES_PORT',
    'REDIS_PORT',
    'ARI_PORT',
    'WSS_PORT',
    'DESK_PORT',
    'HEALTH_PORT',
    'STATE_DIR',
    'ROOT',
    'STANDBY',
  ],
  ...['MOST_CALLERS', 'CALLS_PER_S', 'EMERGENCY_CALLERS', 'CANARY_S', 'RING_BACK_S', 'NET_AFTER_S'],
  ...['RING_AT_MOST_S', 'CALL_AT_MOST_S', 'RTP_TIMEOUT_S', 'JOURNAL_MIB', 'JOURNAL_RESERVE_MIB'],
  ...['EVENT_LOOP_LIMIT_MS', 'LOG_LEVEL', 'DEMO_TRUNK', 'DEMO_PARTNERS'],
].map((name) => `HOTLINE_${name}`)

/** Names that look like settings of ours and are none, so that a slip of the pen does not pass for a setting. */
export const unknownSettings = (environment: NodeJS.ProcessEnv): string[] =>
  Object.keys(environment).filter((name) => name.startsWith('HOTLINE_') && !settings.includes(name))
