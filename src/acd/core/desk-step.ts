/** What a change of the board answers, and the orders it gives. */

import type { WrapUpFact } from '#calls/core'
import type { AgentId, CallId, Instant, OfferId } from '#kernel'
import type { AgentFact } from './agent.ts'
import type { Board } from './board.ts'

export type DeskOrder =
  | { do: 'offerCall'; call: CallId; offer: OfferId; agent: AgentId }
  /** The agent with the lease cannot take it any more; the call goes back to its place. */
  | { do: 'withdrawOffer'; call: CallId; offer: OfferId }
  | { do: 'startWrapUp'; agent: AgentId; call: CallId; until: Instant }
  | { do: 'stopWrapUp'; agent: AgentId; call: CallId }

export type DeskStep = {
  readonly board: Board
  readonly facts: readonly (AgentFact | WrapUpFact)[]
  readonly orders: readonly DeskOrder[]
}

export const unchanged = (board: Board): DeskStep => ({ board, facts: [], orders: [] })
