/**
 * An Asterisk that lives in the test's own process: speaks ARI over HTTP and websockets, has channels, bridges and
 * prompts, and an outside world of phones and callers that do what the test says. Nothing sounds.
 *
 *   const fake = await startFakeAsterisk()
 *   const phone = fake.addPhone('seat-1001')            // rings until told otherwise
 *   const caller = fake.inboundCall({ number: '13812345678', args: ['inbound', 'call-1'] })
 *   const leg = await phone.nextLeg(); leg.answer(); caller.hangUp()
 */
import type { OperationName } from '#platform/asterisk/ari-client'
import { FakeModel, type MediaMs, stamped, type Telling } from './fake-asterisk-model.ts'
import { type Asked, handlers, type World } from './fake-asterisk-operations.ts'
import { FakeCaller, FakePhone, type Temper } from './fake-asterisk-phones.ts'
import {
  type Answer,
  type FakeNet,
  FakeServer,
  type Request,
  type ServerHandlers,
  type Wire,
} from './fake-asterisk-server.ts'

export type { FakeLeg, Temper } from './fake-asterisk-phones.ts'
export { FakeCaller, FakePhone }

/** What goes wrong with the next `times` requests (default 1), of one operation or of all. */
export type Fault = {
  readonly op?: OperationName
  readonly times?: number
  /**
   * `slow`: carried out and answered after `ms`. `refuse`: not carried out, answered with `status`. `loseAnswer`: carried
   * out, and the connection breaks. `loseRequest`: not carried out, and the connection breaks. `silence`: not carried
   * out, and no answer ever.
   */
  readonly kind: 'slow' | 'refuse' | 'loseAnswer' | 'loseRequest' | 'silence'
  readonly ms?: number
  readonly status?: number
}

export type InboundCall = {
  readonly number?: string
  readonly name?: string
  /** The number that was dialled (default 12345). */
  readonly dialled?: string
  readonly app?: string
  /** How long the dialplan is before Stasis(). */
  readonly walksMs?: number
  /** Arguments of Stasis(); made from the channel, for they hold its id. */
  readonly args?: readonly string[] | ((channelId: string) => readonly string[])
  /** `Up`: the dialplan has answered already. */
  readonly state?: 'Ring' | 'Up'
}

type App = { socket: Wire | undefined; unwanted: readonly string[]; sources: Set<string> }

export class FakeAsterisk {
  readonly model: FakeModel
  /** Every request that came, with how it was answered; for what a test wants to know afterwards. */
  readonly requests: (Request & { status: number | string })[] = []
  url = ''
  readonly login = { user: 'fake', password: 'fake' } as const
  readonly #server: FakeNet
  readonly #apps = new Map<string, App>()
  readonly #phones = new Map<string, FakePhone>()
  /** Callers whom the dialplan keeps with music because no application took them. */
  readonly #knocking = new Set<FakeCaller>()
  readonly #world: World
  #leaving: { app: string; resolve: () => void }[] = []
  #faults: { fault: Fault; left: number }[] = []
  #lost: { type: string; left: number }[] = []
  readonly #connections = new Map<string, number>()

