/**
 * What the switchboard must know of people, seats, queues, numbers and lines. Read from Postgres, and kept in a file
 * beside the journal so that calls run while Postgres is away.
 */
import type { Manner } from '#calls/core'
import type { AgentId, LineCode, QueueId, SeatId } from '#kernel'

export type Directory = {
  readonly agents: readonly { readonly id: AgentId; readonly name: string; readonly queues: readonly QueueId[] }[]
  readonly seats: readonly {
    readonly id: SeatId /** Ask the phone to answer by itself (Call-Info: answer-after=0). */
    readonly autoAnswer: boolean
  }[]
  readonly queues: readonly {
    readonly id: QueueId
    readonly name: string
    readonly manner: Manner
    readonly offerRingMs: number
    readonly wrapUpMs: number
  }[]
  /** Numbers that are ours, and the queue each leads to. */
  readonly numbers: readonly {
    readonly number: string
    readonly queue: QueueId
    /** Who dials it is let in whatever the load. */
    readonly emergency?: boolean
  }[]
  readonly lines: readonly Line[]
}

export type Line = {
  readonly code: LineCode
  readonly name: string
  /** What is dialled on the trunk. Digits only, checked by the database. */
  readonly number: string
  /** PJSIP endpoint that reaches it. */
  readonly trunk: string
  /** Opening hours, minutes since local midnight (Asia/Shanghai) per weekday, Sunday first; null: always open. */
  readonly hours: readonly (readonly [number, number] | null)[] | null
  readonly mode: 'interconnect' | 'parallel' | 'emergency' | 'liveTransfer'
  /** Whether the line may be shown the caller's own number. */
  readonly passNumber: boolean
}
