import type { Stack } from './kit/stack.ts'

export type Fault = {
  readonly name: string
  /** Whether this machine lets us do it; not given: any does. */
  possible?(): boolean
  /** Before anybody calls. What it returns is done once everything is quiet again. */
  prepare?(stack: Stack): Promise<() => Promise<unknown>>
  inject(stack: Stack): Promise<unknown>
  /** How long it lasts before it is healed. */
  readonly lastsMs: number
  heal(stack: Stack): Promise<unknown>
  /** Until another has taken over from what was struck. Not given: nobody does, it is started anew by `heal`. */
  takenOver?(stack: Stack): Promise<unknown>
  /** Asterisk dies, and with it every call. */
  readonly endsCalls?: true
  /** The dialplan's queue serves who waits. */
  readonly netRings?: true
  /** Nobody hears anything while it lasts. */
  readonly stillsSound?: true
  /** It strikes a hall no more often than this: it lasts long, or strikes many times by itself. */
  readonly mostBlows?: number
  /** The clock on the wall has been elsewhere by so much. */
  readonly stepsMs?: number
  /** How long it may take until everything is quiet, once nobody calls any more. */
  readonly settleMs?: number
}
