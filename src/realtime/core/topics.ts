/**
 * What browsers can hear, and who may hear it. A topic is never chosen by the browser: each socket is given what its owner
 * may hear, so a wish for somebody else's screen cannot even be expressed.
 */
import { may } from '#access/core'
import type { AgentId } from '#kernel'

export type Topic =
  /** One agent's own screen, the caller's number in full: for nobody else, whatever their role. */
  | { readonly topic: 'agent'; readonly agent: AgentId }
  /** Counts of the hall; no person in it. */
  | { readonly topic: 'hall' }
  /** Whether the switchboard can be reached. */
  | { readonly topic: 'link' }

export type Listener = { readonly staff: AgentId; readonly roles: readonly string[] }

export function mayHear(listener: Listener, about: Topic): boolean {
  switch (about.topic) {
    case 'agent':
      return listener.staff === about.agent && may(listener.roles, 'desk.use')
    case 'hall':
      return may(listener.roles, 'hall.watch')
    case 'link':
      return true
  }
}
