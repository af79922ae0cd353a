/**
 * Conducts the live calls: takes events one after another, lets the cores decide, writes the decision down, and only
 * then has it performed. Nothing here waits for Postgres or Redis.
 */
import type { AskedAgent, Directory } from '#acd/core'
import { agentOf, commandAgent } from '#acd/core'
import type { Happening } from '#calls/core'
import type { Journal, NewFact } from '#journal'
import {
  type AgentId,
  type CallId,
  type Instant,
  type LegId,
  limits,
  type OfferId,
  type QueueId,
  type Result,
} from '#kernel'
import type { HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'
import type { PerformEffect } from './perform-effect.ts'
import type { SteadyClock } from './steady-clock.ts'
import type { Timers } from './timers.ts'
import { Turn } from './turn.ts'

export type ConductorDeps = {
  readonly hall: HallState
  readonly journal: Journal
  readonly perform: PerformEffect
  readonly legs: LegRegister
  readonly timers: Timers
  readonly clock: SteadyClock
  readonly directory: () => Directory
  /** How long a caller hears it ring who is not answered before an agent is. */
  readonly ringAtMostMs: number
  /** The time of an offer is up. */
  readonly offerDue: (call: CallId, offer: OfferId) => void
  /** These agents' screens have changed. Called before the turn is on disk: screens show, they do not promise. */
  readonly changed: (agents: ReadonlySet<AgentId>) => void
  /** Facts that are on disk, for whoever counts. */
  readonly onFacts?: ((facts: readonly NewFact[]) => void) | undefined
  /** Whether all that Asterisk may have to tell of an ended call has been asked for since this moment, and it tells nothing of it any more. */
  readonly isOver: (call: CallId, since: Instant) => boolean
  readonly trouble: (error: unknown, what: string) => void
}

export type Conductor = ReturnType<typeof createConductor>

export function createConductor(deps: ConductorDeps) {
  const { hall, journal, perform, legs, timers, clock, directory, ringAtMostMs, offerDue, changed, onFacts, trouble } =
    deps
  const { isOver } = deps
  const { now } = clock
  let last: Promise<void> = Promise.resolve()
  let keptOffsetMs = Number(journal.kept.get('clock') ?? 0)
  const queueOf = (id: QueueId) => directory().queues.find((queue) => queue.id === id)
  const wrapUpMs = (id: QueueId): number => queueOf(id)?.wrapUpMs ?? limits.wrapUpMs

  /** Runs one turn. Resolves when it is on disk; its orders are performed from then on, in order. */
  function take<T>(run: (turn: Turn) => T): { answer: T; durable: Promise<void> } {
    const turn = new Turn(hall, now(), wrapUpMs)
    const answer = run(turn)
    const outcome = turn.close()
    if (outcome.facts.length === 0 && outcome.effects.length === 0 && Object.keys(outcome.keep).length === 0)
      return { answer, durable: Promise.resolve() }
    keepClock(outcome.keep)
    const durable = journal.append({ facts: outcome.facts, keep: outcome.keep })
    const takenAt = now()
    setTimers(turn)
    changed(outcome.touched)
    last = durable.catch(() => {})
    const done = durable.then(() => {
      for (const { call, effect } of outcome.effects) {
        const then = turn.lastOf(call) ?? hall.calls.get(call)
        if (then) perform(then, effect)
        if (now() - takenAt > longWriteMs) ringFromNow(call, effect)
      }
      for (const id of outcome.ended) forgetLater(id)
      onFacts?.(outcome.facts)
    })
    done.catch((error: unknown) => trouble(error, 'journal'))
    return { answer, durable: done }
  }

  /** Only after somebody has set the clock on the wall is ours another. */
  function keepClock(keep: Record<string, unknown>): void {
    const offsetMs = clock.offsetMs()
    if (offsetMs === keptOffsetMs) return
    keptOffsetMs = offsetMs
    keep.clock = offsetMs === 0 ? null : offsetMs
  }

  /** Late news of an ended call is still known to be its own for a while; what the dialplan wrote of it, until that is read and removed. */
  function forgetLater(id: CallId, endedAt = now(), since = now()): void {
    // Never for longer than that: a clock may have been set back while nobody measured.
    const dueMs = Math.min(forgetAfterMs, forgetAfterMs - (now() - endedAt))
    timers.start(`forget:${id}`, Math.max(dueMs, forgetAgainMs), () => {
      if (!isOver(id, since)) {
        forgetLater(id, endedAt, since)
        return
      }
      legs.dropCall(id)
      take((turn) => turn.forget(id))
    })
  }

  function setTimers(turn: Turn): void {
    for (const { call, effect } of turn.outcome.effects) {
      if (effect.do === 'stopTimer') timers.stop(effect.about)
      if (effect.do !== 'startTimer') continue
      const { about, kind } = effect
      if (kind === 'offer') startOffer(call, about as OfferId)
      else if (kind === 'ringing') startRinging(call, about as LegId, now())
      else
        timers.start(about, limits.partnerRingMs, () =>
          post({ type: 'partyExpired', call, leg: about as never, at: now() }),
        )
    }
    for (const order of turn.outcome.wrapUps) {
      const { agent, call } = order
      if (order.start) startWrapUp(agent, call, order.until - now())
      else timers.stop(`wrapUp:${agent}`)
    }
  }

  function startOffer(call: CallId, offer: OfferId): void {
    const queue = hall.calls.get(call)?.queue
    timers.start(offer, (queue && queueOf(queue)?.offerRingMs) ?? limits.offerRingMs, () => offerDue(call, offer))
  }

  /** The disk took nothing for a while: the phone rings only now, and the agent has the whole time to take it up. */
  function ringFromNow(id: CallId, effect: Turn['outcome']['effects'][number]['effect']): void {
    if (effect.do !== 'startTimer' || effect.kind !== 'offer') return
    const call = hall.calls.get(id)
    if (call?.state === 'offering' && call.offer === effect.about) startOffer(id, call.offer)
  }

  function startRinging(call: CallId, leg: LegId, since: Instant): void {
    timers.start(leg, since + ringAtMostMs - now(), () => post({ type: 'ringingExpired', call, leg, at: now() }))
  }

  /** Never for longer than any wrap-up lasts: a clock may have been set back while nobody measured. */
  function startWrapUp(agent: AgentId, call: CallId, ms: number): void {
    const { queues } = directory()
    const longest = queues.length === 0 ? limits.wrapUpMs : Math.max(...queues.map((queue) => queue.wrapUpMs))
    timers.start(`wrapUp:${agent}`, Math.min(ms, longest), () =>
      take((turn) => turn.tell({ type: 'wrapUpOver', agent, call, at: now() })),
    )
  }

  function post(event: Happening): void {
    take((turn) => turn.post(event))
  }

  /** A command of the ACD's kind; a refusal leaves everything as it was. */
  function command(
    turn: Turn,
    agent: AgentId,
    asked: AskedAgent,
    logIn: Parameters<typeof commandAgent>[4],
  ): Result<null, string> {
    const answer = commandAgent(hall.board, agent, asked, now(), logIn)
    if (!answer.ok) return answer
    turn.touch(agent)
    turn.takeHall(answer.value)
    return { ok: true, value: null }
  }

  return {
    take,
    /** Everything decided so far is on disk (or never will be, which is told as trouble). */
    written: (): Promise<void> => last,
    post,
    command,
    startWrapUp,
    startRinging,
    forgetLater,
    agent: (id: AgentId) => agentOf(hall.board, id),
  }
}

const forgetAfterMs = 60_000
/** However often we are started anew, what is to be forgotten does not pile up. */
const forgetAgainMs = 2_000
/** A write takes some ten milliseconds. */
const longWriteMs = 500
