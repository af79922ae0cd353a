/**
 * The envelope of a fact: something that happened and was decided, in the past tense.
 * A fact's name in the whole world is (journal, seq); `epoch` counts the lives of the process that wrote it.
 * (epoch, seq) orders facts, never the clock.
 */
import type { AgentId, CallId, Instant } from '#kernel'

export type NewFact = {
  /** `call.accepted`, `agent.ready` …: room, dot, past tense. */
  readonly type: string
  readonly at: Instant
  readonly call?: CallId
  readonly agent?: AgentId
  /** The rest, flat JSON. */
  readonly [field: string]: unknown
}

export type Fact = NewFact & { readonly seq: number; readonly epoch: number }
