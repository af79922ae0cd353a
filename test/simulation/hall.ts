/** The simulated hall: who is in it, and what can be done to it. */
import type { NewFact, Step } from '#journal'
import { type CallId, toInstant } from '#kernel'
import { AriClient, AriTrouble } from '#platform/asterisk/ari-client'
import { createSwitchboard, type Switchboard } from '#switchboard'
import { AriConnection } from '../../src/platform/asterisk/ari-connection.ts'
import { FakeAsterisk, type FakeCaller, type FakePhone } from '../kit/fake-asterisk.ts'
import { Calm } from './calm.ts'
import { type Arrived, createStepChecks } from './check-step.ts'
import { Desks } from './desks.ts'
import { type Dice, diceFrom } from './dice.ts'
import { Disk, type OpenJournal } from './disk.ts'
import type { Complain } from './failure.ts'
import { agentAt, house, seatAt } from './house.ts'
import { Network } from './network.ts'
import { temperOf } from './people.ts'
import { agentCount, type CrashPoint, type Deed, type Leaving } from './scenario.ts'
import { type Owner, type VirtualTime, world } from './virtual-time.ts'
import { fair, isUnnoticed, type Weather } from './weather.ts'

const app = 'switchboard'
/** As main/switchboard.ts: who has not ended by then is ended. */
const stopWithinMs = 8_000
const lingersMs = 1_500
/** As platform/asterisk/pulse.ts. */
const pulseTickMs = 250
const hungAfterMs = 3_300
/** Of the switchboard's clock, after a step. */
const driftAtMost = 0.06

export type Running = {
  readonly owner: Owner
  readonly journal: OpenJournal
  readonly connection: AriConnection
  readonly board: Switchboard
  readonly check: ReturnType<typeof createStepChecks>
}
export type Caller = {
  readonly phone: FakeCaller
  readonly dialled: string
  readonly arrivedAt: number
  leftBy: 'nobody' | 'self' | 'us' | 'asterisk'
}

export class Hall {
  readonly time: VirtualTime
  readonly disk: Disk
  readonly network: Network
  readonly fake: FakeAsterisk
  readonly desks: Desks
  readonly calm: Calm
  readonly callers: Caller[] = []
  readonly phones: FakePhone[] = []
  readonly complain: Complain
  readonly note: (line: string) => void
  readonly troubles = new Map<string, number>()
  /** Channels that Asterisk was told to dial. */
  readonly dialled = new Set<string>()
  /** When a call was last decided upon. */
  readonly changedAt = new Map<CallId, number>()
  running: Running | undefined
  restarts = 0
  /** The switchboard stands still until then. */
  stillUntil = 0
  readonly #dice: Dice
  readonly #callerOf = new Map<string, Caller>()
  readonly #acceptedAt = new Map<string, number>()
  /** The phone of each offer. */
  readonly #legOf = new Map<unknown, string>()
  readonly #clockSteps: number[] = []
  #lives = 0
  #armed: (CrashPoint & { readonly downMs: number }) | undefined
  #syncMs = 1

  constructor(time: VirtualTime, seed: number, complain: Complain, note: (line: string) => void) {
    this.time = time
    this.calm = new Calm(time)
    this.complain = complain
    this.note = note
    this.#dice = diceFrom(seed, 'hall')
    this.disk = new Disk(
      time,
      () => this.#syncMs * this.#dice.between(0.3, 1.7),
      () => this.#passed('durable'),
    )
    let network: Network | undefined
    this.fake = new FakeAsterisk(mediaMs, (handlers) => {
      network = new Network(time, diceFrom(seed, 'network'), handlers)
      return network
    })
    this.network = network as Network
    this.network.onRequest = ({ op, args }) => {
      // A channel that is made to be asked, and never dialled, is no leg of a call.
      const isLeg = op === 'channels.create' && !args.endpoint?.startsWith('Local/')
      if (isLeg && !this.disk.legs.has(args.channelId))
        complain('what is done is on disk before', `${args.channelId} is dialled`)
      if (op === 'channels.dial') this.#dial(String(args.channelId))
      if (op !== 'endpoints.listByTech') this.note(`  order ${op} ${Object.values(args).join(' ')}`)
    }
    this.desks = new Desks(this, diceFrom(seed, 'desks'))
    const people = diceFrom(seed, 'people')
    for (const { id } of house.seats) this.#addPhone(`seat-${id}`, people, false)
    for (const { trunk } of house.lines) this.#addPhone(trunk, people, true)
    this.fake.addPhone('net-records/n') // where a channel leads that is made only to be asked
  }

