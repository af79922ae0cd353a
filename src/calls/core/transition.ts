/**
 * What a call does next.
 *
 *   greeting ──▶ waiting ──offered──▶ offering ──answers──▶ talking ◀──back──▶ consulting ──join──▶ threeWay
 *                   ▲                    │                   │  ▲                  │ complete          │ leave
 *                   ├── missed, expired ─┘     blindTransfer │  └─ party is agent ─┤                   │
 *                   │                                        ▼                     ▼                   ▼
 *                   └──────── party not reached ───── transferring ──answers──▶ handedOver ◀───────────┘
 *
 *   The caller's leg leaving ends the call from anywhere. An agent's phone that vanishes puts the caller in front.
 */
import type { Call } from './call.ts'
import type { CallEvent } from './events.ts'
import { type Step, stay } from './step.ts'
import { whileConsulting } from './while-consulting.ts'
import { whileHandedOver } from './while-handed-over.ts'
import { whileOffering } from './while-offering.ts'
import { whileTalking } from './while-talking.ts'
import { whileThreeWay } from './while-three-way.ts'
import { whileTransferring } from './while-transferring.ts'
import { whileGreeting, whileWaiting } from './while-waiting.ts'

/** Everything that can happen to a call but an agent's command, which may be refused: see `obey`. */
export type Happening = Exclude<CallEvent, { type: 'asked' }>

export function transition(call: Call, event: Happening): Step {
  switch (call.state) {
    case 'greeting':
      return whileGreeting(call, event)
    case 'waiting':
      return whileWaiting(call, event)
    case 'offering':
      return whileOffering(call, event)
    case 'talking':
      return whileTalking(call, event)
    case 'consulting':
      return whileConsulting(call, event)
    case 'threeWay':
      return whileThreeWay(call, event)
    case 'transferring':
      return whileTransferring(call, event)
    case 'handedOver':
      return whileHandedOver(call, event)
    case 'ended':
      return stay(call)
  }
}
