/** `scripts/start`, once the machine is ready: runs the system until it is told to stop, and keeps its parts running. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answersOrCloses, type Watched, watchHung } from './hung.ts'
import { keepRunning } from './keep-running.ts'
import { privateRoot } from './locate-root.ts'
import { say } from './messages.ts'
import { project } from './processes.ts'
import { StartError } from './readiness.ts'
import { env, portsFromEnvironment, stateFolder, unknownSettings } from './settings.ts'
import { healthAt, type PartName, type System, type SystemOptions, startSystem, stopOrder } from './system.ts'

/** What `scripts/demo.ts` offers: plays calls in the outside world until they are over or the signal comes. */
type Demo = {
  run(how: {
    system: System
    root: string
    dir: string
    tell: (line: string) => void
    signal: AbortSignal
  }): Promise<void>
}

const began = performance.now()
const tell = (line: string) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`)

/** Of a switchboard its guard is sooner (src/main/standby/), when somebody stands by and it is not frozen with what it guards. */
function watchAll(system: System, signal: AbortSignal): void {
  const watch = (part: PartName, at: string): void => void watchHung(hung(system, part, `http://${at}`), signal)
  watch('asterisk', `127.0.0.1:${system.options.ports.ari}/ari/asterisk/ping`)
  for (const part of ['api', 'worker', 'rescue', 'switchboard', 'switchboard-2'] as const)
    watch(part, `${healthAt(system.options, part)}/health/live`)
}

function hung(system: System, part: PartName, url: string): Watched {
  return {
    ask: () => answersOrCloses(url),
    life: () => system.part(part)?.pid,
    onHung(unanswered) {
      tell(say('hung', { part, unanswered }))
      const pid = system.part(part)?.pid
      if (pid !== undefined) process.kill(pid, 'SIGKILL') // its end is heard of, and it is started again
    },
  }
}

function sayWhere({ options, env: told }: System, seeded: boolean): void {
  const { ports, sipHost = '127.0.0.1', apiHost = '127.0.0.1', dir } = options
  const lines = [
    say('whereApi', { api: `http://${apiHost}:${ports.api}/v1` }),
    say('whereSip', { sip: `${sipHost}:${ports.sip}`, wss: `wss://127.0.0.1:${ports.wss}/ws` }),
  ]
  if (seeded) {
    const secrets = told['HOTLINE_SECRETS_DIR'] ?? ''
    const [carrier = ''] = (process.env['HOTLINE_DEMO_TRUNK'] ?? '127.0.0.2').split(':')
    lines.push(
      say('callers', { carrier, uri: `sip:12345@${sipHost}:${ports.sip}` }),
      say('agents', { file: join(secrets, 'demo-logins.json') }),
      say('phones', { uri: `sip:seat-8001@${sipHost}:${ports.sip}`, file: join(secrets, 'seats.json') }),
    )
  }
  lines.push(say('logs', { files: `${dir}/*/*.log` }), say('stopKey'))
  console.log(['', say('up'), ...lines.map((line) => `  ${line}`), ''].join('\n'))
}

async function main(): Promise<void> {
  const flags = new Set(process.argv.slice(2))
  const unknown = [...flags].find((flag) => !['--demo', '--empty'].includes(flag))
  if (unknown) throw new StartError(say('unknownFlag', { flag: unknown }))
  const strange = unknownSettings(process.env)
  if (strange.length > 0) tell(say('unknownSettings', { names: strange.join(', ') }))
  const isDemo = flags.has('--demo')
  const dir = stateFolder()
  // Decided once, when the database is new, so that demo data that somebody has deleted does not come back.
  const mark = join(dir, 'data-is')
  const was = existsSync(mark) ? readFileSync(mark, 'utf8') : undefined
  // Between its last two steps there is no system in the folder, and what begins here would be an empty one.
  if (was === undefined && existsSync(`${dir}.restoring/system`)) throw new StartError(say('restoreBroken', { dir }))
  const seed = isDemo || (was === undefined && !flags.has('--empty'))

  const stopping = new AbortController()
  const { signal } = stopping
  const asked = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  let told = ''
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      told ||= name
      stopping.abort()
    })

  let system: System | undefined
  const options: SystemOptions = {
    ...{ root: privateRoot(), dir, ports: portsFromEnvironment(), demo: seed, tell, signal },
    sipHost: env('SIP_HOST', '127.0.0.1'),
    apiHost: env('API_HOST', '127.0.0.1'),
    onLost: keepRunning(() => system, signal, tell),
  }
  tell(say(seed ? 'startingWithDemo' : 'starting'))
  try {
    system = await startSystem(options)
  } catch (error) {
    if (!signal.aborted) throw error
    tell(say('stoppedEarly', { signal: told }))
    return
  }
  watchAll(system, signal)
  const is = seed ? 'demo' : (was ?? 'empty')
  writeFileSync(mark, is)
  sayWhere(system, is === 'demo')
  if (isDemo) await playDemo(system, signal)
  await asked
  const parts = stopOrder.filter((name) => system?.part(name))
  tell(say('stopping', { signal: told, parts: parts.join(', ') }))
  await system.stopAll()
  tell(say('stopped'))
}

async function playDemo(system: System, signal: AbortSignal): Promise<void> {
  const file = join(project, 'scripts/demo.ts')
  if (!existsSync(file)) throw new StartError(say('noDemo'))
  const dir = join(system.options.dir, 'outside')
  mkdirSync(dir, { recursive: true })
  try {
    const demo = (await import(file)) as Demo
    await demo.run({ system, root: system.options.root, dir, tell: (line) => console.log(line), signal })
  } catch (error) {
    if (!signal.aborted)
      console.error(say('demoFailed', { why: error instanceof Error ? error.message : String(error) }))
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  // What a person can do something about is one line; anything else is a bug of ours and shows where.
  console.error(error instanceof StartError ? `hotline: ${error.message}` : error)
  process.exit(1)
}
