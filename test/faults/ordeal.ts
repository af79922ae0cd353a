/** One fault while the hall is at work: some talk, some wait, new ones come all the time; then everything is looked through. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Failure } from '../simulation/failure.ts'
import type { Fault } from './fault.ts'
import { judge } from './judge.ts'
import type { Caller } from './kit/callers.ts'
import type { Ear, Side } from './kit/sound.ts'
import { numbers, type Stack } from './kit/stack.ts'

export type Load = {
  /** Who talk all the time, and who wait all the time. */
  readonly talking: number
  /** So many of those who talk do so with tones. */
  readonly tones: number
  readonly waiting: number
  /** So many ring at an agent's phone all the time; each then talks for less than a second, and another comes. */
  readonly ringing: number
  /** New calls a second; each talks for less than a second. */
  readonly rate: number
  /** How often the fault strikes one and the same hall, unless it ends every call or says otherwise. */
  readonly blows: number
  /** How long the load goes on before each blow, ms. */
  readonly beforeMs: () => number
}

export type Outcome = {
  readonly fault: string
  readonly blows: number
  readonly calls: number
  readonly lost: number
  readonly doubled: number
  readonly reordered: number
  /** Calls that the hotline ended. */
  readonly cut: number
  /** From the moment in which it has struck until a caller who came after it was connected: half of the blows, and the worst. */
  readonly medianRecoveryMs: number
  readonly recoveryMs: number
  /** Until another had taken over, or what had ended was started again, and was ready, the worst; 0: nothing was started. */
  readonly readyMs: number
  /** Each blow, in their order. */
  readonly each: readonly Recovery[]
  /** The longest that a caller who came after the hall was filled waited for a sign from us. */
  readonly signMs: number
  /** Of all tones, the most that an ear missed in a row, ms; and how long one heard nothing while the other side spoke. */
  readonly gapMs: number
  readonly stillMs: number
  readonly failures: readonly Failure[]
}

type Recovery = Pick<Outcome, 'recoveryMs' | 'readyMs'>

const patienceMs = 45_000
/** Who waits before the fault waits until it is over. */
const waitersPatienceMs = 3_600_000
const mostGapMs = 60
/** Sound that is late is no fault of ours; that which stops is. */
const mostStillMs = 1_000
const atOnceMs = 300
/** Two callers of app_queue may reach for the same phone; the one who gets none is passed by some until the next is free. */
const mostPassedBy = 5
/** Each of them sees at the end of his slice (extensions.conf, 2 s) that phones may ring from now on. */
const netAtOnceMs = 2_300
/** How long a screen may take to show again what it showed before the blow. */
const screensMs = 5_000
const shortTalkMs = () => 300 + Math.random() * 600
/** Who has the music of the net is told by nothing in SIP that an agent is heard: time for an Asterisk that has stood still to connect them. */
const netTalkMs = 2_000

export async function ordeal(stack: Stack, fault: Fault, load: Load): Promise<Outcome> {
  const undo = await fault.prepare?.(stack)
  try {
    return await strike(stack, fault, load)
  } finally {
    await undo?.()
  }
}

