/** What a story does to our processes. */
import { inject } from 'vitest'

type Asterisk = 'freeze-asterisk' | 'thaw-asterisk' | 'stop-asterisk' | 'kill-asterisk' | 'start-asterisk'
export type OneOrder = 'stop' | 'kill' | 'start' | 'freeze' | 'thaw' | 'ended'
export type Order =
  | OneOrder
  | `${OneOrder}-2`
  | 'start-3'
  | 'kill-3'
  | 'kill-all'
  | 'start-all'
  | 'stop-system'
  | 'start-system'
  | 'ring-shortly'
  | 'ring-long'
  | 'fill'
  | 'widen'
  | 'canary'
  | 'no-canary'
  | Asterisk

/** Resolves once it is done. Without `-all` it is about the switchboard, with `-2` about the second one; the third is no part of the system. `-system`: all but the databases, as `scripts/start` does it. */
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
export async function askHealth(): Promise<{ ready: boolean; parts: { asterisk: { ok: boolean } } }> {
  return (await fetch(`${inject('telephony').switchboardUrl}/health`)).json() as ReturnType<typeof askHealth>
}

export type SwitchboardHealth = {
  readonly ready: boolean
  readonly role: string
  readonly epoch?: number
  readonly calls?: number
}

/** What one of the switchboards says of itself; undefined while it does not answer. */
export async function healthOf(which: 1 | 2 | 3): Promise<SwitchboardHealth | undefined> {
  const url = inject('telephony').healthUrls[which - 1] as string
  return fetch(url, { signal: AbortSignal.timeout(500) }).then(
    async (answer) => (await answer.json()) as SwitchboardHealth,
    () => undefined,
  )
}
