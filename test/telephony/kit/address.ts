/** What the global set-up of the telephony stories hands to each file. */
import type { WitnessAddress } from '../../kit/witness.ts'
import type { OutsideAddress, OutsidePlan } from '../../outside/outside-asterisk.ts'
import type { Secrets } from './cast.ts'

export type TelephonyAddress = {
  readonly apiUrl: string
  /** Our Asterisk, as its read-only user sees it. */
  readonly witness: WitnessAddress
  /** Role hotline_owner, with its password. */
  readonly databaseUrl: string
  readonly secrets: Secrets
  readonly outside: OutsideAddress
  /** An Asterisk for the phone and the line that may be killed; a story starts it when it needs it. */
  readonly doomed: OutsidePlan
  /**
   * `POST /stop`, `/kill`, `/start`, `/freeze`, `/thaw`, answered once done: the switchboard process of the stack; `/kill-all` and
   * `/start-all`: every process of ours; `/freeze-asterisk`, `/thaw-asterisk`, `/kill-asterisk`, `/start-asterisk`. `/fill`, `/widen`: it is started anew with room for one
   * caller, or for many. `GET /health`: what the
   * switchboard says of its own.
   */
  readonly switchboardUrl: string
}

declare module 'vitest' {
  interface ProvidedContext {
    telephony: TelephonyAddress
  }
}
