/** What the fake Asterisk knows: channels, bridges and playbacks, and how each looks on the wire. */
import type { Bridge, Channel, Playback } from '#platform/asterisk/ari-client'

/** The phone, caller or trunk at the other end of a channel. */
export type FarEnd = {
  /** We have dialled; the far end makes the channel ring, answers or refuses by the model's methods. */
  rung(channel: FakeChannel): void
  /** We have answered. */
  answered(channel: FakeChannel): void
  /** We have hung up, or the channel has gone for another reason. */
  gone(channel: FakeChannel, cause: number, wasInApp: boolean): void
  /** No sound comes from there. Not given: some always does. */
  isSilent?(): boolean
}

export class FakeChannel {
  readonly id: string
  readonly name: string
  readonly protocolId: string
  readonly endpoint: string
  readonly far: FarEnd
  readonly variables = new Map<string, string>()
  readonly createdAt = new Date()
  caller: { name: string; number: string }
  state: Channel['state']
  /** The extension that it stands at: what was dialled, of a caller. */
  exten: string
  /** Where the dialplan has it while it is in no application of ours. */
  place = { context: 'fake', app: '' }
  /** The application whose Stasis() it is in. */
  app: string | undefined
  args: readonly string[] = []
  /** The application that is told of it to its very end: the one that made it. */
  watchedBy: string | undefined
  bridge: FakeBridge | undefined
  playback: FakePlayback | undefined
  dialled = false
  alive = true
  muted = new Set<string>()
  music = false
  held = false
  packets = 0
  /** Commands are carried out one after another by the channel's own thread. */
  #thread: Promise<unknown> = Promise.resolve()

  constructor(of: {
    id: string
    name: string
    endpoint: string
    far: FarEnd
    state: Channel['state']
    exten: string
    caller: { name: string; number: string }
  }) {
    this.id = of.id
    this.name = of.name
    this.protocolId = `${of.id}@fake`
    this.endpoint = of.endpoint
    this.far = of.far
    this.state = of.state
    this.exten = of.exten
    this.caller = of.caller
  }

  run<T>(job: () => T | Promise<T>): Promise<T> {
    const mine = this.#thread.then(job)
    this.#thread = mine.catch(() => {})
    return mine
  }

  toWire(): Channel {
    const data = this.app === undefined ? '' : [this.app, ...this.args].join(',')
    return {
      id: this.id,
      name: this.name,
      state: this.state,
      protocol_id: this.protocolId,
      caller: { ...this.caller },
      connected: { name: '', number: '' },
      accountcode: '',
      dialplan: {
        context: this.app === undefined ? this.place.context : 'fake',
        exten: this.exten,
        priority: 1,
        app_name: this.app === undefined ? this.place.app : 'Stasis',
        app_data: data,
      },
      creationtime: wireTime(this.createdAt),
      language: 'en',
    }
  }
}

export class FakeBridge {
  readonly id: string
  readonly type: Bridge['bridge_type']
  readonly createdAt = new Date()
  readonly members: FakeChannel[] = []
  /** Told of the bridge while their channels are in it, and to its end when one hung up in it. */
  readonly watchers = new Set<string>()

  constructor(id: string, type: Bridge['bridge_type']) {
    this.id = id
    this.type = type
  }

  toWire(): Bridge {
    return {
      id: this.id,
      technology: this.members.length > 2 ? 'softmix' : 'simple_bridge',
      bridge_type: this.type,
      bridge_class: 'stasis',
      creator: 'Stasis',
      name: '',
      channels: this.members.map((member) => member.id),
      creationtime: wireTime(this.createdAt),
      video_mode: 'talker',
    }
  }
}

export class FakePlayback {
  readonly id: string
  readonly media: readonly string[]
  readonly channel: FakeChannel
  state: Playback['state'] = 'queued'
  at = 0
  /** Set while it plays: ends it at once. */
  stop: (() => void) | undefined
  stopped = false

  constructor(id: string, media: readonly string[], channel: FakeChannel) {
    this.id = id
    this.media = media
    this.channel = channel
  }

  toWire(): Playback {
    const next = this.media[this.at + 1]
    return {
      id: this.id,
      media_uri: this.media[this.at] ?? '',
      ...(next !== undefined && { next_media_uri: next }),
      target_uri: `channel:${this.channel.id}`,
      language: 'en',
      state: this.state,
    }
  }
}

/** `2026-11-24T03:31:33.931+0000`, as Asterisk writes it. */
export const wireTime = (at: Date): string => at.toISOString().replace('Z', '+0000')

/** SIP status → Q.850 cause, as chan_pjsip maps them. */
export const causeOfStatus = (status: number): number =>
  ({ 403: 21, 404: 1, 408: 18, 480: 19, 486: 17, 487: 16, 488: 58, 500: 38, 503: 34, 600: 17, 603: 21 })[status] ?? 38

export const causeOfReason: Readonly<Record<string, number>> = {
  normal: 16,
  busy: 17,
  congestion: 34,
  no_answer: 19,
  timeout: 102,
  rejected: 21,
  unallocated: 1,
  normal_unspecified: 31,
  number_incomplete: 28,
  codec_mismatch: 58,
  interworking: 127,
  failure: 38,
  answered_elsewhere: 26,
}

export const causeText = (cause: number): string =>
  ({
    1: 'Unallocated (unassigned) number',
    16: 'Normal Clearing',
    17: 'User busy',
    18: 'No user responding',
    19: 'User alerting, no answer',
    21: 'Call Rejected',
    26: 'Answered elsewhere',
    34: 'Circuit/channel congestion',
    38: 'Network out of order',
  })[cause] ?? 'Unknown'
