/** What a transition answers: the next state, the facts to write down, the orders to perform, the news for the ACD. */
import type { BridgeId, LegId, OfferId, PlaybackId } from '#kernel'
import type { Base, Call } from './call.ts'
import type { DeskNews, Effect } from './effects.ts'
import type { CallFact } from './facts.ts'

export type Step = {
  readonly call: Call
  readonly facts: readonly CallFact[]
  readonly effects: readonly Effect[]
  readonly news: readonly DeskNews[]
}

/** Nothing changes: the event is old news, or not this state's business. */
export const stay = (call: Call): Step => ({ call, facts: [], effects: [], news: [] })

export const step = (
  call: Call,
  facts: readonly CallFact[],
  effects: readonly Effect[] = [],
  news: readonly DeskNews[] = [],
): Step => ({ call, facts, effects, news })

/** What every live call carries from state to state. */
export const baseOf = (call: Call): Base => ({
  id: call.id,
  ticket: call.ticket,
  caller: call.caller,
  dialled: call.dialled,
  ...(call.context && { context: call.context }),
  queue: call.queue,
  arrivedAt: call.arrivedAt,
  made: call.made,
  answered: call.answered,
  manner: call.manner,
  ...(call.again && { again: call.again }),
})

/** The next ids of a call, made from its own and a count: never used twice, and the same when replayed. */
export const nextLeg = (call: Base, n = 1): LegId => `${call.id}-${call.made + n}` as LegId
export const nextBridge = (call: Base, n = 1): BridgeId => `${call.id}-${call.made + n}` as BridgeId
export const nextPlayback = (call: Base, n = 1): PlaybackId => `${call.id}-${call.made + n}` as PlaybackId
export const nextOffer = (call: Base, n = 1): OfferId => `${call.id}-${call.made + n}` as OfferId
