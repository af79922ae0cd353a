/** The world around the hotline, as a story sees it: makes parties, hands calls to them, and is empty at the end. */
import { Answerer, type Arrival, answersAtOnce, type Manner } from './answerer.ts'
import { type AriEvent, openAri } from './ari.ts'
import { type Call, Caller } from './caller.ts'
import type { Leg } from './leg.ts'
import type { OutsideAddress } from './outside-asterisk.ts'
import type { Party, PartySetup } from './party.ts'
import { phoneUser, registerPhone, unregisterPhone } from './registration.ts'
import { voicesInHz } from './tones.ts'
import { makeWatch } from './watch.ts'

export type World = Awaited<ReturnType<typeof enterWorld>>

export class Phone extends Answerer {
  readonly seat: string
  readonly register: () => Promise<void>
  readonly unregister: () => Promise<void>

  constructor(
    setup: PartySetup,
    seat: { id: string; manner: Manner; register: () => Promise<void>; unregister: () => Promise<void> },
  ) {
    super(setup, seat.manner)
    this.seat = seat.id
    this.register = seat.register
    this.unregister = seat.unregister
  }
}

export async function enterWorld(address: OutsideAddress) {
  const legs = new Map<string, Leg>()
  const answerers = new Map<string, Answerer>()
  const phones = new Set<Phone>()
  const voices = new Map<string, number>()
  const changed = makeWatch()
  const name = `w${Date.now().toString(36)}`
  let made = 0
  let lost: string | undefined

  const ari = await openAri(address, {
    event: take,
    lost: (why) => {
      lost = why
      changed.poke()
    },
  })

  function take(event: AriEvent): void {
    const id = event.channel?.id
    if (id === undefined) return
    if (event.type === 'StasisStart' && event.args?.[0] === 'arrived') arrive(id, event)
    const [legId = '', part] = splitId(id)
    legs.get(legId)?.take(event, part)
    if (event.type === 'ChannelDestroyed' && part === undefined) legs.delete(id)
    changed.poke()
  }

  function arrive(id: string, event: AriEvent): void {
    const [, to = '', at = '', call = '', ticket = '', callInfo = ''] = event.args ?? []
    const { number: callerNumber = '', name: callerName = '' } = event.channel?.caller ?? {}
    const text = decodeURIComponent
    const arrival: Arrival = {
      ...{ to, at, callerNumber, callerName },
      ...{ call: text(call), ticket: text(ticket), callInfo: text(callInfo) },
    }
    const answerer = answerers.get(to)
    const unknownNumber = { channelId: id, reason_code: '1' }
    const reply = answerer
      ? answerer.arrive(id, arrival, (leg) => legs.set(id, leg))
      : ari.tell('refuse', ari.client.channels.hangup(unknownNumber))
    reply.catch((error: unknown) => {
      lost ??= String(error)
    })
  }

  /** A party of this name, with a voice that nobody else has. */
  function introduce(partyName: string): PartySetup {
    const taken = new Set(voices.values())
    const hz = voicesInHz.find((voice) => !taken.has(voice))
    if (hz === undefined) throw new Error('more parties than voices: one story is too crowded')
    if (voices.has(partyName)) throw new Error(`two parties are called ${partyName}`)
    voices.set(partyName, hz)
    return { ari, name: partyName, hz, voices: () => voices }
  }

  async function call(partyName: string, details: Partial<Call> & { to: string }): Promise<Caller> {
    const { role = 'carrier', number = '13800001234', to } = details
    const caller = new Caller(introduce(partyName), number)
    made += 1
    const { hotline } = address
    const uri = `sip:${to}@${hotline.address}:${hotline.sipPort}`
    const id = `${name}-${made}`
    try {
      await caller.place({ ...details, role, number, to }, uri, { id }, (leg) => legs.set(id, leg))
    } catch (error) {
      legs.delete(id)
      throw error
    }
    return caller
  }

  /** Somebody who is called by the hotline under `number` (a partner line, a department). */
  function answerer(partyName: string, number: string, manner: Manner = answersAtOnce): Answerer {
    const party = new Answerer(introduce(partyName), manner)
    answerers.set(number, party)
    return party
  }

  /** A SIP phone on an agent's desk, registered. */
  async function phone(
    partyName: string,
    { seat, secret, manner = answersAtOnce }: { seat: string; secret: string; manner?: Manner },
  ): Promise<Phone> {
    const register = () => registerPhone(ari, address.hotline, seat, secret)
    const unregister = () => unregisterPhone(ari, seat)
    const party = new Phone(introduce(partyName), { id: seat, manner, register, unregister })
    answerers.set(phoneUser(seat), party)
    phones.add(party)
    await party.register()
    return party
  }

  /** Hangs up whatever is left, waits until nothing is, and lets everybody go but the phones on their desks. */
  async function endStory(): Promise<void> {
    for (const leg of [...legs.values()]) await leg.hangUp()
    const over = () => legs.size === 0 || lost !== undefined
    await changed.until(over, 10_000, () => `${legs.size} calls do not end`)
    answerers.clear()
    voices.clear()
    for (const party of phones) {
      party.startAfresh()
      answerers.set(phoneUser(party.seat), party)
      voices.set(party.name, party.hz)
    }
    if (lost !== undefined) throw new Error(lost)
  }

  return {
    call,
    answerer,
    phone,
    endStory,
    /** Takes a party's name and voice back, so that others can have them within the same story. */
    dismiss: (party: Party): void => {
      voices.delete(party.name)
    },
    /** Number of legs that are up or in the making. */
    legs: () => legs.size,
    async leave(): Promise<void> {
      try {
        await endStory()
        for (const party of phones) await party.unregister()
      } finally {
        ari.close()
      }
    },
    /** Says good-bye to an Asterisk that was killed. */
    forget: () => ari.close(),
  }
}

/** `<leg>`, or `<leg>.ear`. */
function splitId(id: string): [string, string | undefined] {
  const end = '.ear'
  return id.endsWith(end) ? [id.slice(0, -end.length), 'ear'] : [id, undefined]
}
