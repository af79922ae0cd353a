/**
 * The one websocket by which Asterisk tells us what happens to our calls.
 *
 * `up` comes once a socket is open and Asterisk has said since when it runs; events that arrive before that are kept
 * and follow. Whatever happened while we were away is lost for good (Asterisk keeps nothing), so `up` means: compare
 * with `listChannels`, `listBridges`, `getApplication`. A startup time other than before means: every call is gone.
 *
 * An open socket is not proof that events come. When one session of an application closes while the next one opens, Asterisk may
 * switch the application off that it has just handed over, and the new socket, pings and all, stays deaf for ever
 * (`ari_websockets.c`: the session that goes looks first and unregisters later). So `up` waits until an event that we sent ourselves has
 * come back, and whenever nothing was heard for a while another one is sent; a deaf socket is dropped. A new one soon: callers wait for `up`,
 * and the event is back within milliseconds.
 *
 * Handlers are called one after another and must not block. What they throw is told to `onOddity`, not to the socket.
 */
import type { AriClient } from './ari-client.ts'
import { type AriAddress, authorization } from './ari-transport.ts'
import type { Backoff } from './backoff.ts'
import type { AriEvent, EventType } from './generated/ari.ts'
import { Pulse, type PulseOptions } from './pulse.ts'
import { readEvent } from './read-event.ts'
import { type SteadyHandlers, type SteadyOptions, SteadySocket } from './steady-socket.ts'

export type AriConnectionOptions = {
  readonly address: AriAddress
  /** Name of our application: `switchboard`. */
  readonly app: string
  /** Asked for Asterisk's startup time. */
  readonly client: AriClient
  /** Kinds of event that Asterisk need not send us. Told to it anew on each connection. */
  readonly unwanted?: readonly EventType[]
  readonly pingEveryMs?: number
  readonly deadAfterMs?: number
  /** After how long without events one is sent to ourselves (default 2 s). */
  readonly proveEveryMs?: number
  /** How long that one may take (default 2 s). */
  readonly deafAfterMs?: number
  /** The same for the first on a new connection (default 500 ms); doubled each time that was too short, up to `deafAfterMs`. */
  readonly deafAtFirstAfterMs?: number
  readonly backoff?: Backoff
  /** How it is noticed that Asterisk hangs though its socket is open. */
  readonly pulse?: PulseOptions
  /** How the socket is made; the simulation has a network of its own. */
  readonly openSocket?: (options: SteadyOptions, handlers: SteadyHandlers) => Steady
}
/** What the connection needs of its socket. */
export type Steady = Pick<SteadySocket, 'open' | 'start' | 'stop' | 'drop'>

/** Some fifty of these come with each call, and nobody acts on them. */
const usuallyUnwanted: readonly EventType[] = [
  'ChannelVarset',
  'ChannelDialplan',
  'ChannelCallerId',
  'ChannelConnectedLine',
]

export type AriUp = {
  /** When this Asterisk was started, as it says it (ISO 8601). */
  readonly startupTime: string
  /** `entity_id` of the Asterisk. */
  readonly asteriskId: string
  /** Not the first time, and not the same run of Asterisk as the time before: its calls are gone. */
  readonly restarted: boolean
  /** The first `up` of this connection. */
  readonly first: boolean
}
export type AriOddity = {
  readonly odd: 'notJson' | 'noType' | 'unknownType' | 'malformed' | 'handlerThrew'
  readonly type: string
  readonly error?: unknown
}
export type AriRetry = { readonly why: string; readonly failed: number; readonly delayMs: number }

