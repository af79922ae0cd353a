/** A client of one test: what it has seen, and ids of its own. */
import { type Ari, openAri } from '#platform/asterisk/ari'
import type { AriCommands, AriEvent } from '#platform/asterisk/ari-client'
import type { AriUp } from '#platform/asterisk/ari-connection'
import type { ContractWorld } from './contract-world.ts'

type Of<T extends AriEvent['type']> = Extract<AriEvent, { type: T }>

/** Everything that came, and a way to wait for what has not come yet. */
export class Seen {
  readonly events: AriEvent[] = []
  readonly #waiting = new Set<(event: AriEvent) => void>()

  take(event: AriEvent): void {
    this.events.push(event)
    for (const waiting of this.#waiting) waiting(event)
  }

  /** The first such event, of those that came and those to come. */
  first<T extends AriEvent['type']>(type: T, about: string | ((event: Of<T>) => boolean)): Promise<Of<T>> {
    const fits = (event: AriEvent): event is Of<T> =>
      event.type === type && (typeof about === 'string' ? idsOf(event).includes(about) : about(event as Of<T>))
    const there = this.events.find(fits)
    if (there !== undefined) return Promise.resolve(there)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`no ${type} ${typeof about === 'string' ? about : ''} came; came: ${this.#summary()}`))
      }, 5_000)
      const check = (event: AriEvent): void => {
        if (!fits(event)) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(event)
      }
      this.#waiting.add(check)
    })
  }

  /** The story of one channel, bridge or playback, in words such as `Dial RINGING`, `StasisEnd Up`. */
  storyOf(id: string): string[] {
    return this.events.filter((event) => idsOf(event).includes(id)).map(inWords)
  }

  #summary(): string {
    return this.events.map((event) => `${inWords(event)} ${idsOf(event).join('+')}`).join('; ')
  }
}

function idsOf(event: AriEvent): string[] {
  const { channel, peer, bridge, playback } = event as {
    [K in 'channel' | 'peer' | 'bridge' | 'playback']?: { id?: string } | string
  }
  return [channel, peer, bridge, playback].flatMap((thing) =>
    typeof thing === 'object' && thing.id !== undefined ? [thing.id] : [],
  )
}

function inWords(event: AriEvent): string {
  switch (event.type) {
    case 'Dial':
      return `Dial ${event.dialstatus}`.trim()
    case 'PlaybackStarted':
    case 'PlaybackFinished':
      return `${event.type} ${event.playback.state}`
    case 'ChannelHangupRequest':
      return `${event.type} ${event.soft === true ? 'soft' : event.cause}`
    case 'ChannelDestroyed':
      return `${event.type} ${event.cause}`
    case 'ChannelStateChange':
    case 'StasisStart':
    case 'StasisEnd':
      return `${event.type} ${event.channel.state}`
    case 'ChannelEnteredBridge':
    case 'ChannelLeftBridge':
      return `${event.type} ${event.bridge.channels.length}`
    default:
      return event.type
  }
}

export type Session = {
  readonly ari: Ari
  readonly seen: Seen
  readonly ups: AriUp[]
  readonly downs: string[]
  /** Commands in order. */
  readonly deeds: AriCommands
  /** A new id, never used before. */
  newId(what: string): string
  /** A caller's number that no other call has. */
  newNumber(): string
  /** The next `up` after those that were seen. */
  nextUp(): Promise<AriUp>
  close(): Promise<void>
}

let serial = 0

export async function openSession(
  world: ContractWorld,
  options: { app?: string; commandSockets?: number; deadAfterMs?: number; pingEveryMs?: number } = {},
): Promise<Session> {
  const { url, user, password } = world
  const run = `t${process.pid}x${Date.now().toString(36)}x${++serial}`
  const ari = openAri({ address: { url, user, password }, app: 'switchboard', ...options })
  const seen = new Seen()
  const ups: AriUp[] = []
  const downs: string[] = []
  let told = 0
  let wake: ((up: AriUp) => void) | undefined
  ari.connection.onEvent((event) => seen.take(event))
  ari.connection.onDown((why) => downs.push(why))
  ari.connection.onUp((up) => {
    ups.push(up)
    if (wake === undefined) return
    told = ups.length
    wake(up)
    wake = undefined
  })
  const nextUp = (): Promise<AriUp> => {
    const there = ups[told]
    if (there !== undefined) {
      told += 1
      return Promise.resolve(there)
    }
    return new Promise((resolve) => {
      wake = resolve
    })
  }
  ari.connection.start()
  await nextUp()
  let ids = 0
  return {
    ari,
    seen,
    ups,
    downs,
    deeds: ari.client.lane(run),
    newId: (what) => `${run}-${++ids}-${what}`,
    newNumber: () => `139${String(process.pid % 1000).padStart(3, '0')}${String(++serial).padStart(5, '0')}`,
    nextUp,
    close: () => ari.close(),
  }
}
