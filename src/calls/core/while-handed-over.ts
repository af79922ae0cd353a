/** Caller and partner speak without an agent; when one of them goes, the other is let go too. */
import type { HandedOver } from './call.ts'
import { end, legLeftFact } from './endings.ts'
import { type Step, stay } from './step.ts'
import type { Happening } from './transition.ts'

export function whileHandedOver(call: HandedOver, event: Happening): Step {
  switch (event.type) {
    case 'legLeft':
      if (event.leg === call.caller.leg)
        return end(call, 'callerHungUp', event.at, event.leg, [
          legLeftFact(call, event.leg, 'caller', event.cause, event.at),
        ])
      return event.leg === call.target.leg
        ? end(call, 'partnerHungUp', event.at, event.leg, [
            legLeftFact(call, event.leg, 'partner', event.cause, event.at),
          ])
        : stay(call)
    case 'offered':
    case 'offerExpired':
    case 'offerWithdrawn':
    case 'legRinging':
    case 'legAnswered':
    case 'playbackEnded':
    case 'ringingExpired':
    case 'partyExpired':
      return stay(call)
  }
}
