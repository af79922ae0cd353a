/**
 * After an absence the sound of every call is brought to what its state says. Who is not where the state wants him is seen to at once; the
 * others, of whom only music or a mute may be wrong, once callers are let in and a few at a time: some hundred calls together would keep
 * Asterisk and us busy for seconds, in which nobody new is heard.
 */
import { type Call, type Effect, settle } from '#calls/core'
import type { Channel } from '#platform/asterisk/ari-client'
import type { HallState } from './hall-state.ts'
import type { Timers } from './timers.ts'

const atOnce = 10
const everyMs = 50

/** Of a call in its place that these are done was seen; both are dear, for they wait for the channel's thread. */
const isSeen = (effect: Effect): boolean => effect.do === 'answer' || effect.do === 'connect'

export type Settling = ReturnType<typeof createSettling>

export function createSettling({
  hall,
  timers,
  perform,
  written,
}: {
  hall: Pick<HallState, 'calls'>
  timers: Pick<Timers, 'start'>
  perform: (call: Call, effect: Effect) => void
  /** Everything decided so far is on disk. */
  written: () => Promise<void>
}) {
  /** As each was when it was found in its place. */
  let later: Call[] = []

  /** Nothing is ordered before it is on disk that the call is so; one that has changed meanwhile is seen to whole, as it is then. */
  function order(call: Call, isInPlace: boolean, callerIsUp: boolean): void {
    void written().then(() => {
      const now = hall.calls.get(call.id)
      if (now && now !== call) order(now, false, callerIsUp)
      if (now !== call) return
      for (const effect of settle(call, callerIsUp)) if (!isInPlace || !isSeen(effect)) perform(call, effect)
    })
  }

  function some(): void {
    for (const found of later.splice(0, atOnce)) order(found, true, true)
    if (later.length > 0) timers.start('settling', everyMs, some)
  }

  return {
    settle(call: Call, isInPlace: boolean, callerIsUp: boolean): void {
      if (isInPlace) later.push(call)
      else order(call, false, callerIsUp)
    },
    /** Callers are let in: now the others. */
    begin(): void {
      timers.start('settling', everyMs, some)
    },
    /** Asterisk is away: all will be looked at anew. */
    forget(): void {
      later = []
    },
  }
}

/** Whether its legs are where the state wants them, by what Asterisk has: channels by id, members by bridge. */
export function isInPlace(
  call: Call,
  channels: ReadonlyMap<string, Pick<Channel, 'state'>>,
  bridges: ReadonlyMap<string, readonly string[]>,
): boolean {
  const caller = call.caller.leg
  if (call.answered && channels.get(caller)?.state !== 'Up') return false
  const isTogether = (bridge: string, legs: readonly string[]): boolean => {
    const members = bridges.get(bridge) ?? []
    return members.length === legs.length && legs.every((leg) => members.includes(leg))
  }
  switch (call.state) {
    case 'waiting':
    case 'offering':
      return ![...bridges.values()].some((members) => members.includes(caller))
    case 'talking':
      return !call.held && isTogether(call.bridge, [caller, call.agentLeg])
    case 'handedOver':
      return isTogether(call.bridge, [caller, call.target.leg])
    case 'greeting':
    case 'consulting':
    case 'threeWay':
    case 'transferring':
    case 'ended':
      return false
  }
}
