/** A caller has come: the call is born, and its ticket with it. */
import type { Instant } from '#kernel'
import type { Base, Waiting } from './call.ts'
import type { CallFact } from './facts.ts'
import { startsRinging } from './ringing.ts'
import { baseOf, nextPlayback, type Step, step } from './step.ts'

export function accept(base: Base, at: Instant): Step {
  const accepted: CallFact = {
    type: 'call.accepted',
    call: base.id,
    ticket: base.ticket,
    leg: base.caller.leg,
    number: base.caller.number,
    name: base.caller.name,
    dialled: base.dialled,
    queue: base.queue,
    arrivedAt: base.arrivedAt,
    ...(base.context && { context: base.context }),
    at,
  }
  const { caller, manner } = base
  if (manner.answer === 'onAgent') {
    const waiting = queued({ ...base, answered: false }, at)
    return step(waiting.call, [accepted, ...waiting.facts], startsRinging(caller.leg), waiting.news)
  }
  if (manner.greeting === undefined) {
    const waiting = queued({ ...base, answered: true }, at)
    return step(
      waiting.call,
      [accepted, ...waiting.facts],
      [
        { do: 'answer', leg: caller.leg },
        { do: 'startMusic', leg: caller.leg },
      ],
      waiting.news,
    )
  }
  const playback = nextPlayback(base)
  return step(
    { ...base, made: base.made + 1, answered: true, state: 'greeting', playback },
    [accepted],
    [
      { do: 'answer', leg: caller.leg },
      { do: 'play', leg: caller.leg, playback, prompts: [manner.greeting] },
    ],
  )
}

/** Into the queue, by the time of arrival at the PBX: nobody loses a place to a greeting, to our own restart, or to that of Asterisk. */
export function queued(base: Base, at: Instant): Step {
  const since = base.again?.since ?? base.arrivedAt
  const waiting: Waiting = { ...base, state: 'waiting', since, front: false }
  return step(
    waiting,
    [{ type: 'call.queued', call: base.id, queue: base.queue, since, front: false, at }],
    [],
    [{ tell: 'waiting', call: base.id }],
  )
}

/** The greeting is over: music, and the queue. */
export function enqueueAfterGreeting(base: Base, at: Instant): Step {
  const { call, facts, news } = queued(baseOf({ ...base, state: 'ended', reason: 'callerHungUp' }), at)
  return step(call, facts, [{ do: 'startMusic', leg: base.caller.leg }], news)
}
