/**
 * The rescue watchdog: `node src/main/rescue.ts`. When the switchboard's heartbeat stands still, callers who wait in its hands are
 * sent to the dialplan's safety net, where agents' phones are rung without it. Whoever talks is left alone. It knows nothing but
 * ARI's address, keeps no state, and may be killed at any moment. It also places the canary (rescue/canary.ts).
 */
import { flushCompileCache } from 'node:module'
import { readConfig } from '#platform/config'
import { createLog } from '#platform/telemetry/log'
import { createMetrics } from '#platform/telemetry/metrics'
import { judge, type Part } from './health.ts'
import { sendCanary } from './rescue/canary.ts'
import { orphansIn, type Seen } from './rescue/orphans.ts'
import { sendToNet } from './rescue/send-to-net.ts'
import { serveHealth } from './serve-health.ts'
import { createSparing } from './sparing.ts'

const everyMs = 1_000
/** Longer than the gate's patience (limits.heartbeatOldAfterS), or the rescued would be handed back at once. */
const stillForMs = 6_000
const answerWithinMs = 2_000

flushCompileCache() // who is killed writes none at the end, and what is compiled already starts sooner
const config = readConfig(process.env, 'ari', 'canary', 'health', 'log')
const log = createLog({ name: 'rescue', level: config.log.level })
const quietly = createSparing(log)
const authorization = `Basic ${Buffer.from(`${config.ari.user}:${config.ari.password}`).toString('base64')}`

/** 404 and 409: the channel has hung up, or left by itself. */
async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string): Promise<T | undefined> {
  const url = new URL(`/ari${path}`, config.ari.url)
  const response = await fetch(url, { method, headers: { authorization }, signal: AbortSignal.timeout(answerWithinMs) })
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T | undefined
  if (response.status === 404 || response.status === 409) return undefined
  throw new Error(`ARI answers ${response.status} to ${method} ${path}`)
}

let heartbeat = ''
let changedAt = performance.now()
let sawAsterisk = false

async function look(): Promise<void> {
  const sawItBefore = sawAsterisk
  const value = await askHeartbeat().catch((error: unknown) => {
    sawAsterisk = false
    throw error
  })
  sawAsterisk = true
  // An Asterisk that hung has heard nobody's heartbeat; the switchboard is given its time anew.
  if (value !== heartbeat || !sawItBefore) {
    heartbeat = value
    changedAt = performance.now()
  }
  // Told by our own watch, not by the time that it says: clocks are set.
  if (performance.now() - changedAt < stillForMs) return
  const channels = (await ask<Seen['channels']>('GET', '/channels')) ?? []
  const bridges = (await ask<Seen['bridges']>('GET', '/bridges')) ?? []
  const orphans = orphansIn({ channels, bridges })
  if (orphans.length === 0) return
  log.warn({ callers: orphans.length }, 'the switchboard is silent: its waiting callers go to the safety net')
  const sent = await sendToNet(ask, orphans, async () => (await askHeartbeat()) !== heartbeat)
  if (sent < orphans.length) log.warn({ sent }, 'the switchboard is back')
}

const askHeartbeat = async (): Promise<string> =>
  (await ask<{ value: string }>('GET', '/asterisk/variable?variable=HEARTBEAT'))?.value ?? ''

let timer: NodeJS.Timeout | undefined
let isStopping = false
async function watch(): Promise<void> {
  try {
    await look()
  } catch (error) {
    quietly('ari', () => log.warn({ err: error }, 'Asterisk does not answer'))
  }
  if (!isStopping) timer = setTimeout(() => void watch(), everyMs)
}

const canaryEveryMs = Number(config.canary.everyS) * 1_000
let canary: Part = { ok: true, tookMs: null }
let canaryTimer: NodeJS.Timeout | undefined

async function sing(): Promise<void> {
  const before = canary
  canary = { ...(await sendCanary(ask, `canary-${Date.now()}`)), at: new Date().toISOString() }
  if (!canary.ok) quietly('canary', () => log.error(canary, 'a call of our own did not get through'))
  else if (!before.ok) log.warn(canary, 'a call of our own gets through again')
}

function singEachPeriod(): void {
  if (canaryEveryMs > 0) canaryTimer = setTimeout(() => void sing().then(singEachPeriod), canaryEveryMs)
}

const metrics = createMetrics({ process: 'rescue' })
metrics.onAsked(() => {
  metrics.set('asterisk_up', {}, Number(sawAsterisk))
  if (canaryEveryMs === 0) return
  metrics.set('canary_up', {}, Number(canary.ok))
  metrics.set('canary_seconds', {}, Number(canary['tookMs']) / 1_000)
  metrics.set('alarms', { alarm: 'canary' }, Number(!canary.ok))
})
const health = await serveHealth(config.health.address, {
  ask: async () => {
    const asterisk: Part = sawAsterisk ? { ok: true } : { ok: false, reason: 'ARI does not answer' }
    return canaryEveryMs > 0 ? judge({ asterisk, canary }, ['asterisk', 'canary']) : judge({ asterisk }, ['asterisk'])
  },
  metrics,
})
singEachPeriod()
void watch()
log.info('watching the heartbeat of the switchboard')
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    isStopping = true
    clearTimeout(timer)
    clearTimeout(canaryTimer)
    health.close()
    log.info({ signal }, 'stopped')
  })
