/** A waiting caller whom the rescue watchdog hands to the dialplan's safety net while we are away, and who comes back. */
import type { Instant } from '#kernel'
import type { Call, Waiting } from './call.ts'
import { end } from './endings.ts'
import { baseOf, type Step, stay, step } from './step.ts'

/** What was under way for the caller ends; the call itself and its place are kept, but nobody is offered it. */
export function leaveToNet(call: Call, at: Instant): Step {
  if (call.state === 'ended') return stay(call)
  const { facts, effects, news } = end(call, 'lostWhileAway', at, call.caller.leg)
  const next: Waiting = { ...baseOf(call), answered: true, state: 'waiting', ...placeOf(call, at) }
  return step(
    next,
    facts.filter(({ type }) => type !== 'call.ended'),
    effects,
    news,
  )
}

/** In front, when somebody was with the caller: it was not the caller who was lost. */
function placeOf(call: Exclude<Call, { state: 'ended' }>, at: Instant): Pick<Waiting, 'since' | 'front'> {
  switch (call.state) {
    case 'greeting':
      return { since: call.again?.since ?? call.arrivedAt, front: false }
    case 'waiting':
    case 'offering':
      return { since: call.since, front: call.front }
    case 'talking':
    case 'consulting':
    case 'threeWay':
    case 'transferring':
    case 'handedOver':
      return { since: at, front: true }
  }
}

export const comeBackFromNet = (call: Waiting, at: Instant): Step =>
  step(
    call,
    [{ type: 'call.recovered', call: call.id, state: 'safetyNet', missed: 0, at }],
    [{ do: 'startMusic', leg: call.caller.leg }],
    [{ tell: 'waiting', call: call.id }],
  )