async function strike(stack: Stack, fault: Fault, load: Load): Promise<Outcome> {
  const { callers } = stack
  const failures: Failure[] = []
  const complain = (invariant: string, detail: string): void =>
    void failures.push({ invariant, detail, at: Date.now() })
  const before = callers.all.length
  const mine = (): readonly Caller[] => callers.all.slice(before)

  const { holder, waiting, talking, ...flow } = await fillHall(stack, load)
  const lasting = fault.endsCalls ? [] : [holder, ...talking]
  const struck: Caller[] = []
  const recoveries: Recovery[] = []

  async function blow(): Promise<Recovery> {
    const agentsBefore = agentsOf(stack, lasting)
    await fault.inject(stack)
    if (fault.endsCalls) {
      struck.push(...mine().filter(({ endedAt }) => endedAt === null))
      for (const caller of struck) callers.hangUp(caller)
      stack.phones.putDown()
    }
    const injectedAt = Date.now()
    const takenOverAt = fault.takenOver?.(stack).then(Date.now)
    takenOverAt?.catch(() => undefined) // awaited below
    await pause(fault.lastsMs) // the fault goes on
    await fault.heal(stack)
    // Of those whose agent takes up the phone at once.
    const servedAt = (): number[] =>
      flow.comers.flatMap(({ dialled, begunAt, connectedAt }) =>
        dialled === numbers.brisk && begunAt >= injectedAt && connectedAt !== null ? [connectedAt] : [],
      )
    await until(stack, `new callers connected after "${fault.name}"`, () => servedAt().length > 0)
    const connectedAt = Math.min(...servedAt())
    const areBack = (): boolean => agentsOf(stack, lasting) === agentsBefore
    await stack.desks.watch
      .until(areBack, screensMs, () => `${agentsBefore} became ${agentsOf(stack, lasting)}`)
      .catch((error: unknown) => complain('agents are in the state in which they were', String(error)))
    const readyAt = (await takenOverAt) ?? stack.readyAt()
    return { recoveryMs: connectedAt - injectedAt, readyMs: Math.max(0, readyAt - injectedAt) }
  }

  try {
    const blows = fault.endsCalls ? 1 : Math.min(load.blows, fault.mostBlows ?? load.blows)
    while (recoveries.length < blows) {
      await pause(load.beforeMs()) // the load goes on
      recoveries.push(await blow())
    }
    await pause(1_000) // and the load goes on
  } catch (error) {
    complain('it recovers', String(error))
  } finally {
    flow.stop()
  }
  // Those who wait are served by one agent, one after another.
  const settleMs = patienceMs + load.waiting * 1_000
  const settle = async (what: string, holds: () => boolean): Promise<void> =>
    until(stack, what, holds, settleMs).catch((error: unknown) => complain('everybody is served', String(error)))
  await settle('all who came are served', () => flow.comers.every(({ endedAt }) => endedAt !== null))
  const cut = mine().filter((caller) => caller.endedBy === 'hotline' && !struck.includes(caller))
  if (!fault.endsCalls) for (const caller of cut) complain('nobody is cut off', JSON.stringify(caller))
  callers.hangUp(holder)
  await settle('all who waited are served', () => waiting.every(({ endedAt }) => endedAt !== null))
  const reordered = fault.endsCalls ? 0 : (fault.netRings ? outOfNetTurn : outOfTurn)(waiting)
  if (reordered > 0) complain('who came first goes first', JSON.stringify(waiting))
  const ears = endTones(stack, talking)
  const missing = ears.filter(({ lostMs, stillMs }) => lostMs > mostGapMs || stillMs > mostStillMs)
  if (!fault.endsCalls && !fault.stillsSound && missing.length > 0)
    complain('who talk hear each other', JSON.stringify(missing))
  for (const caller of mine()) callers.hangUp(caller)
  const verdict = await judge(
    stack,
    mine(),
    {
      settleMs: fault.settleMs ?? 15_000,
      mayBeForgotten: (caller) => fault.endsCalls === true && struckOrMissed(caller),
      arrivalsAreLate: fault.endsCalls === true || fault.stillsSound === true,
      ...(fault.stepsMs && { clockMs: fault.stepsMs }),
    },
    complain,
  )
  const whole = await storyOf(stack, cut).catch((error: unknown) => [String(error)])
  if (!fault.endsCalls && whole.length > 0)
    complain('nobody is cut off', `what is written of them: ${whole.join('; ')}`)
  const times = recoveries.map(({ recoveryMs }) => recoveryMs).toSorted((a, b) => a - b)
  return {
    fault: fault.name,
    blows: recoveries.length,
    calls: mine().length,
    ...verdict,
    reordered,
    cut: cut.length,
    medianRecoveryMs: times[Math.floor(times.length / 2)] ?? Number.NaN,
    recoveryMs: Math.max(...times),
    readyMs: Math.max(...recoveries.map(({ readyMs }) => readyMs)),
    each: recoveries,
    signMs: Math.max(0, ...flow.comers.map(({ begunAt, heardAt }) => (heardAt ?? begunAt) - begunAt)),
    gapMs: Math.max(0, ...ears.map(({ lostMs }) => lostMs)),
    stillMs: Math.max(0, ...ears.map(({ stillMs }) => stillMs)),
    failures,
  }

  /** Asterisk has died under them before an agent was connected. */
  function struckOrMissed(caller: Caller): boolean {
    return struck.includes(caller) && caller.connectedAt === null
  }
}

