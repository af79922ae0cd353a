/**
 * One call through everything that an agent can do with it, with the switchboard killed on the way at a point that is counted, not timed
 * (kit/die-at.ts). The people go on as they would: they ask again, hang up in the end, and each call has its record.
 */
import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentView, DeskCommand } from '#acd/core'
import type { AgentId } from '#kernel'
import type { Running } from '../../scripts/lib/private-root.ts'
import { switchboardRuntime } from '../../scripts/lib/system.ts'
import type { Failure } from '../simulation/failure.ts'
import type { Fault } from './fault.ts'
import { judge } from './judge.ts'
import type { Caller } from './kit/callers.ts'
import type { DieAtOrder } from './kit/die-at.ts'
import { netAfterS, numbers, type Stack, storyCount } from './kit/stack.ts'

export type CrashOutcome = {
  /** What each point was, as far as the process came. */
  readonly points: readonly string[]
  /** Commands that were refused, or that came to nothing; without a crash there are none. */
  readonly refused: readonly string[]
  readonly failures: readonly Failure[]
  /** From its death until it is ready again; 0 when it was not killed. */
  readonly recoveryMs: number
}

const preload = '/srv/hotline/test/faults/kit/die-at.ts'
const orderName = 'die-at.json'
/** A step that does not come true after the crash is left out; the story goes on. */
const stepMs = 4_000
const quietMs = 40_000
const nobodyDies: DieAtOrder = { story: 0, at: 0 }

export type CrashStories = Awaited<ReturnType<typeof openCrashStories>>

/** Starts the switchboard anew, so that it can be told to die; `close` starts it as it was. */
export async function openCrashStories(stack: Stack) {
  const { system } = stack
  const order = join(system.options.dir, 'switchboard/cache', orderName)
  const restart = async (more: Readonly<Record<string, string>>): Promise<void> => {
    await system.stop('switchboard')
    stack.tell('switchboard', more)
    await system.start('switchboard')
  }
  const give = (what: DieAtOrder): void => writeFileSync(order, JSON.stringify(what), { mode: 0o644 })
  give(nobodyDies)
  const NODE_OPTIONS = `--import ${preload} ${switchboardRuntime.NODE_OPTIONS}`
  await restart({ NODE_OPTIONS, DIE_AT_ORDER: `/srv/cache/${orderName}`, DIE_AT_DIALLED: numbers.story })
  let stories = 0
  let isOver = false
  /** The process that may die, and when it is back, with the ms it took. */
  let life: { readonly running: Running; readonly back: Promise<number> } | undefined

  function watchOver(): { readonly running: Running; readonly back: Promise<number> } {
    const running = system.part('switchboard')
    if (!running) throw new Error('the switchboard is not running')
    if (life?.running === running) return life
    const back = running.exited.then(async () => {
      const diedAt = performance.now()
      give(nobodyDies) // or it would die again
      if (!isOver) await stack.ensure('switchboard')
      return performance.now() - diedAt
    })
    back.catch(() => undefined) // whoever waits for it is told
    life = { running, back }
    return life
  }

  /** Begins a story. `died` resolves when the switchboard has: never, when the story comes to its end without. */
  async function begin(dieAt: number) {
    const story = ++stories
    const failures: Failure[] = []
    const complain = (invariant: string, detail: string): void =>
      void failures.push({ invariant, detail: `point ${dieAt}: ${detail}`, at: Date.now() })
    await untilReady(stack)
    const { running, back } = watchOver()
    const logged = statSync(running.logFile).size
    give({ story, at: dieAt })
    const toItsEnd = async (): Promise<CrashOutcome & { readonly caller: Caller }> => {
      const { caller, refused } = await tellStory(stack, complain)
      if (caller.endedBy === 'hotline') complain('nobody is cut off', JSON.stringify(caller))
      stack.callers.hangUp(caller)
      await untilReady(stack, quietMs).catch((error: unknown) => complain('agents are ready again', String(error)))
      const lines = readFrom(running.logFile, logged).matchAll(new RegExp(`^point ${story} \\d+ (.*)$`, 'gm'))
      const points = [...lines].map(([, what]) => what ?? '')
      const recoveryMs = dieAt > 0 && points.length >= dieAt ? await back : 0
      return { points, refused, failures, recoveryMs, caller }
    }
    return { told: toItsEnd(), died: running.exited, complain }
  }

  return {
    begin,
    /** A story in an empty hall. `dieAt` 0: the whole of it, to count the points. */
    async tell(dieAt: number): Promise<CrashOutcome> {
      const phonesRung = stack.phones.rung()
      const { told, complain } = await begin(dieAt)
      const { caller, ...outcome } = await told
      await judge(stack, [caller], { settleMs: quietMs, mayBeForgotten: () => false }, complain)
      const rung = stack.phones.rung() - phonesRung
      const dials = await dialled(stack, caller)
      if (rung > dials && outcome.recoveryMs < netAfterS * 1_000)
        complain('no phone rings without a fact that says why', `${rung} rang, ${dials} told`)
      return outcome
    },
    close: () => {
      isOver = true
      return restart({})
    },
  }
}

