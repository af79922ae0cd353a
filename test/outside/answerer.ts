/** Waits for calls from the hotline: an agent's phone, or a partner line. */
import { type Leg, makeLeg, type ReferAnswer } from './leg.ts'
import { Party, type PartySetup, withinMs } from './party.ts'
import { makeWatch } from './watch.ts'

/** What a call brought along. */
export type Arrival = {
  readonly to: string
  /** Address and port that it came to. */
  readonly at: string
  readonly callerNumber: string
  readonly callerName: string
  readonly call: string
  readonly ticket: string
  readonly callInfo: string
}

/** What the party does when it is called. `asAsked`: at once when Call-Info asks for it, as a phone with auto-answer. */
export type Manner =
  | { readonly on: 'answer'; readonly afterMs: number }
  | { readonly on: 'ring' }
  | { readonly on: 'asAsked' }
  | { readonly on: 'reject'; readonly with: keyof typeof rejections }
  /** Says nothing at all but 100 Trying. */
  | { readonly on: 'keepStill' }

export const answersAtOnce: Manner = { on: 'answer', afterMs: 0 }
export const ringsOn: Manner = { on: 'ring' }

/** How late the end of a call may be told, where the next one has come. */
const endToldWithinMs = 1_000

/** Q.850 causes that Asterisk turns into these SIP statuses. */
const rejections = { 403: '21', 404: '1', 480: '19', 486: '17', 503: '34' } as const

export class Answerer extends Party {
  manner: Manner
  readonly #usual: Manner
  /** Every call that came, oldest first. */
  readonly arrivals: Arrival[] = []
  readonly #came = makeWatch()

  constructor(setup: PartySetup, manner: Manner) {
    super(setup)
    this.manner = manner
    this.#usual = manner
  }

  /**
   * A call comes in on channel `id`. Only one at a time: another hears busy. A phone has read the BYE before the INVITE that follows it; this
   * Asterisk tells of both by threads of their own, some milliseconds apart and, with all processors full, in either order.
   */
  async arrive(id: string, arrival: Arrival, enlist: (leg: Leg) => void): Promise<void> {
    const { ari, name, hz, voices } = this.setup
    const isThere = await ari.follow(id) // else the hotline has hung up already
    const leg = makeLeg({ ari, id, owner: name, hz, hearing: this.hearing, voices, state: 'ringing' })
    if (isThere) enlist(leg)
    else leg.take({ type: 'ChannelDestroyed', cause: 16 }, undefined)
    await this.leg?.goneWithin(endToldWithinMs)
    const busy = this.leg !== undefined && this.leg.state() !== 'gone'
    if (!busy) this.leg = leg
    this.arrivals.push(arrival)
    this.#came.poke()
    const manner = busy ? ({ on: 'reject', with: 486 } as const) : this.manner
    if (manner.on === 'keepStill') return
    if (manner.on === 'reject') {
      await leg.hangUp({ reason_code: rejections[manner.with] })
      return
    }
    const atOnce = manner.on === 'asAsked' && /answer-after=0/.test(arrival.callInfo)
    const afterMs = manner.on === 'answer' ? manner.afterMs : atOnce ? 0 : undefined
    if (afterMs !== 0) await leg.ring()
    if (afterMs !== undefined) setTimeout(() => void leg.answer(), afterMs)
  }

  /** Resolves with the call that makes `count` in all, once it is there. */
  async called(count = 1, ms = withinMs): Promise<Arrival> {
    await this.#came.until(
      () => this.arrivals.length >= count,
      ms,
      () => `${this.name} was not called`,
    )
    const arrival = this.arrivals[count - 1]
    if (!arrival) throw new Error('unreachable')
    return arrival
  }

  /** Between two stories: the usual manner again, and no call ever. */
  startAfresh(): void {
    this.manner = this.#usual
    this.arrivals.length = 0
    this.leg = undefined
  }

  /** Lifts the receiver, whatever comes of it. */
  async pickUp(): Promise<void> {
    await this.current().answer()
  }

  async answer(): Promise<void> {
    await this.pickUp()
    await this.talks()
  }

  /** Declines the call that rings. */
  async reject(status: keyof typeof rejections): Promise<void> {
    await this.current().hangUp({ reason_code: rejections[status] })
  }

  hold(): Promise<void> {
    return this.current().hold(true)
  }

  unhold(): Promise<void> {
    return this.current().hold(false)
  }

  refer(uri: string): Promise<ReferAnswer> {
    return this.current().refer(uri)
  }
}
