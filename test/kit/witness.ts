/** Looks at our Asterisk past the switchboard, as a read-only user: what is there, and that nothing is left behind. */
import { setTimeout as pause } from 'node:timers/promises'

export type WitnessAddress = { readonly ariUrl: string; readonly user: string; readonly password: string }
export type SeenChannel = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly dialplan: { readonly app_name: string }
}

export function witness({ ariUrl, user, password }: WitnessAddress) {
  async function see<T>(path: string): Promise<T> {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    const response = await fetch(`${ariUrl}/ari${path}`, {
      headers: { authorization },
      signal: AbortSignal.timeout(5_000),
    })
    if (!response.ok) throw new Error(`ARI answers ${response.status} to ${path}`)
    return (await response.json()) as T
  }
  const channels = () => see<SeenChannel[]>('/channels')
  const bridges = () => see<{ id: string; channels: string[] }[]>('/bridges')

  async function until<T>(what: string, look: () => Promise<T>, fits: (seen: T) => boolean, ms: number): Promise<T> {
    const deadline = Date.now() + ms
    for (;;) {
      const seen = await look()
      if (fits(seen)) return seen
      if (Date.now() > deadline) throw new Error(`our Asterisk: ${what} expected, but ${JSON.stringify(seen)}`)
      await pause(50) // looked at, not listened to: the witness must not depend on events
    }
  }

  return {
    channels,
    bridges,
    /** A global variable, or a function that needs no channel. */
    untilVariable: (name: string, fits: (value: string) => boolean, ms = 15_000): Promise<unknown> =>
      until(
        name,
        () => see<{ value: string }>(`/asterisk/variable?variable=${encodeURIComponent(name)}`),
        ({ value }) => fits(value),
        ms,
      ),
    /** So many channels are in this application of the dialplan. */
    untilIn: (application: string, count: number, ms = 30_000): Promise<unknown> =>
      until(
        `${count} in ${application}`,
        channels,
        (seen) => seen.filter(({ dialplan }) => dialplan.app_name === application).length === count,
        ms,
      ),
    /** Whether Asterisk holds the seat's phone to be reachable. */
    seat: async (seat: string) => (await see<{ state: string }>(`/endpoints/PJSIP/seat-${seat}`)).state === 'online',
    untilSeat(seat: string, reachable: boolean, ms = 15_000): Promise<unknown> {
      return until(
        `seat ${seat} ${reachable ? 'online' : 'offline'}`,
        () => this.seat(seat),
        (is) => is === reachable,
        ms,
      )
    },
    /** No channel and no bridge is left. */
    async empty(ms = 10_000): Promise<void> {
      const look = async () => ({ channels: await channels(), bridges: await bridges() })
      await until('nothing', look, (seen) => seen.channels.length + seen.bridges.length === 0, ms)
    },
  }
}