  /** Doors open: the switchboard starts, and most agents come to work. */
  open(): void {
    this.#startSwitchboard()
    for (let n = 0; n < agentCount; n++) {
      this.time.after(500, () => this.desks.ask(agentAt(n), { name: 'logIn', seat: seatAt(n) }), world)
      if (n < 4) this.time.after(600, () => this.desks.ask(agentAt(n), { name: 'ready' }), world)
    }
  }

  get isUp(): boolean {
    return this.running?.connection.isUp === true
  }

  get isDiskWell(): boolean {
    return !this.disk.isFull && this.#syncMs === 1
  }

  // What people do

  call({ number, dialled, patienceMs }: Extract<Deed, { do: 'call' }>): void {
    if (!this.network.accepting || this.network.hungForMs > 0) return // no Asterisk, no ringing tone
    const arrived = String(Math.floor(this.time.wall)) // stamped by the dialplan, long before we hear of it
    const phone = this.fake.inboundCall({
      number,
      dialled,
      args: (id) => ['inbound', id, arrived, dialled, 'trunk', '', '', ''],
      walksMs: Number(number.at(-1)) % 5,
    })
    const caller: Caller = { phone, dialled, arrivedAt: this.time.now, leftBy: 'nobody' }
    this.callers.push(caller)
    this.#callerOf.set(phone.channelId, caller)
    void phone.ended.then(() => {
      if (caller.leftBy === 'nobody') caller.leftBy = 'us'
    })
    this.time.after(patienceMs, () => this.#hangUp(caller), world)
  }

  callerHangsUp(pick: number): void {
    const there = this.callers.filter(({ phone }) => phone.alive)
    const caller = there[Math.floor(pick * there.length)]
    if (caller) this.#hangUp(caller)
  }

  /** Somebody whom we have called hangs up. */
  phoneHangsUp(pick: number): void {
    const there = [...this.fake.model.channels.values()].filter(
      ({ endpoint, state }) => endpoint !== 'trunk' && state === 'Up',
    )
    const channel = there[Math.floor(pick * there.length)]
    if (channel) this.fake.model.hangUp(channel, { cause: 16 })
  }

  phoneGone(seat: number, forMs: number): void {
    const phone = this.phones[seat]
    if (!phone?.registered) return
    phone.unregister()
    this.calm.badFor(forMs)
    this.time.after(forMs, () => phone.register(), world)
  }

  press(agent: number, roll: number, twice: boolean): void {
    this.desks.press(agentAt(agent), roll, twice)
  }

  // What goes wrong

  crash(downMs: number, on?: CrashPoint): void {
    if (on) {
      this.#armed = { ...on, downMs }
      return
    }
    const { running } = this
    if (!running) return
    this.#leave(running)
    this.#dies(running.owner)
    this.time.after(100 + downMs, () => this.#startSwitchboard(), world)
  }

  /** A second switchboard stands by, and leads as soon as the first is no more: the kernel's lock says so, and nothing sooner. */
  takeOver(from: Leaving, gapMs: number): void {
    const { running } = this
    if (!running) return
    const { owner, board, journal } = this.#leave(running)
    const follow = (): void => void this.time.after(gapMs, () => this.#startSwitchboard(), world)
    const end = (): void => {
      this.#dies(owner)
      follow()
    }
    if (from === 'killed') end()
    else if (from === 'frozen') {
      this.time.die(owner) // it never goes on; until its guard has killed it, Asterisk takes it for alive
      this.time.after(this.#dice.between(1_800, 2_050), end, world)
    } else this.#handOver({ owner, board, journal }, end, follow)
  }

  #handOver(
    { owner, board, journal }: Pick<Running, 'owner' | 'board' | 'journal'>,
    end: () => void,
    follow: () => void,
  ) {
    const late = this.time.after(stopWithinMs, end, world)
    const hasHandedOver = this.time.as(owner, () =>
      board
        .leave()
        .then(() => board.stop())
        .then(() => journal.close()),
    )
    // The lock is free with the journal's close; the process still says good-bye to others.
    void hasHandedOver.then(() => {
      if (this.time.isDead(owner)) return
      late.cancelled = true
      follow()
      this.time.after(this.#dice.between(0, lingersMs), () => this.time.die(owner), world)
    })
  }

  #leave(running: Running): Running {
    this.running = undefined
    this.calm.unsettle()
    return running
  }

  #dies(owner: Owner): void {
    this.time.die(owner)
    const orders = this.network.killed(owner)
    const steps = this.disk.crash(this.#dice)
    this.note(`  lost with it: ${orders} orders, ${steps} steps`)
  }

  /** The switchboard's process is stopped, and goes on, before anybody takes it for dead. */
  standStill(forMs: number): void {
    if (!this.running) return
    this.time.standStill(this.running.owner, forMs)
    this.stillUntil = this.time.now + forMs
    this.calm.badFor(forMs)
  }

  /** `awayMs`: so long nothing reaches Asterisk, where calls go on. */
  cut(silentMs: number, awayMs = 0): void {
    this.calm.unsettle()
    this.network.cut(silentMs)
    if (awayMs === 0) return
    this.network.accept(false)
    this.time.after(awayMs, () => this.network.accept(true), world)
  }

  restartAsterisk(awayMs: number): void {
    this.restarts += 1
    this.calm.unsettle()
    for (const caller of this.callers) if (caller.phone.alive) caller.leftBy = 'asterisk'
    void this.fake.restart(awayMs)
  }

  turnWeather(is: Partial<Weather>, forMs: number): void {
    Object.assign(this.network.weather, is)
    this.calm.badFor(forMs)
    if (isUnnoticed(is)) this.calm.leaksFor(forMs)
    const back = (): void => {
      const clear = fair()
      for (const what of Object.keys(is) as (keyof Weather)[]) this.network.weather[what] = clear[what]
    }
    this.time.after(forMs, back, world)
  }

  slowDisk(syncMs: number, forMs: number): void {
    this.#syncMs = syncMs
    this.calm.badFor(forMs)
    this.time.after(
      forMs,
      () => {
        this.#syncMs = 1
      },
      world,
    )
  }

  fullDisk(forMs: number): void {
    this.disk.fillUp(forMs)
    this.calm.badFor(forMs)
  }

  hangAsterisk(forMs: number): void {
    this.network.hang(forMs)
    this.calm.badFor(forMs)
  }

  /** A decision has come so far: is this where the switchboard was to die? */
  #passed(moment: CrashPoint['moment']): void {
    const armed = this.#armed
    if (armed?.moment !== moment) return
    this.#armed = armed.count > 1 ? { ...armed, count: armed.count - 1 } : undefined
    if (this.#armed === undefined) this.time.after(0, () => this.crash(armed.downMs), world)
  }

  stepClock(byMs: number): void {
    this.time.stepWall(byMs)
    this.#clockSteps.push(this.time.now)
    if (!this.running) this.#acceptedAt.clear() // nobody was there who could have measured it
  }

  /** What is told of a time between a step of the clock and itself cannot be known by anybody. */
  #arrived(call: CallId): Arrived | undefined {
    const at = this.#callerOf.get(call)?.arrivedAt
    const accepted = this.#acceptedAt.get(call)
    if (at === undefined || accepted === undefined) return undefined
    if (this.#clockSteps.some((step) => step >= at && step <= accepted)) return undefined
    return { at, within: 2 + (this.#clockSteps.length > 0 ? (accepted - at) * driftAtMost : 0) }
  }

  // The end of the shift

  /** Nothing goes wrong any more. */
  mend(): void {
    this.#armed = undefined
    this.network.weather = fair()
    this.#syncMs = 1
    this.disk.makeRoom()
    for (const phone of this.phones) if (!phone.registered) phone.register()
  }

  sendHome(): void {
    for (const caller of this.callers) this.#hangUp(caller)
  }

  // Inside

  #startSwitchboard(): void {
    if (this.running) return
    if (this.disk.isFull) {
      this.time.after(1_000, () => this.#startSwitchboard(), world) // it ends at once, and is started again
      return
    }
    const owner = `switchboard ${++this.#lives}`
    this.note(`  ${owner} starts`)
    this.running = this.time.as(owner, () => this.#makeSwitchboard(owner))
    this.desks.switchboardIsBack()
  }

  #makeSwitchboard(owner: Owner): Running {
    const journal = this.disk.open(owner, (step) => this.#appended(step))
    journal.onLate = (what) => this.complain('who has handed over decides nothing more', `${owner}: ${what}`)
    const client = new AriClient(this.network.transport(owner))
    const connection = new AriConnection({
      address: { url: 'http://simulated', user: '', password: '' },
      app,
      client,
      openSocket: (_options, handlers) => this.network.socket(owner, app, handlers),
    })
    connection.onEvent((event) => client.notice(event))
    connection.onDown((why) => this.#given(why))
    connection.onOddity(({ odd, type, error }) => this.complain('no handler throws', `${odd} ${type} ${told(error)}`))
    const board = createSwitchboard({
      ari: {
        client,
        connection,
        close: () => {
          connection.stop()
          return client.close()
        },
      },
      app,
      journal,
      directory: () => house,
      now: () => toInstant(this.time.wall),
      push: () => {},
      savedCentrally: () => true,
      silenceMs: 30_000,
      onReconciled: (why, found) => this.#reconciled(why, found),
      trouble: (error, what) => this.#trouble(error, what),
    })
    board.start()
    return { owner, journal, connection, board, check: createStepChecks(this.complain, (call) => this.#arrived(call)) }
  }

  /** Whoever stood still has not read the answers yet, and is not to take Asterisk for hung. */
  #given(why: string): void {
    if (why.startsWith('hung') && this.time.now - this.stillUntil < pulseTickMs && this.network.answers(hungAfterMs))
      this.complain('an Asterisk that answers is not given up', why)
  }

  #reconciled(why: string, found: object): void {
    const isAfresh = why !== 'audit' && why !== 'difference'
    if (isAfresh) this.note(`  compared at ${why}: ${JSON.stringify(found)}`)
    this.calm.compared(isAfresh)
  }

  #appended({ facts, keep }: Step): void {
    for (const fact of facts) this.#checkMissed(fact)
    for (const { type, at: _, ...rest } of facts) {
      this.note(`  fact ${type} ${JSON.stringify(rest)}`)
      if (type === 'call.accepted') this.#acceptedAt.set(String(rest.call), this.time.now)
    }
    for (const key of Object.keys(keep)) {
      if (key.startsWith('call:')) this.changedAt.set(key.slice('call:'.length) as CallId, this.time.now)
    }
    const { running } = this
    if (running) running.check(facts, running)
    this.#passed('decided')
  }

  /** Down, and dialled: a second time would end it. */
  #dial(leg: string): void {
    if (this.fake.model.channels.get(leg)?.dialled) this.complain('a phone is rung once', leg)
    this.dialled.add(leg)
  }

  /** An agent is blamed for a phone that nobody has rung. */
  #checkMissed({ type, offer, agent, outcome, leg }: NewFact): void {
    if (type === 'call.offered') this.#legOf.set(offer, String(leg))
    const rung = this.#legOf.get(offer) ?? ''
    if (type === 'call.offerEnded' && outcome === 'expired' && !this.dialled.has(rung))
      this.complain('nobody misses a call that did not ring', `${agent} ${rung}`)
  }

  #trouble(error: unknown, what: string): void {
    this.note(`  trouble ${what}: ${String(error)}`)
    if (!(error instanceof AriTrouble)) this.complain('no bug is thrown', `${what}: ${told(error)}`)
    else {
      const kind = `${what}: ${error.op} ${error.kind} ${error.status}`
      this.troubles.set(kind, (this.troubles.get(kind) ?? 0) + 1)
    }
  }

  #hangUp(caller: Caller): void {
    if (!caller.phone.alive) return
    caller.leftBy = 'self'
    caller.phone.hangUp()
  }

  #addPhone(name: string, people: Dice, isPartner: boolean): void {
    const phone: FakePhone = this.fake.addPhone(
      name,
      temperOf(this.time, people, () => phone, isPartner),
    )
    this.phones.push(phone)
  }
}

/** A greeting is some seconds, a spelled digit less than one. */
const mediaMs = (uri: string): number => (uri.includes('digit-') ? 400 : 2_500)

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
