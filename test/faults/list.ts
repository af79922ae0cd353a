/** What may go wrong on the real stack. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { runInside } from '../../scripts/lib/private-root.ts'
import type { PartName } from '../../scripts/lib/system.ts'
import type { Fault } from './fault.ts'
import type { Mischief } from './kit/ari-proxy.ts'
import { startSecondWorker } from './kit/second-worker.ts'
import { canMount, moveToSmallDisk, type SmallDisk } from './kit/small-disk.ts'
import type { Stack } from './kit/stack.ts'
import { aReadyLeader, leader } from './kit/standby.ts'
import { hangClock, type WallClock } from './kit/wall-clock.ts'

const nothing = async (): Promise<void> => {}

const long = (fault: Fault): Fault => (fault.lastsMs > 60_000 ? { ...fault, mostBlows: 1 } : fault)

const killed = (name: PartName, lastsMs = 0): Fault => ({
  name: lastsMs > 0 ? `${name} killed and away for ${lastsMs / 1000} s` : `${name} killed`,
  inject: ({ system }) => system.kill(name),
  lastsMs,
  heal: ({ ensure }) => ensure(name),
  // What the safety net did meanwhile may be read by the audit, every 30 s.
  ...(name === 'switchboard' && lastsMs > 0 ? { settleMs: 45_000 } : {}),
})

/** And every call with it. */
const asteriskEnds = (name: string, inject: Fault['inject']): Fault => ({
  ...{ name, inject, lastsMs: 0, endsCalls: true, settleMs: 45_000 },
  heal: ({ ensure }) => ensure('asterisk'),
})

/** So many times, with a while between them in which the load goes on. */
async function again(times: number, everyMs: number, deed: () => Promise<unknown> | unknown): Promise<void> {
  for (let n = 0; n < times; n++) {
    await deed()
    await pause(everyMs)
  }
}

/** Signals Asterisk or one of ours. */
const signal = (stack: Stack, name: PartName, which: NodeJS.Signals): void => {
  const pid = stack.system.part(name)?.pid
  if (pid === undefined) throw new Error(`${name} is not running`)
  process.kill(pid, which)
}

const frozen = (name: PartName, lastsMs: number): Fault => ({
  ...(name === 'asterisk' ? { stillsSound: true } : {}),
  name: `${name} stopped for ${lastsMs / 1000} s`,
  inject: async (stack) => signal(stack, name, 'SIGSTOP'),
  lastsMs,
  heal: async (stack) => signal(stack, name, 'SIGCONT'),
})

/** A second switchboard stands by, or the first one after a blow; afterwards the first one leads again, alone. */
async function standBy({ system, ensure }: Stack): Promise<() => Promise<unknown>> {
  await ensure('switchboard-2')
  return async () => {
    await ensure('switchboard')
    await system.stop('switchboard-2')
  }
}

const withStandby = (lastsMs: number): Fault => ({
  name: `switchboard stopped for ${lastsMs / 1000} s, with a standby`,
  prepare: standBy,
  async inject(stack) {
    const { running } = await leader(stack)
    process.kill(running.pid, 'SIGSTOP')
  },
  lastsMs,
  // Its guard kills it when it is silent for longer than a moment: then there is nothing to continue.
  async heal(stack) {
    for (const name of ['switchboard', 'switchboard-2'] as const) {
      if (stack.system.part(name)) signal(stack, name, 'SIGCONT')
      await stack.ensure(name)
    }
  },
  takenOver: aReadyLeader,
})

const hourS = 3_600

/** The clock on the wall is an hour ahead, then one behind, then right again. */
function clockSet(lastsMs: number): Fault {
  let clock: WallClock | undefined
  return {
    name: 'clock set by 1 h, forward and back',
    async prepare(stack) {
      clock = await hangClock(stack)
      return () => clock?.leave() ?? Promise.resolve()
    },
    inject: async () => clock?.set(hourS),
    lastsMs,
    async heal() {
      clock?.set(-hourS)
      await pause(lastsMs) // the fault goes on
      clock?.set(0)
    },
    stepsMs: 2 * hourS * 1_000, // from ahead to behind
    settleMs: 45_000,
  }
}

