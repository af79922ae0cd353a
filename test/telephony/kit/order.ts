/** What a story does to our processes. */
import { inject } from 'vitest'

export type Order = 'stop' | 'kill' | 'start' | 'freeze' | 'thaw' | 'kill-all' | 'start-all'

/** Resolves once it is done. Without `-all` it is about the switchboard. */
export async function order(what: Order): Promise<void> {
  const answer = await fetch(`${inject('telephony').switchboardUrl}/${what}`, { method: 'POST' })
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`)
}

/** What our Asterisk's console says. */
export async function askConsole(command: string): Promise<string> {
  const answer = await fetch(`${inject('telephony').switchboardUrl}/console/${encodeURIComponent(command)}`)
  if (!answer.ok) throw new Error(`${command}: ${await answer.text()}`)
  return answer.text()
}
