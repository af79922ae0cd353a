/** How much one browser may send, and how much nonsense is borne. Time is given: milliseconds of any steady clock. */
import { liveLimits } from './frame.ts'

export type Patience = {
  /** Frames that may come now; grows with time up to two seconds' worth. */
  readonly room: number
  readonly faults: number
  readonly at: number
}

export const fullPatience = (at: number): Patience => ({ room: liveLimits.framesPerSecond, faults: 0, at })

/** What has come back since: room for frames, and forgiveness, one fault in ten seconds. */
export const rest = (patience: Patience, at: number): Patience => ({
  room: Math.min(
    liveLimits.framesPerSecond * 2,
    patience.room + ((at - patience.at) / 1000) * liveLimits.framesPerSecond,
  ),
  faults: Math.max(0, patience.faults - (at - patience.at) / liveLimits.forgiveEveryMs),
  at,
})

export const takeFrame = (patience: Patience): Patience | 'tooManyFrames' =>
  patience.room < 1 ? 'tooManyFrames' : { ...patience, room: patience.room - 1 }

export const takeFault = (patience: Patience): Patience | 'enough' =>
  patience.faults + 1 > liveLimits.faults ? 'enough' : { ...patience, faults: patience.faults + 1 }
