/** What the global set-up of the telephony stories hands to each file. */
import type { WitnessAddress } from '../../kit/witness.ts'
import type { OutsideAddress, OutsidePlan } from '../../outside/outside-asterisk.ts'
import type { Secrets } from './cast.ts'

export type TelephonyAddress = {
  /** Everything that this run writes: `system` and `outside` lie in it. */
  readonly dir: string
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
   * `POST /stop`, `/kill`, `/start`, `/freeze`, `/thaw`, `/ended` (waits until it has), answered once done: the switchboard process of
   * the stack; with `-2` behind it the second one; `/kill-all` and `/start-all`: every process of ours but the second switchboard;
   * `/freeze-asterisk`, `/thaw-asterisk`, `/kill-asterisk`, `/start-asterisk`; `/fill`, `/widen`: the switchboard is started anew with room for
   * one caller, or for many; `/canary`, `/no-canary`: rescue places one each second, or none. `GET /health`: what the switchboard says of
   * its own. `GET /pids`: the process id of each part.
   */
  readonly switchboardUrl: string
  /** Where the rescue watchdog answers. */
  readonly rescueUrl: string
  /** Where the two switchboards, and the third of `/start-3` and `/kill-3`, say how they are. */
  readonly healthUrls: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    telephony: TelephonyAddress
  }
}
