/** Sends one operation in its turn, reads the answer, and tries once more where that cannot do harm. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  type AriReply,
  type AriRequest,
  AriSilence,
  type AriTransport,
  toRequest,
  waitsForChannel,
} from './ari-transport.ts'
import { AriTrouble } from './ari-trouble.ts'
import { EntranceWatch } from './entrance-watch.ts'
import type { OperationAnswers, OperationArgs, OperationName } from './generated/ari.ts'
import { Lanes } from './lanes.ts'
import { messageOf, type Verdict, verdictOf } from './verdict.ts'

export type AskerLimits = {
  /** How long an answer may take that comes as soon as the command is queued. */
  readonly quickMs: number
  /** How long one may take that waits for the channel's thread. */
  readonly waitingMs: number
  /** How long the `StasisStart` of a channel that we made is waited for. */
  readonly entranceMs: number
}
const usualLimits: AskerLimits = { quickMs: 2_000, waitingMs: 5_000, entranceMs: 1_000 }

/**
 * Twice would be heard twice, or do something else the second time. A second `dial` while the first has not got to the
 * phone yet makes Asterisk hang the channel up.
 */
const neverTwice: readonly OperationName[] = [
  'channels.dial',
  'channels.sendDTMF',
  'channels.continueInDialplan',
  'channels.playWithId',
  'bridges.playWithId',
  'channels.originate',
]

/** Of two that undo each other, the last has the word: an earlier one is not repeated after it. */
const undoing: Partial<Record<OperationName, string>> = {
  'channels.mute': 'mute',
  'channels.unmute': 'mute',
  'channels.startMoh': 'music',
  'channels.stopMoh': 'music',
  'channels.ring': 'ring',
  'channels.ringStop': 'ring',
}

type Outcome = { readonly verdict: Exclude<Verdict, 'trouble'>; readonly body: unknown }
export type OnCommand = (op: OperationName, outcome: string, ms: number) => void

export class Asker {
  readonly entrances: EntranceWatch
  readonly #limits: AskerLimits
  readonly #lanes = new Lanes()
  readonly #transport: AriTransport
  readonly #onCommand: OnCommand | undefined
  /** The last order of each such kind, while it is under way. */
  readonly #last = new Map<string, AriRequest>()

  constructor(transport: AriTransport, onCommand?: OnCommand, limits: Partial<AskerLimits> = {}) {
    this.#transport = transport
    this.#limits = { ...usualLimits, ...limits }
    this.entrances = new EntranceWatch(this.#limits.entranceMs)
    this.#onCommand = onCommand
  }

  /** A command. `id` is what it is about, for the error. */
  async tell<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane: string | undefined,
  ): Promise<Outcome['verdict']> {
    const job = (): Promise<Outcome> => this.#perform(op, args, id, lane)
    return (await (waitsForChannel(op) ? this.#lanes.alone(lane, job) : this.#lanes.together(lane, job))).verdict
  }

  /** A command that makes a channel which enters our application at once: done when it has. It asks nothing of those before it. */
  async make<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane: string | undefined,
  ): Promise<Outcome['verdict']> {
    const job = (): Promise<Outcome> => this.#perform(op, args, id, lane)
    const made = ({ verdict }: Outcome): boolean => verdict === 'done'
    return (await this.#lanes.ahead(lane, () => this.entrances.untilIn(id, job, made))).verdict
  }

  /** A command that Asterisk may refuse for a moment: given again while `notYet` says so, at most for `forMs`. */
  async insist<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane: string | undefined,
    notYet: (trouble: AriTrouble) => boolean,
    forMs: number,
  ): Promise<Outcome['verdict']> {
    const job = async (): Promise<Outcome['verdict']> => {
      const deadline = performance.now() + forMs
      for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
        try {
          return (await this.#perform(op, args, id, lane)).verdict
        } catch (error) {
          if (!(error instanceof AriTrouble) || !notYet(error) || performance.now() > deadline) throw error
        }
        await pause(waitMs)
      }
    }
    return this.#lanes.alone(lane, job)
  }

  /** A question about a thing that may be gone. With a `lane`: asked after what was ordered there before. */
  async askOf<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane?: string,
  ): Promise<OperationAnswers[Op] | 'gone'> {
    const { verdict, body } = await this.#lanes.together(lane, () => this.#perform(op, args, id, lane))
    return verdict === 'done' ? (body as OperationAnswers[Op]) : 'gone'
  }

  /** A question that has an answer whenever Asterisk is there. */
  async ask<Op extends OperationName>(op: Op, args: OperationArgs[Op], id: string): Promise<OperationAnswers[Op]> {
    const { verdict, body } = await this.#perform(op, args, id, undefined)
    if (verdict === 'done') return body as OperationAnswers[Op]
    throw new AriTrouble({ kind: 'refused', status: 404, op, id, message: 'not found' })
  }

  async #perform<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane: string | undefined,
  ): Promise<Outcome> {
    const begun = performance.now()
    try {
      const outcome = await this.#twiceAtMost(op, args, id, lane)
      this.#onCommand?.(op, outcome.verdict, performance.now() - begun)
      return outcome
    } catch (error) {
      this.#onCommand?.(op, error instanceof AriTrouble ? error.kind : 'failed', performance.now() - begun)
      throw error
    }
  }

  async #twiceAtMost<Op extends OperationName>(
    op: Op,
    args: OperationArgs[Op],
    id: string,
    lane: string | undefined,
  ): Promise<Outcome> {
    const request = toRequest(op, args, waitsForChannel(op) ? this.#limits.waitingMs : this.#limits.quickMs)
    const once = (): Promise<AriReply> => this.#transport.request(request, lane)
    const key = undoing[op] === undefined ? undefined : `${undoing[op]} ${id}`
    if (key !== undefined) this.#last.set(key, request)
    let reply: AriReply
    let repeated = false
    try {
      reply = await once()
    } catch (error) {
      if (!(error instanceof AriSilence)) throw error
      // What was waited for long enough is not waited for again.
      if (neverTwice.includes(op) || (error.why === 'timeout' && waitsForChannel(op))) throw silent(op, id, error)
      if (key !== undefined && this.#last.get(key) !== request) throw silent(op, id, error)
      repeated = true
      reply = await once().catch((again: unknown) => {
        throw again instanceof AriSilence ? silent(op, id, again) : again
      })
    } finally {
      if (key !== undefined && this.#last.get(key) === request) this.#last.delete(key)
    }
    const message = messageOf(reply.body)
    const verdict = verdictOf(op, reply.status, message, repeated)
    if (verdict !== 'trouble') return { verdict, body: reply.body }
    const kind = reply.status >= 500 ? 'failed' : 'refused'
    throw new AriTrouble({ kind, status: reply.status, op, id, message })
  }
}

const silent = (op: OperationName, id: string, error: AriSilence): AriTrouble =>
  new AriTrouble({ kind: error.why, status: 0, op, id, message: error.message, cause: error })