/** Those who talk and wait all the time, and those who come and go, until `stop`. */
async function fillHall(stack: Stack, load: Load) {
  const { callers } = stack
  const holder = await talkingCaller(stack, numbers.slow)
  const waiting: Caller[] = []
  while (waiting.length < load.waiting) {
    const caller = callers.call(numbers.slow)
    waiting.push(caller)
    await until(stack, 'a caller in the queue', () => caller.takenAt !== null)
    talkOnceConnected(stack, caller, () => 100, waitersPatienceMs)
  }
  const talking = await Promise.all(
    Array.from({ length: load.talking }, (_, n) => talkingCaller(stack, numbers.brisk, n < load.tones)),
  )
  await stack.sounds.flow()
  const comers: Caller[] = []
  let isOver = false
  const come = (number: string): Caller => {
    const caller = callers.call(number)
    comers.push(caller)
    talkOnceConnected(stack, caller, shortTalkMs)
    return caller
  }
  const comeAgain = async (): Promise<void> => {
    while (!isOver) {
      const caller = come(numbers.late)
      await until(stack, 'a late caller is over', () => caller.endedAt !== null, waitersPatienceMs)
      await pause(Math.random() * 200) // the next one is another person
    }
  }
  for (let n = 0; n < load.ringing; n++) void comeAgain()
  const steady = setInterval(() => come(numbers.brisk), 1000 / load.rate)
  return {
    ...{ holder, waiting, talking, comers: comers as readonly Caller[] },
    stop(): void {
      isOver = true
      clearInterval(steady)
    },
  }
}

/** Who has these callers, and how, as the screens show it. */
function agentsOf({ desks, agents }: Stack, callers: readonly Caller[]): string {
  const numbersOf = new Set(callers.map(({ number }) => number))
  return agents
    .flatMap(({ agent }) => {
      const view = desks.view(agent)
      if (!view?.call || !numbersOf.has(view.call.callerNumber)) return []
      const { callerNumber, state, held, muted } = view.call
      return [JSON.stringify({ agent, status: view.status.state, callerNumber, state, held, muted })]
    })
    .join(' ')
}

/** What was written of these, a line a fact, for who has to find out why. */
async function storyOf(stack: Stack, callers: readonly Caller[]): Promise<string[]> {
  if (callers.length === 0) return []
  const rows = await stack.ask<{ line: string }>(
    `select c.caller_number || ' ' || f.type || ' ' || f.at::text || ' ' || f.body::text as line
       from calls c join facts f on f.call = c.id where c.caller_number = any($1) order by c.id, f.journal, f.seq`,
    [callers.map(({ number }) => number)],
  )
  return rows.map(({ line }) => line)
}

type Missed = Ear & { readonly number: string; readonly side: Side }

/** What the ears of all who talked with tones have missed, each. */
const endTones = ({ sounds }: Stack, talking: readonly Caller[]): Missed[] =>
  talking
    .filter(({ number }) => sounds.has(number))
    .flatMap(({ number }) => {
      const ears = sounds.end(number)
      return (['caller', 'phone'] as const).map((side) => ({ number, side, ...ears[side] }))
    })

async function talkingCaller(stack: Stack, number: string, tone = false): Promise<Caller> {
  const caller = stack.callers.call(number, tone)
  await until(stack, 'a caller who talks', () => caller.connectedAt !== null)
  return caller
}

function talkOnceConnected({ callers }: Stack, caller: Caller, talkMs: () => number, waitsMs = patienceMs): void {
  callers.watch
    .until(
      () => caller.connectedAt !== null || caller.endedAt !== null,
      waitsMs,
      () => '',
    )
    .then(
      () => setTimeout(() => callers.hangUp(caller), talkMs() + (caller.netRungAt === null ? 0 : netTalkMs)),
      () => callers.hangUp(caller),
    )
}

const until = ({ callers }: Stack, what: string, holds: () => boolean, withinMs = patienceMs): Promise<void> =>
  callers.watch.until(holds, withinMs, () => what)

/** How many were connected clearly after somebody who had come later. Phones that ring at once may be taken up in any order. */
function outOfTurn(waiting: readonly Caller[]): number {
  return waiting.filter(({ connectedAt }, n) => {
    const later = waiting.slice(n + 1).flatMap((caller) => caller.connectedAt ?? [])
    return later.some((at) => (connectedAt ?? Number.POSITIVE_INFINITY) > at + atOnceMs)
  }).length
}

/** For how many the safety net had a phone ring only after it had rung for several who had come later. */
function outOfNetTurn(waiting: readonly Caller[]): number {
  const rungAt = ({ netRungAt, connectedAt }: Caller): number => netRungAt ?? connectedAt ?? Number.POSITIVE_INFINITY
  return waiting.filter(
    (caller, n) =>
      waiting.slice(n + 1).filter((later) => rungAt(caller) > rungAt(later) + netAtOnceMs).length > mostPassedBy,
  ).length
}
