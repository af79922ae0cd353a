/** Whose phone may ring when nobody of ours is there to decide: the safety net of the dialplan asks nothing else. */
import type { Agent } from './agent.ts'

/**
 * Ready, or going to be once the call or the wrap-up in hand is over. A call in hand needs no word of ours, for then the phone
 * itself is busy; so an agent's way from call to call changes nothing here, and costs no command.
 */
export function isAtWork({ seat, status, afterwards }: Agent): boolean {
  if (seat === null) return false
  switch (status.state) {
    case 'loggedOut':
    case 'notReady':
      return false
    case 'ready':
      return true
    case 'offered':
    case 'busy':
    case 'wrapUp':
      return afterwards === 'ready'
  }
}
