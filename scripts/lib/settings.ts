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
