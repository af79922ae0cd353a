/** The people of the fake's outside world: callers, and phones that are called. */
import type { InboundCall } from './fake-asterisk.ts'
import type { FakeModel } from './fake-asterisk-model.ts'
import { causeOfStatus, type FakeChannel, type FarEnd } from './fake-asterisk-state.ts'

/**
 * What a phone does when it is called. `rings`: and waits for the test; `silent`: says nothing at all; `refuses`: with a
 * SIP status; `does`: whatever the test says.
 */
export type Temper =
  | 'answers'
  | 'rings'
  | 'silent'
  | { readonly refuses: number }
  | { readonly does: (leg: FakeLeg) => void }

/** One call to a phone, as seen from the phone. */
export class FakeLeg {
  readonly channelId: string
  readonly #channel: FakeChannel
  readonly #model: FakeModel

  constructor(channel: FakeChannel, model: FakeModel) {
    this.channelId = channel.id
    this.#channel = channel
    this.#model = model
  }

  /** Caller id and headers that came with the call: variables as they were set on the channel. */
  get variables(): ReadonlyMap<string, string> {
    return this.#channel.variables
  }

  get alive(): boolean {
    return this.#channel.alive
  }

  get muted(): boolean {
    return this.#channel.muted.size > 0
  }

  /** Ids of those who hear this leg. */
  get hears(): readonly string[] {
    return (this.#channel.bridge?.members ?? []).filter((m) => m !== this.#channel).map((m) => m.id)
  }

  ring(): void {
    this.#model.ringing(this.#channel)
  }

  answer(): void {
    this.#model.farAnswers(this.#channel)
  }

  reject(status = 486): void {
    this.#model.farRefuses(this.#channel, status)
  }

  press(digits: string): void {
    this.#model.farPresses(this.#channel, digits)
  }

  hangUp(): void {
    this.#model.hangUp(this.#channel, { cause: 16 })
  }
}

export class FakePhone {
  readonly name: string
  registered = true
  isSilent = false
  temper: Temper | ((user: string) => Temper)
  readonly #model: FakeModel
  readonly #contactChanged: (online: boolean) => void
  readonly #come: FakeLeg[] = []
  readonly #awaited: ((leg: FakeLeg) => void)[] = []

  constructor(
    name: string,
    model: FakeModel,
    temper: Temper | ((user: string) => Temper),
    contactChanged: (online: boolean) => void,
  ) {
    this.name = name
    this.temper = temper
    this.#model = model
    this.#contactChanged = contactChanged
  }

  /** The next call to this phone that nobody has taken up yet; resolves when it comes. */
  nextLeg(): Promise<FakeLeg> {
    const leg = this.#come.shift()
    return leg === undefined ? new Promise((resolve) => this.#awaited.push(resolve)) : Promise.resolve(leg)
  }

  register(): void {
    this.registered = true
    this.#contactChanged(true)
  }

  unregister(): void {
    this.registered = false
    this.#contactChanged(false)
  }

  farEnd(user: string): FarEnd {
    return {
      rung: (channel) => this.#rung(channel, user),
      answered: () => {},
      gone: () => {},
      isSilent: () => this.isSilent || !this.registered,
    }
  }

  #rung(channel: FakeChannel, user: string): void {
    const leg = new FakeLeg(channel, this.#model)
    const temper = typeof this.temper === 'function' ? this.temper(user) : this.temper
    // The network is in between: nothing happens within the command that dials.
    setImmediate(() => {
      if (temper === 'answers') leg.answer()
      else if (temper === 'rings') leg.ring()
      else if (temper !== 'silent') {
        if ('refuses' in temper) leg.reject(temper.refuses)
        else temper.does(leg)
      }
      const waiter = this.#awaited.shift()
      if (waiter === undefined) this.#come.push(leg)
      else waiter(leg)
    })
  }
}

export class FakeCaller {
  readonly app: string
  readonly channelId: string
  /** Resolves when our side answers. */
  readonly answered: Promise<void>
  /** Resolves with the cause when the call is over. */
  readonly ended: Promise<number>
  isSilent = false
  /** The dialplan keeps him with music. */
  knocks = false
  #entered = false
  #wasInNet = false
  readonly #model: FakeModel
  readonly #channel: FakeChannel
  readonly #args: InboundCall['args']

  constructor(model: FakeModel, { number = '13800000001', name = '', dialled = '12345', ...call }: InboundCall) {
    this.app = call.app ?? 'switchboard'
    this.#args = call.args
    this.#model = model
    let answered = (): void => {}
    let ended = (_cause: number): void => {}
    this.answered = new Promise((resolve) => {
      answered = resolve
    })
    this.ended = new Promise((resolve) => {
      ended = resolve
    })
    const isSilent = (): boolean => this.isSilent
    const gone: FarEnd['gone'] = (_channel, cause, wasInApp) => {
      const inNet = this.knocks || (this.#entered && !wasInApp)
      model.callerLeft(this.#channel, { cause, inNet, wasInNet: this.#wasInNet, args: this.#stasisArgs() })
      ended(cause)
    }
    const far: FarEnd = { rung: () => {}, answered, gone, isSilent }
    this.#channel = model.addChannel({
      endpoint: 'trunk',
      far,
      state: call.state ?? 'Ring',
      exten: dialled,
      caller: { number, name },
    })
    this.channelId = this.#channel.id
  }

  /** Into the application; done by the fake. */
  enter(): void {
    if (!this.alive) return
    this.knocks = false
    this.#entered = true
    this.#model.enterApp(this.#channel, this.app, this.#stasisArgs())
  }

  /** Nobody is there. */
  knock(): void {
    if (!this.alive) return
    this.knocks = true
    this.#wasInNet = true
  }

  #stasisArgs(): readonly string[] {
    const args = typeof this.#args === 'function' ? this.#args(this.channelId) : this.#args
    return args ?? ['inbound', this.channelId]
  }

  /** Has come as far as the application, or the music. */
  get hasCome(): boolean {
    return this.#entered || this.#wasInNet
  }

  get alive(): boolean {
    return this.#channel.alive
  }

  get hasMusic(): boolean {
    return this.#channel.music
  }

  get hears(): readonly string[] {
    return (this.#channel.bridge?.members ?? []).filter((m) => m !== this.#channel).map((m) => m.id)
  }

  press(digits: string): void {
    this.#model.farPresses(this.#channel, digits)
  }

  hangUp(): void {
    const answered = this.#channel.state === 'Up'
    this.#model.hangUp(this.#channel, answered ? { cause: 16 } : { cause: causeOfStatus(487), tech: 487 })
  }
}
