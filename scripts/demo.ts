/**
 * `scripts/start --demo`: an outside world of its own calls the running system, scene by scene, tells in plain lines what
 * is heard and done on each side, and shows the ticket of each call as a supervisor reads it over the API.
 */
import { readFileSync } from 'node:fs'
import { signIn } from '../test/kit/agent-client.ts'
import { openRecords } from '../test/kit/records.ts'
import { freePorts } from '../test/kit/temporary.ts'
import { ringsOn } from '../test/outside/answerer.ts'
import { type OutsidePlan, startOutside } from '../test/outside/outside-asterisk.ts'
import { enterWorld } from '../test/outside/world.ts'
import { say } from './demo/messages.ts'
import { scenes } from './demo/scenes.ts'
import { readSecrets, type Stage } from './demo/stage.ts'
import { messages as startMessages } from './lib/messages.ts'
import { assertUdpPortFree } from './lib/readiness.ts'
import type { System } from './lib/system.ts'

type How = {
  readonly system: System
  readonly root: string
  readonly dir: string
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

const [agent, supervisor] = ['1001', '1036'] as const
const seat = '8001'

/** Resolves when every scene has been played; rejects when the signal comes first. Leaves no call behind. */
export async function run(how: How): Promise<void> {
  const { signal } = how
  const undo: (() => unknown)[] = []
  const aborted = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => aborted.reject(new Error('stopped')), { once: true })
  aborted.promise.catch(() => {}) // raced below; may also come when all is over
  try {
    const playing = play(how, undo)
    playing.catch(() => {})
    await Promise.race([playing, aborted.promise])
  } finally {
    for (const step of undo.toReversed()) await step()
  }
}

async function play({ system, root, dir, tell, signal }: How, undo: (() => unknown)[]): Promise<void> {
  const plan = await outsidePlan(system, root, dir)
  const { asterisk, address } = await startOutside(plan)
  undo.push(() => asterisk.stop())
  const world = await enterWorld(address)
  undo.push(() => world.leave().catch(() => {}))
  tell(`\n${say('opening')}`)

  const secretsDir = system.env['HOTLINE_SECRETS_DIR'] ?? ''
  const [logins, seats] = [readSecrets(secretsDir, 'demo-logins.json'), readSecrets(secretsDir, 'seats.json')]
  const { ports, apiHost = '127.0.0.1' } = system.options
  const apiUrl = `http://${apiHost === '0.0.0.0' ? '127.0.0.1' : apiHost}:${ports.api}`
  const phone = await world.phone('agent', { seat, secret: seats[seat] ?? '', manner: ringsOn })
  const desk = await signIn({ apiUrl, staff: agent, password: logins[agent] ?? '', seat })
  undo.push(() => desk.logOut().catch(() => desk.close()))
  const watcher = await signIn({ apiUrl, staff: supervisor, password: logins[supervisor] ?? '' })
  undo.push(() => watcher.logOut().catch(() => watcher.close()))
  const records = await openRecords(databaseUrl(system))
  undo.push(() => records.close())
  await desk.until('a reachable phone', (view) => view.phone === 'reachable', 15_000)
  tell(say('agentHere', { staff: agent, seat }))

  const stage: Stage = {
    ...{ world, desk, phone, records, supervisor: watcher.request },
    line: (name, values) => tell(`  ${say(name, values)}`),
    plain: (text) => tell(`    ${text}`),
  }
  for (const scene of scenes) {
    signal.throwIfAborted()
    tell(`\n${say(scene.title)}`)
    await desk.rest()
    try {
      await scene.play(stage)
    } catch (error) {
      if (signal.aborted) throw error
      stage.line('failed', { why: error instanceof Error ? error.message : String(error) })
    }
    await world.endStory()
  }
  tell(`\n${say('closing')}`)
}

async function outsidePlan(system: System, root: string, dir: string): Promise<OutsidePlan> {
  const [carrier = '', port] = (process.env['HOTLINE_DEMO_TRUNK'] ?? '127.0.0.2:5060').split(':')
  const roles = { carrier, phones: '127.0.0.3', '12315': '127.0.0.4', '12333': '127.0.0.5' }
  const sipPort = Number(port)
  for (const host of Object.values(roles)) {
    await assertUdpPortFree({ host, port: sipPort }, { what: startMessages.outside, setting: 'HOTLINE_DEMO_TRUNK' })
  }
  const [ariPort = 0] = await freePorts(1)
  const { sipHost = '127.0.0.1', ports } = system.options
  return {
    ...{ root, dir, name: 'outside', sipPort, ariPort, roles, rtpPorts: [15_000, 15_499] },
    hotline: { address: sipHost === '0.0.0.0' ? '127.0.0.1' : sipHost, sipPort: ports.sip },
  }
}

function databaseUrl(system: System): string {
  const url = new URL(system.env['HOTLINE_DATABASE_URL'] ?? '')
  url.password = readFileSync(system.env['HOTLINE_DATABASE_PASSWORD_FILE'] ?? '', 'utf8').trim()
  return url.href
}