  constructor(mediaMs: MediaMs, net?: (handlers: ServerHandlers) => FakeNet) {
    this.model = new FakeModel((app, event) => this.#send(app, event), mediaMs)
    const handlers: ServerHandlers = {
      request: (request) => this.#request(request),
      opened: (apps, socket) => this.#opened(apps, socket),
      closed: (socket) => this.#closed(socket),
    }
    this.#server = net?.(handlers) ?? new FakeServer(this.login, handlers)
    this.#world = {
      model: this.model,
      reach: (endpoint) => this.#reach(endpoint),
      endpoints: () =>
        [...this.#phones.values()].map(({ name, registered }) => ({ resource: name, online: registered })),
      apps: () => [...this.#apps.keys()],
      filterOf: (app) => this.#apps.get(app)?.unwanted ?? [],
      setFilter: (app, disallowed) => {
        const known = this.#apps.get(app)
        if (known !== undefined) known.unwanted = disallowed
      },
      subscribe: (app, sources) => {
        for (const source of sources) this.#apps.get(app)?.sources.add(source)
      },
      tell: (app, eventname) => this.#send(app, { type: 'ChannelUserevent', eventname, userevent: { eventname } }),
    }
  }

  /** For `openAri`. */
  get address(): { url: string; user: string; password: string } {
    return { url: this.url, ...this.login }
  }

  async start(): Promise<this> {
    this.url = await this.#server.listen()
    return this
  }

  stop(): Promise<void> {
    this.model.forgetAll()
    return this.#server.close()
  }

  // The outside world

  /** A PJSIP endpoint. Without a temper it rings until the test lets it answer. */
  addPhone(name: string, temper: Temper | ((user: string) => Temper) = 'rings'): FakePhone {
    const phone = new FakePhone(name, this.model, temper, (online) => this.#tellEndpoint(name, online))
    this.#phones.set(name, phone)
    return phone
  }

  /** A caller, who is in the application at once, or as soon as it is there. */
  inboundCall(call: InboundCall = {}): FakeCaller {
    const caller = new FakeCaller(this.model, call)
    const knock = (): void => {
      if (this.#apps.get(caller.app)?.socket !== undefined) caller.enter()
      else {
        caller.knock()
        this.#knocking.add(caller)
      }
    }
    if (call.walksMs === undefined) knock()
    else setTimeout(knock, call.walksMs).unref()
    return caller
  }

  // What goes wrong

  /** The application is switched off, and its socket stays open: what Asterisk does when sessions close and open at once. */
  deafen(app: string): void {
    const known = this.#apps.get(app)
    if (known !== undefined) known.socket = undefined
  }

  /** Gives back how to end it. */
  fault(fault: Fault): () => void {
    const added = { fault, left: fault.times ?? 1 }
    this.#faults.push(added)
    return () => {
      added.left = 0
      this.#faults = this.#faults.filter((known) => known !== added)
    }
  }

  /** How often an application has connected. */
  connections(app: string): number {
    return this.#connections.get(app) ?? 0
  }

  /** The next `times` events of a type never reach the application. */
  loseEvents(type: string, times = 1): void {
    this.#lost.push({ type, left: times })
  }

  /** Sends text as it is to an application, or to all. */
  say(text: string, app?: string): void {
    for (const [name, { socket }] of this.#apps) if (app === undefined || app === name) socket?.send(text)
  }

  /** Resolves when Asterisk has noticed that nobody is connected for the application. */
  nobodyThere(app: string): Promise<void> {
    if (this.#apps.get(app)?.socket === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      this.#leaving.push({ app, resolve })
    })
  }

  /** Breaks every connection; calls go on. */
  dropSockets(): void {
    this.#server.dropAll()
  }

  /** Unreachable for so long, calls going on; resolves when it accepts connections again. */
  async beAway(ms: number): Promise<void> {
    this.#server.accept(false)
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#server.accept(true)
  }

  /** As after a crash: every call, bridge and subscription is gone, and it says that it was started just now. */
  async restart(awayMs = 50): Promise<void> {
    this.model.forgetAll()
    this.#apps.clear()
    this.#knocking.clear()
    await this.beAway(awayMs)
  }

  // Inside

  async #request(request: Request): Promise<Answer> {
    const answer = await this.#answer(request)
    this.requests.push({ ...request, status: typeof answer === 'string' ? answer : answer.status })
    return answer
  }

  async #answer(request: Request): Promise<Answer> {
    const fault = this.#nextFault(request.op)
    if (fault?.kind === 'refuse') return { status: fault.status ?? 500, body: { message: 'injected' } }
    if (fault?.kind === 'silence') return 'silence'
    if (fault?.kind === 'loseRequest') return 'cut'
    const handler = handlers[request.op]
    const asked: Asked = request
    if (handler === undefined) return { status: 404, body: { message: 'Resource not found' } }
    const reply = await handler(this.#world, asked)
    if (fault?.kind === 'loseAnswer') return 'cut'
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 100))
    return reply
  }

  #nextFault(op: OperationName): Fault | undefined {
    const found = this.#faults.find(({ fault }) => fault.op === undefined || fault.op === op)
    if (found === undefined) return undefined
    found.left -= 1
    this.#faults = this.#faults.filter(({ left }) => left > 0)
    return found.fault
  }

  #opened(names: readonly string[], socket: Wire): void {
    for (const name of names) {
      this.#connections.set(name, this.connections(name) + 1)
      const known = this.#apps.get(name)
      if (known?.socket !== undefined) this.#send(name, { type: 'ApplicationReplaced' })
      this.#apps.set(name, { socket, unwanted: known?.unwanted ?? [], sources: known?.sources ?? new Set() })
      for (const caller of this.#knocking) {
        if (caller.app !== name) continue
        this.#knocking.delete(caller)
        setImmediate(() => caller.enter())
      }
    }
  }

  #closed(socket: Wire): void {
    for (const [name, app] of this.#apps) {
      if (app.socket !== socket) continue
      app.socket = undefined
      const held = [...this.model.channels.values()].some((c) => c.app === name || c.watchedBy === name)
      if (!held && app.sources.size === 0) this.#apps.delete(name)
      for (const { resolve } of this.#leaving.filter((one) => one.app === name)) resolve()
      this.#leaving = this.#leaving.filter((one) => one.app !== name)
    }
  }

  #send(name: string, event: Telling): void {
    const lost = this.#lost.find(({ type }) => type === event.type)
    if (lost !== undefined) {
      lost.left -= 1
      this.#lost = this.#lost.filter(({ left }) => left > 0)
      return
    }
    const app = this.#apps.get(name)
    if (app?.socket === undefined || app.unwanted.includes(event.type)) return
    app.socket.send(JSON.stringify(stamped(event, name)))
  }

  #tellEndpoint(resource: string, online: boolean): void {
    for (const [name, { sources }] of this.#apps) {
      if (sources.has('endpoint:PJSIP') || sources.has(`endpoint:PJSIP/${resource}`)) {
        this.model.tellEndpoint(name, resource, online)
      }
    }
  }

  /** `PJSIP/seat-7`, `PJSIP/12315@partner-12315`, `PJSIP/peer/sip:603@127.0.0.1`. */
  #reach(endpoint: string): ReturnType<World['reach']> {
    const rest = endpoint.replace(/^PJSIP\//, '')
    const uri = /^([^/@]+)\/sip:([^@]+)@/.exec(rest)
    const [user = '', resource = rest] = uri !== null ? [uri[2], uri[1]] : rest.includes('@') ? rest.split('@') : []
    const phone = this.#phones.get(resource)
    return phone?.registered ? { far: phone.farEnd(user), resource, user } : undefined
  }
}

/** Prompts last 80 ms in the fake, unless told otherwise. */
export const startFakeAsterisk = (options: { mediaMs?: MediaMs } = {}): Promise<FakeAsterisk> =>
  new FakeAsterisk(options.mediaMs ?? (() => 80)).start()
