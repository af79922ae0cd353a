/**
 * A caller who is not answered before an agent is (`answer: onAgent`) hears it ring, but not for ever. An early dialog has no proof of life:
 * no sound to miss, no session timer, and a hang-up that got lost is not repeated, so whoever has vanished would wait, and be offered, for
 * ever; and networks end what rings too long (RFC 3261, 16.6 and 13.3.1.1: a proxy after three minutes without a word). So he is answered
 * and waits on with music: there his side must acknowledge (64 × T1) and be heard, or he is gone.
 */
import type { LegId } from '#kernel'
import type { Offering, Waiting } from './call.ts'
import type { Effect } from './effects.ts'
import { type Step, stay, step } from './step.ts'

export const startsRinging = (leg: LegId): Effect[] => [
  { do: 'indicateRinging', leg },
  { do: 'startTimer', about: leg, kind: 'ringing' },
]

export const stopsRinging = ({ answered, caller }: Waiting | Offering): Effect[] =>
  answered ? [] : [{ do: 'stopTimer', about: caller.leg }]

/** The place in the queue and the phone that rings stay as they are. */
export function ringingExpired<C extends Waiting | Offering>(call: C, leg: LegId): Step {
  if (call.answered || leg !== call.caller.leg) return stay(call)
  return step(
    { ...call, answered: true },
    [],
    [
      { do: 'answer', leg },
      { do: 'startMusic', leg },
    ],
  )
}
