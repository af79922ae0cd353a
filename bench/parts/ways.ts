/** The ways in which a caller can be brought to an agent; each begins with a fresh Asterisk. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { authorization } from '#platform/asterisk/ari-transport'
import { lastLines } from '../../scripts/lib/private-root.ts'
import { until } from '../../scripts/lib/readiness.ts'
import { switchboardRuntime } from '../../scripts/lib/system.ts'
import { type AgentsAtWork, putAgentsToWork } from '../lab/agents-at-work.ts'
import { numbers } from '../lab/asterisk-etc.ts'
import { type Lab, type Program, ports, untilReady } from '../lab/lab.ts'
import { startPhones } from '../lab/sipp.ts'

export type Way = {
  readonly number: string
  readonly place: { readonly root: string; readonly dir: string }
  /** Name → pid. `controller` is who decides, where that is not Asterisk itself. */
  readonly processes: Readonly<Record<string, number>>
  /** Waits until all is as before the calls; answers how many agents cannot take one, or calls are left, which should be none. */
  settled(): Promise<number>
  stop(): Promise<void>
}

export type WayName = 'dial' | 'queue' | 'ours'

export const openWay = (lab: Lab, name: WayName, storePids: Readonly<Record<string, number>>): Promise<Way> =>
  name === 'ours' ? openOurs(lab, storePids) : openInAsterisk(lab, name)

async function openInAsterisk(lab: Lab, name: 'dial' | 'queue'): Promise<Way> {
  const hall = await openHall(lab, name === 'queue')
  return {
    number: numbers[name],
    place: hall.place,
    processes: { asterisk: hall.asterisk.pid },
    settled: () => untilSilent(lab),
    stop: hall.stop,
  }
}

/** Waits until Asterisk has no channel any more; answers how many calls are left, which should be none. */
async function untilSilent(lab: Lab): Promise<number> {
  const ask = async (): Promise<number> => {
    const password = readFileSync(lab.env.HOTLINE_ARI_PASSWORD_FILE ?? '', 'utf8').trim()
    const headers = { authorization: authorization({ url: '', user: lab.env.HOTLINE_ARI_USER ?? '', password }) }
    const response = await fetch(`${lab.env.HOTLINE_ARI_URL}/ari/channels`, { headers })
    return Math.ceil(((await response.json()) as unknown[]).length / 2)
  }
  let left = await ask()
  for (const end = performance.now() + 10_000; left > 0 && performance.now() < end; left = await ask()) await pause(50)
  return left
}

/** Switchboard and worker as `scripts/start` runs them; Postgres and Redis must be there. `runtime`: more of node's own options. */
export async function openOurs(
  lab: Lab,
  storePids: Readonly<Record<string, number>>,
  runtime: { readonly switchboard?: readonly string[]; readonly worker?: readonly string[] } = {},
): Promise<Way & { readonly agents: AgentsAtWork }> {
  const hall = await openHall(lab, false)
  const programs: Program[] = []
  try {
    const health = (port: number) => ({ HOTLINE_HEALTH_LISTEN: `127.0.0.1:${port}` })
    const profile = process.env.HOTLINE_BENCH_PROFILE
    const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
    const switchboard = lab.run(
      'switchboard',
      [...profiling, ...(runtime.switchboard ?? []), 'src/main/switchboard.ts'],
      {
        ...switchboardRuntime,
        ...health(ports.switchboardHealth),
      },
    )
    programs.push(switchboard)
    const worker = lab.run('worker', [...(runtime.worker ?? []), 'src/main/worker.ts'], health(ports.workerHealth))
    programs.push(worker)
    await untilReady('the switchboard', switchboard, ports.switchboardHealth)
    await untilReady('the worker', worker, ports.workerHealth)
    const agents = await putAgentsToWork(lab)
    const absent = await agents.untilAllReady(30_000)
    if (absent > 0) throw new Error(`${absent} agents do not get ready: ${agents.told()}`)
    return {
      number: numbers.ours,
      place: hall.place,
      processes: { asterisk: hall.asterisk.pid, controller: switchboard.pid, worker: worker.pid, ...storePids },
      agents,
      // Longer than the switchboard takes to look for calls that have ended unheard.
      async settled() {
        const absent = await agents.untilAllReady(40_000)
        if (absent > 0) console.log(`  ${agents.told()}`)
        return absent
      },
      async stop() {
        await agents.stop()
        await Promise.all(programs.map((program) => program.stop()))
        await hall.stop()
      },
    }
  } catch (error) {
    await Promise.all(programs.map((program) => program.stop()))
    await hall.stop()
    throw error
  }
}

/** Asterisk, and phones that answer at once. */
export async function openHall(lab: Lab, withQueue: boolean) {
  const asterisk = await lab.startAsterisk({ withQueue })
  const place = { root: lab.root, dir: join(lab.dir, 'sipp') }
  try {
    const phones = await startPhones(place, ports.phones, ports.sip)
    return {
      asterisk,
      place,
      async stop() {
        await phones.stop()
        await asterisk.stop()
      },
    }
  } catch (error) {
    await asterisk.stop()
    throw error
  }
}

export const minimalClients = {
  'ari-client': { program: 'bench/minimal/ari-client.ts', sockets: '0' },
  'own client, HTTP': { program: 'bench/minimal/own.ts', sockets: '0' },
  'own client, websockets': { program: 'bench/minimal/own.ts', sockets: '4' },
} as const
export type MinimalClient = keyof typeof minimalClients

/** A minimal controller through one of the clients. */
export async function openMinimal(lab: Lab, client: MinimalClient): Promise<Way> {
  const hall = await openHall(lab, false)
  const { program, sockets } = minimalClients[client]
  const controller = lab.run('minimal', [program], { HOTLINE_BENCH_SOCKETS: sockets })
  const stop = async (): Promise<void> => {
    await controller.stop()
    await hall.stop()
  }
  try {
    await until('the minimal controller', async () => /^ready$/m.test(readFileSync(controller.logFile, 'utf8')), {
      withinMs: 15_000,
      unless: controller.exited.then((code) => `code ${code}; ${lastLines(controller.logFile)}`),
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    number: numbers.minimal,
    place: hall.place,
    processes: { asterisk: hall.asterisk.pid, controller: controller.pid },
    settled: () => untilSilent(lab),
    stop,
  }
}
