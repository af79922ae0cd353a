/** Somebody in a story: has a name and a voice, takes part in one call at a time, and says whom it hears. */
import type { Ari } from './ari.ts'
import { type Heard, type Hearing, makeHearing, type music } from './hearing.ts'
import type { Leg, LegEnd } from './leg.ts'

/** Bounded waits: long enough for a busy two-core machine, short enough that a failed story ends soon. */
export const withinMs = 8_000

export type PartySetup = {
  readonly ari: Ari
  readonly name: string
  readonly hz: number
  readonly voices: () => ReadonlyMap<string, number>
}

type Named = { readonly name: string }

export class Party {
  readonly name: string
  /** Frequency of this party's voice. */
  readonly hz: number
  readonly hearing: Hearing
  protected readonly setup: PartySetup
  protected leg: Leg | undefined

  constructor(setup: PartySetup) {
    this.setup = setup
    this.name = setup.name
    this.hz = setup.hz
    this.hearing = makeHearing(setup.name)
  }

  /** Everything heard so far, in order of beginning. */
  get heard(): readonly Heard[] {
    return this.hearing.heard
  }

  /** Hears `who` now, whoever else speaks. */
  hears(who: Named, ms = withinMs): Promise<void> {
    return this.hearing.until(who.name, ({ voices }) => voices.includes(who.name), ms)
  }

  /** Hears these, all at once, and nothing else. */
  hearsOnly(...who: readonly Named[]): Promise<void> {
    const names = who.map(({ name }) => name)
    const fits = (voices: readonly string[]) => voices.length === names.length && names.every((n) => voices.includes(n))
    return this.hearing.until(`only ${names.join(', ')}`, ({ voices, other }) => !other && fits(voices), withinMs)
  }

  /** Hears music, or speech, but nobody's voice. */
  hearsMusic(): Promise<void> {
    return this.hearing.until('music', ({ voices, other }) => other && voices.length === 0, withinMs)
  }

  hearsNobody(): Promise<void> {
    return this.hearing.until('nobody', ({ voices }) => voices.length === 0, withinMs)
  }

  hearsSilence(): Promise<void> {
    return this.hearing.until('silence', ({ voices, other }) => !other && voices.length === 0, withinMs)
  }

  /** Milliseconds for which `who` (or music) was heard between two points in time. */
  heardMs(who: Named | typeof music, from: number, to = Date.now()): number {
    return this.hearing.heardMs(typeof who === 'string' ? who : who.name, from, to)
  }

  /** Nothing but listening, for this long: what is heard meanwhile can be asked for with `heardMs`. */
  listens(ms: number): Promise<readonly [from: number, to: number]> {
    return this.hearing.listen(ms)
  }

  get isTalking(): boolean {
    return this.leg?.state() === 'talking'
  }

  async talks(ms = withinMs): Promise<void> {
    const leg = this.current()
    await leg.until('an answer', () => leg.state() === 'talking', ms)
  }

  /** The call is over for this party. */
  async gone(ms = withinMs): Promise<LegEnd> {
    const leg = this.current()
    await leg.until('the end of the call', () => leg.state() === 'gone', ms)
    return leg.end() ?? { cause: 0, sip: undefined }
  }

  async getsKeys(keys: string): Promise<void> {
    const leg = this.current()
    await leg.until(`the keys ${keys}`, () => leg.pressed().endsWith(keys), withinMs)
  }

  press(keys: string): Promise<void> {
    return this.current().press(keys)
  }

  async hangUp(): Promise<void> {
    await this.current().hangUp()
  }

  protected current(): Leg {
    if (!this.leg) throw new Error(`${this.name} has no call`)
    return this.leg
  }
}
