/**
 * The network between switchboard and Asterisk: commands and their answers, and the socket that carries events. What is
 * under way when a connection breaks is lost; what comes through keeps its order.
 */

import type { Steady } from '../../src/platform/asterisk/ari-connection.ts'
import {
  type AriReply,
  type AriRequest,
  AriSilence,
  type AriTransport,
} from '../../src/platform/asterisk/ari-transport.ts'
import { operations } from '../../src/platform/asterisk/generated/ari.ts'
import { pulseChannel } from '../../src/platform/asterisk/pulse.ts'
import type { SteadyHandlers } from '../../src/platform/asterisk/steady-socket.ts'
import type { FakeNet, Request, ServerHandlers, Wire } from '../kit/fake-asterisk-server.ts'
import type { Dice } from './dice.ts'
import { SimSocket } from './socket.ts'
import { type Owner, type VirtualTime, world } from './virtual-time.ts'
import { fair, type Weather } from './weather.ts'

type Flight = {
  readonly owner: Owner
  readonly lane: string | undefined
  arrived: boolean
  lost: boolean
  readonly fail: (why: 'timeout' | 'disconnected') => void
}
const lateMs = 6_000
const pulseMs = 1

export class Network implements FakeNet {
  weather: Weather = fair()
  /** What was asked of Asterisk, for the trace. */
  onRequest: (request: Request, lane: string | undefined) => void = () => {}
  readonly time: VirtualTime
  readonly dice: Dice
  readonly handlers: ServerHandlers
  readonly sockets = new Set<SimSocket>()
  readonly #flights = new Set<Flight>()
  readonly #laneBusyUntil = new Map<string, number>()
  readonly #closed = new Set<Owner>()
  readonly #lostOnce = new Set<string>()
  accepting = true
  /** Until then both sides believe in connections that carry nothing. */
  #deafUntil = 0
  #backAt = 0
  /** Until then Asterisk stands still: it reads nothing and tells nothing, and afterwards goes on where it was. */
  hungUntil = 0

  constructor(time: VirtualTime, dice: Dice, handlers: ServerHandlers) {
    this.time = time
    this.dice = dice
    this.handlers = handlers
  }

  latency(): number {
    return this.dice.between(0.2, 2) + (this.weather.slowMs > 0 ? this.dice.between(0, this.weather.slowMs) : 0)
  }

  // As the fake Asterisk sees it

  listen(): Promise<string> {
    return Promise.resolve('simulated')
  }

  accept(yes: boolean): void {
    this.accepting = yes
    if (yes) this.#backAt = this.time.now
    else this.dropAll()
  }

  dropAll(): void {
    this.cut(0)
  }

  close(): Promise<void> {
    this.dropAll()
    return Promise.resolve()
  }

  // What goes wrong

