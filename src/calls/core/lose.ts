/** A call that is over without anybody having hung up: Asterisk died, or the caller was gone when we came back. */
import type { Instant } from '#kernel'
import type { Call } from './call.ts'
import { end } from './endings.ts'
import { callbackOwed } from './ring-back.ts'
import type { Step } from './step.ts'

export const lose = (call: Call, reason: 'lostWhileAway' | 'mediaServerLost', at: Instant): Step =>
  end(call, reason, at, undefined, reason === 'mediaServerLost' ? [callbackOwed(call, at)] : [])

/** Every leg that the call's state speaks of. */
export { legsOf, rungBy } from './endings.ts'
