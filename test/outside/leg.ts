/** One party's end of one call: a SIP channel of the outside Asterisk, with an ear at what arrives on it. */
import type { Ari, AriEvent } from './ari.ts'
import { app } from './ari.ts'
import { type Ear, openEar } from './ear.ts'
import type { Hearing } from './hearing.ts'
import { makeWatch } from './watch.ts'

export type LegState = 'dialling' | 'ringing' | 'talking' | 'gone'
/** Q.850 cause, and the SIP status when one was received. */
export type LegEnd = { readonly cause: number; readonly sip: number | undefined }
/** How the hotline answered the phone's REFER. */
export type ReferAnswer = { readonly status: string; readonly sip: number }

export type Leg = ReturnType<typeof makeLeg>

export type LegParts = {
  readonly ari: Ari
  readonly id: string
  readonly owner: string
  readonly hz: number
  readonly hearing: Hearing
  readonly voices: () => ReadonlyMap<string, number>
  readonly state: LegState
}

const earPart = 'ear'
const bridgePart = 'ears'

export function makeLeg({ ari, id, owner, hz, hearing, voices, state: first }: LegParts) {
  const { client } = ari
  const watch = makeWatch()
  let earIsThere = false
  let speaking = false
  let placed = false
  let state: LegState = first
  let end: LegEnd | undefined
  let pressed = ''
  let held = false
  let referred: ReferAnswer | undefined
  let ear: Ear | undefined
  const idOf = (part: string) => `${id}.${part}`
  const gone = () => state === 'gone'

  async function speak(): Promise<void> {
    const voice = { channelId: id, variable: 'VOICE', value: String(hz) }
    if (!(await ari.tell('voice', client.channels.setChannelVar(voice)))) return
    await ari.tell('speak', client.channels.continueInDialplan({ channelId: id, context: 'voice', extension: 'on' }))
  }

  /** A bridge of its own with a channel that sends all that arrives on the leg to us as RTP, and sends nothing back. */
  async function openEars(): Promise<void> {
    const opened = await openEar({ voices, hear: hearing.take })
    if (gone()) return opened.close()
    ear = opened
    const media = { channelId: idOf(earPart), app, external_host: `127.0.0.1:${opened.port}`, format: 'alaw' }
    await ari.ask('ear', client.channels.externalMedia(media))
    await ari.ask('ear bridge', client.bridges.createWithId({ bridgeId: idOf(bridgePart), type: 'mixing' }))
    const ready = () => gone() || (earIsThere && speaking)
    await watch.until(ready, 5_000, () => `${owner} has no ears`)
    await useEars()
    if (gone()) await closeEars()
  }
  async function useEars(): Promise<void> {
    const channel = [id, idOf(earPart)]
    await ari.tell('use ears', client.bridges.addChannel({ bridgeId: idOf(bridgePart), channel }))
  }
  async function closeEars(): Promise<void> {
    ear?.close()
    await ari.tell('no ear', client.channels.hangup({ channelId: idOf(earPart) }))
    await ari.tell('no ear bridge', client.bridges.destroy({ bridgeId: idOf(bridgePart) }))
  }

  /** From the answer on the party speaks and listens. */
  function begin(): void {
    if (state === 'talking' || gone()) return
    state = 'talking'
    work(Promise.all([speak(), openEars()]))
  }

  /** What goes wrong in the background is told at the next wait. */
  let trouble: unknown
  function work(job: Promise<unknown>): void {
    job.catch((error: unknown) => {
      trouble ??= error
      watch.poke()
    })
  }

  function finish(event: AriEvent): void {
    if (gone()) return
    state = 'gone'
    end = { cause: event.cause ?? 0, sip: event.tech_cause }
    hearing.deafen()
    work(closeEars())
  }

  /** Takes an event about this leg's channel, or about its ear's. */
  function take(event: AriEvent, part: string | undefined): void {
    if (part !== undefined) {
      if (event.type === 'StasisStart') earIsThere = true
    } else if (event.type === 'ChannelStateChange') {
      if (event.channel?.state === 'Ringing' && state === 'dialling') state = 'ringing'
      if (event.channel?.state === 'Up') begin()
    } else if (event.type === 'ChannelDtmfReceived') {
      pressed += event.digit ?? ''
    } else if (event.type === 'ChannelHold' || event.type === 'ChannelUnhold') {
      held = event.type === 'ChannelHold'
    } else if (event.type === 'StasisStart' && event.args?.[0] === 'placed') {
      placed = true
    } else if (event.type === 'StasisStart' && event.args?.[0] === 'speaking') {
      speaking = true
    } else if (event.type === 'StasisStart' && event.args?.[0] === 'referred') {
      referred = { status: event.args[1] ?? '', sip: Number(event.args[2]) }
      work(useEars())
    } else if (event.type === 'ChannelDestroyed') {
      finish(event)
    }
    watch.poke()
  }

  async function until(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    const settled = () => trouble !== undefined || holds()
    await watch.until(settled, withinMs, () => `${owner}: ${what} did not come; the leg is ${state}`)
    if (trouble !== undefined) throw trouble
  }

  return {
    id,
    take,
    until,
    /** A channel that we made can be told things only once it is in our application. */
    placed: () => until('its own channel', () => placed || gone(), 5_000),
    /** The channel is up already when the leg is made (a call that we answered). */
    state: () => state,
    end: () => end,
    /** Resolves when it is gone, and after `ms` in any case. */
    goneWithin: (ms: number): Promise<void> => watch.until(gone, ms, () => 'it is there').catch(() => undefined),
    /** Keys that the other side pressed, oldest first. */
    pressed: () => pressed,
    /** The other side has put us on hold by SIP. */
    held: () => held,
    hangUp: (reason?: { reason_code: string }) =>
      ari.tell('hang up', client.channels.hangup({ channelId: id, ...reason })),
    ring: () => ari.tell('ring', client.channels.ring({ channelId: id })),
    answer: () => ari.tell('answer', client.channels.answer({ channelId: id })),
    press: (digits: string) =>
      ari.ask('press keys', client.channels.sendDTMF({ channelId: id, dtmf: digits, between: 80, duration: 120 })),
    hold: (on: boolean) =>
      ari.ask('hold', on ? client.channels.hold({ channelId: id }) : client.channels.unhold({ channelId: id })),
    /** Sends a REFER and resolves with what the hotline answered. */
    async refer(uri: string): Promise<ReferAnswer> {
      const variable = { channelId: id, variable: 'REFER_TO', value: uri }
      await ari.ask('refer target', client.channels.setChannelVar(variable))
      await ari.ask('refer', client.channels.continueInDialplan({ channelId: id, context: 'refer', extension: 'go' }))
      await until('an answer to REFER', () => referred !== undefined || gone(), 10_000)
      if (!referred) throw new Error(`${owner}: the call ended during REFER`)
      return referred
    },
  }
}
