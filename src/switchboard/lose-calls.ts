/** Ends calls that nobody has hung up: their Asterisk has died or stops, or they were gone when we came back. */
import { type Call, legsOf, lose } from '#calls/core'
import type { CallId, Instant } from '#kernel'
import type { Conductor } from './conductor.ts'
import type { HallState } from './hall-state.ts'
import type { RingBack } from './ring-back.ts'
import type { Turn } from './turn.ts'

export type LoseCalls = ReturnType<typeof createLoseCalls>

export function createLoseCalls({
  hall,
  conductor,
  ringBack,
}: {
  hall: HallState
  conductor: Pick<Conductor, 'take'>
  ringBack: Pick<RingBack, 'keep'>
}) {
  /**
   * In one turn, those without an agent first: an agent who is freed is not offered a call that is lost as well. `endOf`: when.
   * Answers how many.
   */
  return function loseCalls(
    ids: readonly CallId[],
    reason: 'lostWhileAway' | 'mediaServerLost',
    endOf: (call: Call) => Instant,
    also: (turn: Turn) => void = () => {},
  ): number {
    const lost = ids.flatMap((id) => hall.calls.get(id) ?? []).sort((a, b) => legsOf(a).length - legsOf(b).length)
    conductor.take((turn) => {
      also(turn)
      for (const { id } of lost) {
        const call = hall.calls.get(id)
        if (!call) continue
        if (reason === 'mediaServerLost') ringBack.keep(turn, call)
        turn.takeCall(lose(call, reason, endOf(call)))
      }
    })
    return lost.length
  }
}