/** The worker dies at one of its steps after another, each time a new one: see kit/die-in-worker.ts. */
const workerDies = (points: readonly number[]): Fault => ({
  name: `worker killed at ${points.length} of its steps`,
  async inject({ system, tell }) {
    await system.stop('worker')
    for (const at of points) {
      tell('worker', {
        NODE_OPTIONS: '--import /srv/hotline/test/faults/kit/die-in-worker.ts',
        WORKER_DIES_AT: `${at}`,
      })
      // It may die before it is seen to be ready.
      await system.start('worker').catch(() => undefined)
      const exit = await system.part('worker')?.exited
      // The sandbox says of one that was killed inside it 128 + 9.
      if (exit && exit.signal !== 'SIGKILL' && exit.code !== 137)
        throw new Error(`the worker ended by itself: ${JSON.stringify(exit)}`)
    }
  },
  lastsMs: 0,
  async heal({ system, tell }) {
    tell('worker', {})
    if (!system.part('worker')) await system.start('worker')
  },
  // A worker that was killed leaves its jobs locked for 15 s.
  settleMs: 60_000,
  mostBlows: 1,
})

/** `what`: a folder or file of the switchboard. */
function diskFull(name: string, what: string, lastsMs: number): Fault {
  let disk: SmallDisk | undefined
  return {
    name: `${name} full for ${lastsMs / 1000} s`,
    possible: canMount,
    async prepare(stack) {
      const moved = await moveToSmallDisk(stack, what)
      disk = moved
      return () => moved.leave()
    },
    inject: async () => disk?.fill(),
    lastsMs,
    async heal({ ensure }) {
      disk?.empty()
      await ensure('switchboard')
    },
  }
}

/** Events of calls, a share of them; what tells of the connection itself is let through. */
const meddled = (what: string, share: number, one: ReturnType<Mischief>): Fault => ({
  name: `${share * 100} % of events ${what}`,
  inject: async ({ proxy }) => proxy.meddle(() => (Math.random() < share ? one : { times: 1, afterMs: 0 })),
  lastsMs: 4_000,
  heal: async ({ proxy }) => proxy.meddle(null),
  // What was never told is found by the audit, every 30 s.
  settleMs: 45_000,
})

async function flushRedis({ system }: Stack): Promise<void> {
  const password = system.env['HOTLINE_REDIS_PASSWORD_FILE'] ?? ''
  const { root, dir, ports } = system.options
  const command = [
    'redis-cli',
    '-p',
    `${ports.redis}`,
    '--no-auth-warning',
    '-a',
    readFileSync(password, 'utf8').trim(),
  ]
  await runInside({ root, user: 'redis', binds: [], command: [...command, 'FLUSHALL'] }, { scratch: `${dir}/scratch` })
}

const insufficientPrivilege = '42501'

