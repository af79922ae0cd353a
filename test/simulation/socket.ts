/** The event socket over the simulated network, with the manners of `SteadySocket`: it comes back for ever. */
import { backoffMs } from '../../src/platform/asterisk/backoff.ts'
import type { SteadyHandlers } from '../../src/platform/asterisk/steady-socket.ts'
import type { Wire } from '../kit/fake-asterisk-server.ts'
import type { Network } from './network.ts'
import { type Owner, world } from './virtual-time.ts'
import { mostDelayMs } from './weather.ts'

type Line = Wire & { open: boolean }
/** As `SteadySocket` has it. */
const handshakeMs = 2_000
const deadAfterMs = 4_000

export class SimSocket {
  readonly owner: Owner
  readonly #network: Network
  readonly #app: string
  readonly #handlers: SteadyHandlers
  #line: Line | undefined
  /** When the last thing sent our way arrives: nothing overtakes it. */
  #arriving = 0
  #lastArrivesAt = 0
  #isOpen = false
  #stopped = false
  #failed = 0

  constructor(network: Network, owner: Owner, app: string, handlers: SteadyHandlers) {
    this.#network = network
    this.owner = owner
    this.#app = app
    this.#handlers = handlers
  }

  get open(): boolean {
    return this.#isOpen
  }

  /** Events are under way. */
  get isBusy(): boolean {
    return Math.max(this.#arriving, this.#lastArrivesAt) >= this.#network.time.now
  }

  start(): void {
    this.#network.sockets.add(this)
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#hangUp()
    this.#lost('stopped', false)
  }

  drop(why: string, silent = false): void {
    this.#hangUp()
    this.#lost(why, silent)
  }

  /** The network has let it go; we notice at once, or when nothing was heard for long. */
  cut(silentMs: number): void {
    const line = this.#line
    if (!line?.open) return
    this.#hangUp()
    const told = silentMs > 0 ? silentMs : this.#network.latency()
    const notice = (): void => {
      if (this.#line === line) this.#lost('cut', silentMs > 0)
    }
    this.#network.time.after(told, notice, this.owner)
  }

  /** Asterisk stands still: its side of the line stays, and we notice when nothing was heard for long. */
  standStill(): void {
    const line = this.#line
    const { time, hungForMs } = this.#network
    if (!line?.open || hungForMs < deadAfterMs) return
    const notice = (): void => {
      if (this.#line !== line) return
      time.after(this.#network.hungForMs, () => this.#close(line), world)
      this.#lost('nothing heard', true)
    }
    time.after(deadAfterMs, notice, this.owner)
  }

  /** Our process is dead: its machine closes the connection, a moment later. */
  killed(): void {
    this.#stopped = true
    this.#network.sockets.delete(this)
    this.#network.time.after(this.#network.latency(), () => this.#hangUp(), world)
  }

  #connect(): void {
    const { time } = this.#network
    time.after(this.#network.latency(), () => this.#reached(), world)
  }

  /** At Asterisk's side. */
  #reached(): void {
    const { time, accepting, handlers, hungForMs } = this.#network
    if (this.#stopped || time.isDead(this.owner)) return
    if (hungForMs > handshakeMs) {
      time.after(handshakeMs, () => this.#again('no handshake'), this.owner)
      return
    }
    if (hungForMs > 0) {
      time.after(hungForMs + this.#network.latency(), () => this.#reached(), world)
      return
    }
    if (!accepting) {
      time.after(1, () => this.#again('refused'), this.owner)
      return
    }
    const line: Line = { open: true, send: (text) => this.#told(line, text) }
    this.#line = line
    this.#arriving = time.now
    this.#deliver(line, () => {
      this.#isOpen = true
      this.#failed = 0
      this.#handlers.opened()
    })
    handlers.opened([this.#app], line)
  }

  #told(line: Line, text: string): void {
    if (!line.open) return
    const { dice, weather } = this.#network
    const arrived = (): void => this.#handlers.message(text)
    if (dice.happens(weather.dropEvent)) return
    const times = dice.happens(weather.doubleEvent) ? 2 : 1
    for (let n = 1; n <= times; n++) {
      if (n === times && dice.happens(weather.delayEvent)) this.#deliverLate(line, arrived)
      else this.#deliver(line, arrived)
    }
  }

  #deliver(line: Line, arrived: () => void): void {
    const { time } = this.#network
    this.#arriving = Math.max(this.#arriving, time.now + this.#network.hungForMs + this.#network.latency())
    this.#deliverAt(this.#arriving, line, arrived)
  }

  /** Others overtake it. */
  #deliverLate(line: Line, arrived: () => void): void {
    const { dice, time, hungForMs } = this.#network
    const at = time.now + hungForMs + dice.between(5, dice.of([100, mostDelayMs]))
    this.#lastArrivesAt = Math.max(this.#lastArrivesAt, at)
    this.#deliverAt(at, line, arrived)
  }

  #deliverAt(at: number, line: Line, arrived: () => void): void {
    const { time } = this.#network
    time.after(
      at - time.now,
      () => {
        if (this.#line === line && line.open) arrived()
      },
      this.owner,
    )
  }

  #hangUp(): void {
    if (this.#line) this.#close(this.#line)
  }

  #close(line: Line): void {
    if (!line.open) return
    line.open = false
    this.#network.handlers.closed(line)
  }

  #lost(why: string, silent: boolean): void {
    this.#line = undefined
    const was = this.#isOpen
    this.#isOpen = false
    if (was) this.#handlers.closed(why, silent)
    if (!this.#stopped) this.#again(why)
  }

  #again(why: string): void {
    if (this.#stopped) return
    this.#failed += 1
    const delayMs = backoffMs(this.#failed, this.#network.dice.throw())
    this.#handlers.retrying?.(why, this.#failed, delayMs)
    this.#network.time.after(delayMs, () => this.#connect(), this.owner)
  }
}
