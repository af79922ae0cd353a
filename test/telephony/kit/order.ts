/** What a story does to our processes. */
import { inject } from 'vitest'

type Asterisk = 'freeze-asterisk' | 'thaw-asterisk' | 'kill-asterisk' | 'start-asterisk'
export type Order =
  | 'stop'
  | 'kill'
  | 'start'
  | 'freeze'
  | 'thaw'
  | 'kill-all'
  | 'start-all'
  | 'fill'
  | 'widen'
  | Asterisk

/** Resolves once it is done. Alone it is about the switchboard. */
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

/** What the switchboard says of its own health. */
export async function askHealth(): Promise<{ ready: boolean; asterisk: boolean }> {
  return (await fetch(`${inject('telephony').switchboardUrl}/health`)).json() as Promise<{
    ready: boolean
    asterisk: boolean
  }>
}