  /** Every connection breaks. `silentMs`: so long our side does not notice, and what it says goes nowhere. */
  cut(silentMs: number): void {
    this.#deafUntil = this.time.now + silentMs
    for (const socket of this.sockets) socket.cut(silentMs)
    for (const flight of [...this.#flights]) {
      flight.lost = true
      if (silentMs === 0) flight.fail('disconnected')
    }
  }

  /** What is asked of it meanwhile is done afterwards, whether or not we still wait for the answer. */
  hang(ms: number): void {
    this.hungUntil = this.time.now + ms
    for (const socket of this.sockets) socket.standStill()
  }

  /** What is sent now gets to an Asterisk that reads it. */
  get isReachable(): boolean {
    return this.accepting && this.hungForMs === 0 && this.time.now >= this.#deafUntil
  }

  /** What was asked lately was answered. */
  answers(sinceMs: number): boolean {
    return this.isReachable && this.time.now - Math.max(this.hungUntil, this.#deafUntil, this.#backAt) > sinceMs
  }

  /** How long until Asterisk reads what comes now. */
  get hungForMs(): number {
    return Math.max(0, this.hungUntil - this.time.now)
  }

  /** A process has been killed: of its last orders, some at the end have not left the machine. */
  killed(owner: Owner): number {
    const under = [...this.#flights].filter((flight) => flight.owner === owner && !flight.arrived)
    const gone = this.dice.whole(0, under.length)
    for (const flight of under.slice(under.length - gone)) flight.lost = true
    for (const flight of [...this.#flights]) if (flight.owner === owner) this.#flights.delete(flight)
    for (const socket of [...this.sockets]) if (socket.owner === owner) socket.killed()
    return gone
  }

  /** The answer to an order of this lane is waited for; what follows it may wait too. */
  isHeldUp(lane: string): boolean {
    return [...this.#flights].some((flight) => flight.lane === lane)
  }

  /** Nothing is under way: no order of this lane, no event. */
  isQuiet(lane: string): boolean {
    for (const socket of this.sockets) if (socket.isBusy) return false
    for (const flight of this.#flights) if (flight.lane === lane) return false
    return true
  }

  // As the switchboard sees it

  socket(owner: Owner, app: string, handlers: SteadyHandlers): Steady {
    return new SimSocket(this, owner, app, handlers)
  }

  transport(owner: Owner): AriTransport {
    return {
      request: (request, lane) => this.#send(owner, request, lane),
      renew: () => {
        for (const flight of [...this.#flights]) if (flight.owner === owner) flight.fail('disconnected')
      },
      close: () => this.#close(owner),
    }
  }

  /** As the HTTP transport: what is under way is waited for, what comes now is refused. */
  async #close(owner: Owner): Promise<void> {
    this.#closed.add(owner)
    const left = (): boolean => [...this.#flights].some((flight) => flight.owner === owner)
    while (left()) await new Promise<void>((resolve) => this.time.after(1, resolve, owner))
  }

  #send(owner: Owner, request: AriRequest, lane: string | undefined): Promise<AriReply> {
    return new Promise((resolve, reject) => {
      let settled = false
      const settle = (after: number, end: () => void): void => {
        this.time.after(
          after,
          () => {
            if (settled) return
            settled = true
            timer.cancelled = true
            this.#flights.delete(flight)
            end()
          },
          owner,
        )
      }
      const flight: Flight = {
        owner,
        lane,
        arrived: false,
        lost: false,
        fail: (why) => settle(0, () => reject(new AriSilence(why))),
      }
      // The pulse has no weather: a question a second would be most of what the dice decide.
      if (request.path.includes(pulseChannel) && this.accepting && this.time.now >= this.#deafUntil) {
        this.time.after(pulseMs, () => resolve({ status: 404, body: { message: 'Channel not found' } }), owner)
        return
      }
      if (this.#closed.has(owner)) {
        this.time.after(0, () => reject(new AriSilence('disconnected')), owner)
        return
      }
      const timer = this.time.after(request.timeoutMs, () => flight.fail('timeout'), owner)
      this.#flights.add(flight)
      if (!this.accepting) {
        flight.fail('disconnected')
        return
      }
      if (this.time.now < this.#deafUntil) {
        flight.lost = true
        return
      }
      this.time.after(
        this.#inLane(lane, this.hungForMs + this.latency()),
        () => void this.#arrive(request, flight, settle, resolve),
        world,
      )
    })
  }

  async #arrive(
    request: AriRequest,
    flight: Flight,
    settle: (after: number, end: () => void) => void,
    resolve: (reply: AriReply) => void,
  ): Promise<void> {
    if (flight.lost) return
    if (this.hungForMs > 0) {
      this.time.after(this.hungForMs, () => void this.#arrive(request, flight, settle, resolve), world)
      return
    }
    flight.arrived = true
    const { weather, dice } = this
    const key = `${request.method} ${request.path}`
    if (!this.#lostOnce.delete(key) && dice.happens(weather.loseRequest)) {
      this.#lostOnce.add(key)
      flight.fail('disconnected')
      return
    }
    const asked = readRequest(request)
    this.onRequest(asked, flight.lane)
    const answer = await this.handlers.request(asked)
    if (flight.lost || answer === 'silence') return
    if (answer === 'cut' || dice.happens(weather.loseAnswer)) flight.fail('disconnected')
    else {
      const reply = { status: answer.status, body: answer.body }
      settle(this.latency() + (dice.happens(weather.lateAnswer) ? lateMs : 0), () => resolve(reply))
    }
  }

  /** What is sent down one lane arrives in order. */
  #inLane(lane: string | undefined, ms: number): number {
    if (lane === undefined) return ms
    const at = Math.max(this.#laneBusyUntil.get(lane) ?? 0, this.time.now + ms)
    this.#laneBusyUntil.set(lane, at)
    return at - this.time.now
  }
}

export type { Wire }

const places = new Map<string, { names: string[]; pattern: RegExp }>()

/** Takes a request apart as the fake's server does. */
function readRequest({ op, path, query, body }: AriRequest): Request {
  const known = places.get(op) ?? placeOf(operations[op].path)
  places.set(op, known)
  const ids = (known.pattern.exec(path) ?? []).slice(1).map(decodeURIComponent)
  const fromPath = known.names.map((name, i): [string, string] => [name, ids[i] ?? ''])
  return {
    op,
    args: Object.fromEntries([...query, ...fromPath]),
    body: body === undefined ? {} : (JSON.parse(body) as Record<string, unknown>),
  }
}

const placeOf = (path: string) => ({
  names: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
})
