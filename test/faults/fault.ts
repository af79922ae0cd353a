import type { Stack } from './kit/stack.ts'

export type Fault = {
  readonly name: string
  inject(stack: Stack): Promise<unknown>
  /** How long it lasts before it is healed. */
  readonly lastsMs: number
  heal(stack: Stack): Promise<unknown>
  /** Asterisk dies, and with it every call. */
  readonly endsCalls?: true
  /** How long it may take until everything is quiet, once nobody calls any more. */
  readonly settleMs?: number
}