/** A process that has taken the place of a session that ended just now may be one that we must not end. */
async function endSessions(stack: Stack): Promise<void> {
  await stack
    .ask(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hotline_app'`)
    .catch((error: { code?: string }) => {
      if (error.code !== insufficientPrivilege) throw error
    })
}

/** Enough for every run of the tests; the rest is for `scripts/soak`. */
export const short: readonly Fault[] = [
  killed('switchboard'),
  {
    name: 'switchboard restarted',
    inject: ({ system }) => system.stop('switchboard'),
    lastsMs: 0,
    heal: ({ ensure }) => ensure('switchboard'),
  },
  {
    name: 'switchboard killed, with a standby',
    prepare: standBy,
    async inject(stack) {
      await stack.system.kill((await leader(stack)).name)
    },
    lastsMs: 0,
    async heal({ ensure }) {
      await ensure('switchboard')
      await ensure('switchboard-2')
    },
    takenOver: aReadyLeader,
  },
  withStandby(4_000),
  killed('worker', 2_000),
  workerDies([1, 8, 15, 22, 29, 36]),
  {
    name: 'two workers, one killed',
    async prepare(stack) {
      const second = await startSecondWorker(stack)
      return () => second.stop()
    },
    inject: ({ system }) => system.kill('worker'),
    lastsMs: 1_000,
    heal: ({ ensure }) => ensure('worker'),
  },
  killed('api'),
  killed('redis', 2_000),
  {
    name: 'redis erased',
    inject: (stack) => again(5, 200, () => flushRedis(stack)),
    lastsMs: 0,
    heal: nothing,
  },
  killed('postgres', 3_000),
  {
    name: 'ARI connections reset 5 times',
    inject: ({ proxy }) => again(5, 800, proxy.cut),
    lastsMs: 0,
    heal: nothing,
  },
  meddled('doubled', 0.1, { times: 2, afterMs: 0 }),
  meddled('dropped', 0.05, { times: 0, afterMs: 0 }),
  meddled('delayed by 0.5 s', 0.05, { times: 1, afterMs: 500 }),
  diskFull('journal disk', 'journal', 3_000),
  diskFull('log disk', 'switchboard.log', 3_000),
  clockSet(2_000),
  frozen('asterisk', 2_000),
  asteriskEnds('asterisk killed', ({ system }) => system.kill('asterisk')),
  asteriskEnds('asterisk restarted', ({ system }) => system.stop('asterisk')),
]

/** As README.md tells it ("Deploy"): the one that stands by is replaced first, then the one that leads. */
const upgrade: Fault = {
  name: 'rolling upgrade of both switchboards',
  prepare: standBy,
  async inject(stack) {
    const { name: leads } = await leader(stack)
    for (const name of [leads === 'switchboard' ? 'switchboard-2' : 'switchboard', leads] as const) {
      await stack.system.stop(name)
      await stack.ensure(name)
    }
  },
  lastsMs: 0,
  heal: nothing,
}

export const faults: readonly Fault[] = [
  { name: 'none', inject: nothing, lastsMs: 0, heal: nothing },
  ...short,
  upgrade,
  killed('switchboard', 10_000),
  // So long that the safety net rings for those who wait.
  { ...killed('switchboard', 40_000), netRings: true },
  withStandby(1_000),
  withStandby(10_000),
  withStandby(60_000),
  killed('rescue', 1_000),
  frozen('switchboard', 1_000),
  frozen('redis', 5_000),
  frozen('postgres', 5_000),
  {
    name: 'database sessions ended 20 times',
    inject: (stack) => again(20, 200, () => endSessions(stack)),
    lastsMs: 0,
    heal: nothing,
  },
  {
    name: 'postgres killed 5 times',
    inject: (stack) =>
      again(5, 500, async () => {
        await stack.system.kill('postgres')
        await stack.ensure('postgres')
      }),
    lastsMs: 0,
    heal: nothing,
  },
  ...[20_000, 600_000].map((lastsMs) => long(killed('redis', lastsMs))),
  ...[20_000, 300_000].map((lastsMs) => long(killed('postgres', lastsMs))),
  workerDies(Array.from({ length: 40 }, (_, n) => n + 1)),
  {
    name: 'worker killed 10 times',
    inject: (stack) =>
      again(10, 300, async () => {
        await stack.system.kill('worker')
        await stack.ensure('worker')
      }),
    lastsMs: 0,
    heal: nothing,
  },
  {
    name: 'ARI connections reset every 10 s, 60 times',
    inject: ({ proxy }) => again(60, 10_000, proxy.cut),
    lastsMs: 0,
    heal: nothing,
    mostBlows: 1,
  },
  diskFull('journal disk', 'journal', 20_000),
  diskFull('log disk', 'switchboard.log', 20_000),
  ...[0.01, 0.1].map((share) => meddled('dropped', share, { times: 0, afterMs: 0 })),
  ...[0.01, 0.05].map((share) => meddled('doubled', share, { times: 2, afterMs: 0 })),
  ...[0.01, 0.1].map((share) => meddled('delayed by 0.5 s', share, { times: 1, afterMs: 500 })),
  frozen('asterisk', 10_000),
  {
    // What scripts/start does with one that does not come back (scripts/lib/hung.ts).
    name: 'asterisk hung for 31 s and ended by force',
    endsCalls: true,
    stillsSound: true,
    inject: async (stack) => signal(stack, 'asterisk', 'SIGSTOP'),
    lastsMs: 31_000,
    async heal({ system, ensure }) {
      await system.kill('asterisk')
      await ensure('asterisk')
    },
    settleMs: 45_000,
  },
]