export class AriConnection {
  readonly #client: AriClient
  readonly #app: string
  readonly #unwanted: readonly EventType[]
  readonly #proveEveryMs: number
  readonly #deafAfterMs: number
  readonly #deafAtFirstAfterMs: number
  readonly #socket: Steady
  readonly #pulse: Pulse
  readonly #on = {
    event: [] as ((event: AriEvent) => void)[],
    up: [] as ((up: AriUp) => void)[],
    down: [] as ((why: string) => void)[],
    retry: [] as ((retry: AriRetry) => void)[],
    replaced: [] as (() => void)[],
    oddity: [] as ((oddity: AriOddity) => void)[],
  }
  readonly #counts = new Map<string, number>()
  /** Events that came before `up` was told; undefined once it was. */
  #early: AriEvent[] | undefined
  #up = false
  /** Grows with each socket, so that an answer that belongs to a former one is known as such. */
  #turn = 0
  #lastStartup: string | undefined
  /** The event that we wait for to come back. */
  #proof: { readonly name: string; readonly heard: () => void } | undefined
  #proofs = 0
  /** New connections in a row that were given up as deaf. */
  #deafAtFirst = 0
  /** Something has come since the clock of `#listen` ticked last. */
  #heard = false
  #clock: NodeJS.Timeout | undefined

  constructor(options: AriConnectionOptions) {
    this.#client = options.client
    this.#app = options.app
    this.#unwanted = options.unwanted ?? usuallyUnwanted
    this.#proveEveryMs = options.proveEveryMs ?? 2_000
    this.#deafAfterMs = options.deafAfterMs ?? 2_000
    this.#deafAtFirstAfterMs = options.deafAtFirstAfterMs ?? 500
    const url = new URL(`${options.address.url.replace(/^http/, 'ws')}/ari/events`)
    url.searchParams.set('app', options.app)
    this.#pulse = new Pulse(
      options.client,
      (silentMs) => this.#socket.drop(`hung: no answer for ${silentMs} ms`, true),
      options.pulse,
    )
    const { openSocket = (given, handlers) => new SteadySocket(given, handlers) } = options
    this.#socket = openSocket(
      {
        ...options,
        url: url.href,
        headers: { authorization: authorization(options.address) },
        isThere: () => this.#pulse.once(),
      },
      {
        opened: () => void this.#opened(),
        message: (text) => this.#message(text),
        closed: (why, silent) => this.#closed(why, silent),
        retrying: (why, failed, delayMs) => this.#tell(this.#on.retry, { why, failed, delayMs }),
      },
    )
  }

  onEvent(handler: (event: AriEvent) => void): void {
    this.#on.event.push(handler)
  }

  onUp(handler: (up: AriUp) => void): void {
    this.#on.up.push(handler)
  }

  /** Told once for each `up` that is over. */
  onDown(handler: (why: string) => void): void {
    this.#on.down.push(handler)
  }

  onRetry(handler: (retry: AriRetry) => void): void {
    this.#on.retry.push(handler)
  }

  /**
   * Someone else has connected with our application's name and has its events from now on. The connection stops and
   * does not come back by itself, or two switchboards would take the calls from each other for ever.
   */
  onReplaced(handler: () => void): void {
    this.#on.replaced.push(handler)
  }

  onOddity(handler: (oddity: AriOddity) => void): void {
    this.#on.oddity.push(handler)
  }

  get isUp(): boolean {
    return this.#up
  }

  /** What was odd so far: `unknownType:Foo` → how often. */
  get oddities(): ReadonlyMap<string, number> {
    return this.#counts
  }

  start(): void {
    this.#socket.start()
  }

  stop(): void {
    this.#socket.stop()
  }

  async #opened(): Promise<void> {
    const turn = ++this.#turn
    this.#early = []
    this.#pulse.start()
    try {
      await this.#client.filterEvents(this.#app, this.#unwanted)
      const withinMs = Math.min(this.#deafAfterMs, this.#deafAtFirstAfterMs * 2 ** this.#deafAtFirst)
      const [info, hears] = await Promise.all([this.#client.asteriskInfo(), this.#hearsItself(withinMs)])
      if (turn !== this.#turn || !this.#socket.open) return
      this.#deafAtFirst = hears ? 0 : this.#deafAtFirst + 1
      if (!hears) {
        this.#socket.drop(deaf)
        return
      }
      const startupTime = info.status?.startup_time ?? ''
      const first = this.#lastStartup === undefined
      const restarted = !first && this.#lastStartup !== startupTime
      this.#lastStartup = startupTime
      this.#up = true
      this.#tell(this.#on.up, { startupTime, asteriskId: info.system?.entity_id ?? '', restarted, first })
      this.#flush()
      this.#listen(turn, freshMs)
    } catch (error) {
      if (turn === this.#turn) this.#socket.drop(error instanceof Error ? error.message : String(error))
    }
  }

  /** False: an event that we sent ourselves did not come back in time. */
  #hearsItself(withinMs = this.#deafAfterMs): Promise<boolean> {
    const name = `${proofName}${++this.#proofs}`
    return new Promise((resolve) => {
      const settle = (heard: boolean): void => {
        clearTimeout(timer)
        if (this.#proof?.name === name) this.#proof = undefined
        resolve(heard)
      }
      let due = performance.now() + withinMs
      const late = (): void => {
        const now = performance.now()
        // When it was us who stood still, what came meanwhile is not read yet.
        if (now - due < withinMs / 4) {
          settle(false)
          return
        }
        due = now + withinMs
        timer = setTimeout(late, withinMs)
      }
      let timer = setTimeout(late, withinMs)
      this.#proof = { name, heard: () => settle(true) }
      // One that could not be sent does not come back.
      this.#client.sendEvent(this.#app, name).catch(() => {})
    })
  }

  /** The application is switched off, if at all, soon after the sessions before this one have closed: at first it is asked more often. */
  #listen(turn: number, afterMs: number): void {
    this.#heard = false
    this.#clock = setTimeout(
      async () => {
        const hears = this.#heard || (await this.#hearsItself())
        if (turn !== this.#turn || !this.#up) return
        if (hears) this.#listen(turn, afterMs * 2)
        else this.#socket.drop(deaf)
      },
      Math.min(afterMs, this.#proveEveryMs),
    )
  }

  #flush(): void {
    const early = this.#early ?? []
    this.#early = undefined
    for (const event of early) this.#pass(event)
  }

  #message(text: string): void {
    const reading = readEvent(text)
    if ('odd' in reading) {
      this.#odd(reading)
      return
    }
    this.#heard = true
    if (reading.event.type === 'ChannelUserevent' && reading.event.eventname.startsWith(proofName)) {
      if (reading.event.eventname === this.#proof?.name) this.#proof.heard()
      return
    }
    if (this.#early === undefined) this.#pass(reading.event)
    else this.#early.push(reading.event)
  }

  #pass(event: AriEvent): void {
    this.#tell(this.#on.event, event)
    if (event.type === 'ApplicationReplaced' && event.application === this.#app) {
      this.#socket.stop()
      this.#tell(this.#on.replaced, undefined)
    }
  }

  #closed(why: string, silent: boolean): void {
    this.#pulse.stop()
    if (silent) this.#client.renew()
    this.#turn += 1
    this.#early = undefined
    clearTimeout(this.#clock)
    if (!this.#up) return
    this.#up = false
    this.#tell(this.#on.down, why)
  }

  #tell<T>(handlers: readonly ((about: T) => void)[], about: T): void {
    for (const handler of handlers) {
      try {
        handler(about)
      } catch (error) {
        this.#odd({ odd: 'handlerThrew', type: typeName(about), error })
      }
    }
  }

  #odd(oddity: AriOddity): void {
    const key = `${oddity.odd}:${oddity.type}`
    // A peer that invents names does not fill our memory.
    if (this.#counts.has(key) || this.#counts.size < mostCounters) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    }
    for (const handler of this.#on.oddity) {
      try {
        handler(oddity)
      } catch {
        // Nobody is left to tell.
      }
    }
  }
}

const mostCounters = 200
const proofName = 'hotline-hears-'
/** After how long a new connection is asked for the first time whether it hears. */
const freshMs = 250
const deaf = 'the socket is open and no events come'

const typeName = (about: unknown): string =>
  typeof about === 'object' && about !== null && 'type' in about ? String(about.type) : ''