/** One story after another while the hall is at work: with each blow the switchboard dies at the next of these points. */
export function diesAt(points: readonly number[]): Fault {
  const left = points.values()
  let stories: CrashStories | undefined
  let telling: Promise<CrashOutcome> | undefined
  return {
    name: 'switchboard killed at a point of a call',
    async prepare(stack) {
      stories = await openCrashStories(stack)
      return stories.close
    },
    async inject() {
      const story = await stories?.begin(left.next().value ?? 0)
      telling = story?.told
      await Promise.race([story?.died, telling])
    },
    lastsMs: 0,
    async heal() {
      const failures = (await telling)?.failures ?? []
      if (failures.length > 0) throw new Error(failures.map((one) => `${one.invariant}: ${one.detail}`).join('; '))
    },
    mostBlows: points.length,
  }
}

const castOf = ({ agents }: Stack) => agents.slice(-storyCount)

const untilReady = (stack: Stack, withinMs = 15_000): Promise<void> => {
  const { desks } = stack
  const open = (): string[] => desks.notReady(castOf(stack).map(({ agent }) => agent))
  return desks.watch.until(
    () => open().length === 0,
    withinMs,
    () => open().join('; '),
  )
}

/** How often a phone was dialled for this caller, as it is written. */
async function dialled({ ask }: Stack, caller: Caller): Promise<number> {
  const [row] = await ask<{ legs: number }>(
    `select count(*)::int as legs from facts where type in ('call.offered', 'call.partyDialled')
        and call in (select id from calls where caller_number = $1)`,
    [caller.number],
  )
  return row?.legs ?? 0
}

function readFrom(path: string, offset: number): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(statSync(path).size - offset)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset)).toString()
  } finally {
    closeSync(file)
  }
}

type Step = {
  readonly command: DeskCommand['command']
  readonly holds: (view: AgentView | undefined) => boolean
}

const isTalking = (view: AgentView | undefined): boolean => view?.call?.state === 'talking' && !view.call.held

/** `colleagues`: one for the consultation, one for the transfer. */
function steps(colleagues: readonly [string, string]): Step[] {
  const [first, second] = colleagues.map((agent) => ({ kind: 'agent', agent: agent as AgentId }) as const)
  if (!first || !second) throw new Error('there are not enough agents')
  const targetTalks = (view: AgentView | undefined): boolean => view?.call?.target?.state === 'talking'
  return [
    { command: { name: 'hold' }, holds: (view) => view?.call?.held === true },
    { command: { name: 'resume' }, holds: isTalking },
    { command: { name: 'consult', party: first }, holds: targetTalks },
    { command: { name: 'toggle' }, holds: (view) => view?.call?.target?.side === 'caller' },
    { command: { name: 'toggle' }, holds: (view) => view?.call?.target?.side === 'target' },
    { command: { name: 'join' }, holds: (view) => view?.call?.state === 'threeWay' },
    { command: { name: 'dropParty' }, holds: isTalking },
    { command: { name: 'blindTransfer', party: second }, holds: (view) => view?.call === null },
  ]
}

async function tellStory(
  stack: Stack,
  complain: (invariant: string, detail: string) => void,
): Promise<{ caller: Caller; refused: string[] }> {
  const { callers, desks } = stack
  const cast = castOf(stack)
  const refused: string[] = []
  const caller = callers.call(numbers.story)
  const holder = (): string | undefined =>
    cast.find(({ agent }) => {
      const call = desks.view(agent)?.call
      return call?.callerNumber === caller.number && call.state === 'talking'
    })?.agent
  try {
    await desks.watch.until(
      () => holder() !== undefined,
      20_000,
      () => `nobody talks with ${JSON.stringify(caller)}`,
    )
  } catch (error) {
    complain('it recovers', String(error))
    return { caller, refused }
  }
  const agent = holder() ?? ''
  const call = desks.view(agent)?.call?.call
  const others = cast.map((one) => one.agent).filter((one) => one !== agent)
  for (const { command, holds } of steps([others.at(-1) ?? '', others.at(-2) ?? ''])) {
    const reply = await desks.ask(agent, command, call)
    const done = reply.ok && (await comesTrue(desks, () => holds(desks.view(agent)), command.name))
    if (!done) refused.push(`${command.name}: ${reply.ok ? 'not done' : reply.refusal}`)
  }
  return { caller, refused }
}

const comesTrue = ({ watch }: Stack['desks'], holds: () => boolean, what: string): Promise<boolean> =>
  watch
    .until(holds, stepMs, () => what)
    .then(
      () => true,
      () => false,
    )
