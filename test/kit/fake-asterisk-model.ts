/**
 * How the fake Asterisk behaves: which events follow from what, in which order. Each rule here was seen on the real one;
 * the contract suite runs against both and keeps it so.
 */
import type { AriEvent, Channel } from '#platform/asterisk/ari-client'
import {
  causeOfStatus,
  causeText,
  FakeBridge,
  FakeChannel,
  FakePlayback,
  type FarEnd,
  wireTime,
} from './fake-asterisk-state.ts'

/** An event before it is stamped for an application. */
export type Telling = { readonly type: AriEvent['type']; readonly [field: string]: unknown }

/** How long media last in the fake, in milliseconds. Undefined: there is no such file. */
export type MediaMs = (uri: string) => number | undefined

/** Where in the dialplan a caller was who has left. */
export type Departure = {
  readonly cause: number
  readonly inNet: boolean
  readonly wasInNet: boolean
  readonly args: readonly string[]
}

/** Cause (Q.850) by which the switchboard refuses a caller. */
const congestion = 42

export type Leaving = { readonly cause: number; readonly tech?: number; readonly soft?: boolean }

export class FakeModel {
  readonly channels = new Map<string, FakeChannel>()
  readonly bridges = new Map<string, FakeBridge>()
  readonly playbacks = new Map<string, FakePlayback>()
  readonly globals = new Map<string, string>()
  /** Keys of Asterisk's own database that the dialplan has written (extension `h`); they outlive Asterisk. */
  readonly netRecords = new Set<string>()
  startedAt = new Date()
  readonly #send: (app: string, event: Telling) => void
  readonly #mediaMs: MediaMs
  #serial = 0

  constructor(send: (app: string, event: Telling) => void, mediaMs: MediaMs) {
    this.#send = send
    this.#mediaMs = mediaMs
  }

  /** Everything is lost without a word, as when Asterisk dies. */
  forgetAll(): void {
    for (const channel of this.channels.values()) {
      channel.alive = false
      channel.playback?.stop?.()
    }
    this.channels.clear()
    this.bridges.clear()
    this.playbacks.clear()
    this.globals.clear()
    // Asterisk writes milliseconds; two starts are never the same.
    this.startedAt = new Date(Math.max(Date.now(), this.startedAt.getTime() + 1))
  }

  // Channels

  addChannel(of: {
    id?: string
    endpoint: string
    far: FarEnd
    state: Channel['state']
    exten: string
    caller: { name: string; number: string }
  }): FakeChannel {
    const serial = ++this.#serial
    const id = of.id ?? `fake-${Math.floor(this.startedAt.getTime() / 1000)}.${serial}`
    const name = `PJSIP/${of.endpoint}-${serial.toString(16).padStart(8, '0')}`
    const channel = new FakeChannel({ ...of, id, name })
    this.channels.set(id, channel)
    return channel
  }

  enterApp(channel: FakeChannel, app: string, args: readonly string[]): void {
    if (!channel.alive) return
    channel.app = app
    channel.args = args
    this.#tell(channel, { type: 'StasisStart', args, channel: channel.toWire() })
  }

  /** Back to the dialplan. */
  leaveApp(channel: FakeChannel): void {
    if (channel.bridge !== undefined) this.leaveBridge(channel, false)
    this.#tell(channel, { type: 'StasisEnd', channel: channel.toWire() })
    channel.app = undefined
  }

  setState(channel: FakeChannel, state: Channel['state']): void {
    if (!channel.alive || channel.state === state) return
    channel.state = state
    this.#tell(channel, { type: 'ChannelStateChange', channel: channel.toWire() })
  }

  dial(channel: FakeChannel, timeoutMs: number): void {
    channel.dialled = true
    this.#tellDial(channel, '')
    channel.far.rung(channel)
    if (timeoutMs > 0) {
      setTimeout(() => {
        if (channel.alive && channel.state !== 'Up') this.hangUp(channel, { cause: 19, tech: 480, soft: true })
      }, timeoutMs).unref()
    }
  }

  /** The far end's phone rings. */
  ringing(channel: FakeChannel): void {
    if (!channel.alive || channel.state !== 'Down') return
    this.#tellDial(channel, 'RINGING')
    this.setState(channel, 'Ringing')
  }

  /** The far end answers. */
  farAnswers(channel: FakeChannel): void {
    if (!channel.alive || channel.state === 'Up') return
    this.setState(channel, 'Up')
    this.#tellDial(channel, 'ANSWER')
    // An originated channel comes to the application only now.
    const waiting = channel.app === undefined ? channel.watchedBy : undefined
    if (waiting !== undefined) this.enterApp(channel, waiting, channel.args)
  }

  /** The far end refuses with a SIP status. */
  farRefuses(channel: FakeChannel, status: number): void {
    this.hangUp(channel, { cause: causeOfStatus(status), tech: status })
  }

  farPresses(channel: FakeChannel, digits: string): void {
    for (const digit of digits) {
      if (channel.app === undefined) return
      this.#tell(channel, { type: 'ChannelDtmfReceived', digit, duration_ms: 100, channel: channel.toWire() })
    }
  }

  /**
   * `soft`: by command, or because dialling took too long; the request then carries Asterisk's own flag (32) where a
   * cause would stand.
   */
  hangUp(channel: FakeChannel, { cause, tech, soft = false }: Leaving): void {
    if (!channel.alive) return
    channel.alive = false
    const wasInApp = channel.app !== undefined
    const techCause = tech === undefined ? {} : { tech_cause: tech }
    if (channel.app !== undefined) {
      const why = soft ? { cause: 32, soft: true } : { cause, ...techCause }
      this.#tell(channel, { type: 'ChannelHangupRequest', ...why, channel: channel.toWire() })
    }
    if (channel.playback !== undefined) this.#finish(channel.playback, 'failed')
    if (channel.bridge !== undefined) this.leaveBridge(channel, true)
    if (channel.app !== undefined) {
      this.#tell(channel, { type: 'StasisEnd', channel: channel.toWire() })
      channel.app = undefined
    }
    this.channels.delete(channel.id)
    const end = { cause, cause_txt: causeText(cause), ...techCause }
    this.#tell(channel, { type: 'ChannelDestroyed', ...end, channel: channel.toWire() })
    channel.far.gone(channel, cause, wasInApp)
    if (channel.variables.has('CHANNEL(hangup_handler_push)')) this.#legLeft(channel.id, cause)
  }

  /** Extension `h` of asterisk-config/extensions.conf: a caller of ours has left, by himself or by command. */
  callerLeft(channel: FakeChannel, { cause, inNet, wasInNet, args }: Departure): void {
    const [kind, call, arrived, dialled] = args
    if (kind !== 'inbound' || call === undefined || arrived === undefined) return
    const now = Date.now()
    const { number } = channel.caller
    const isKnown = channel.state === 'Up' && !wasInNet
    if (!inNet && this.#isHeard() && cause === congestion) return
    if (!inNet && this.#isHeard() && isKnown) {
      this.#justLeft(`${call}~left~${now}`)
      return
    }
    const key = inNet
      ? `${call}~${arrived}~${dialled}~${number}~~~${now}~`
      : `${call}~left~${now}~${arrived}~${dialled}~${number}`
    this.netRecords.add(key)
    this.globals.set('NET_LAST', call)
  }

  /** Context `leg-left`: the hangup handler of a leg that was dialled. */
  #legLeft(leg: string, cause: number): void {
    const key = `${leg}~leg~${Date.now()}~${cause}`
    if (this.#isHeard()) this.#justLeft(key)
    else {
      this.netRecords.add(key)
      this.globals.set('NET_LAST', key)
    }
  }

  #isHeard(): boolean {
    const heartbeatS = Number(this.globals.get('HEARTBEAT') ?? 0)
    return this.globals.get('LISTENS') === '1' && Math.floor(Date.now() / 1_000) - heartbeatS <= 2
  }

  #justLeft(key: string): void {
    this.globals.set('JUST_LEFT', `${(this.globals.get('JUST_LEFT') ?? '').slice(-1_500)}&${key}`)
  }

  // Bridges

  addBridge(id: string, type: FakeBridge['type']): FakeBridge {
    const bridge = new FakeBridge(id, type)
    this.bridges.set(id, bridge)
    return bridge
  }

  enterBridge(channel: FakeChannel, bridge: FakeBridge): void {
    if (!channel.alive || channel.app === undefined || channel.bridge === bridge) return
    if (channel.bridge !== undefined) this.leaveBridge(channel, false)
    channel.bridge = bridge
    bridge.members.push(channel)
    bridge.watchers.add(channel.app)
    this.#tellBridge(bridge, { type: 'ChannelEnteredBridge', bridge: bridge.toWire(), channel: channel.toWire() })
  }

  leaveBridge(channel: FakeChannel, byHangUp: boolean): void {
    const { bridge } = channel
    if (bridge === undefined) return
    channel.bridge = undefined
    bridge.members.splice(bridge.members.indexOf(channel), 1)
    this.#tellBridge(bridge, { type: 'ChannelLeftBridge', bridge: bridge.toWire(), channel: channel.toWire() })
    if (!byHangUp && bridge.members.length === 0) bridge.watchers.clear()
  }

  destroyBridge(bridge: FakeBridge): void {
    this.bridges.delete(bridge.id)
    for (const member of [...bridge.members]) this.leaveBridge(member, false)
    this.#tellBridge(bridge, { type: 'BridgeDestroyed', bridge: bridge.toWire() })
  }

  // Prompts

  /** Runs inside the channel's thread: commands that wait for that thread wait for the prompt's end. */
  play(channel: FakeChannel, id: string, media: readonly string[]): void {
    const playback = new FakePlayback(id, media, channel)
    this.playbacks.set(id, playback)
    void channel.run(() => this.#perform(playback))
  }

  stopPlayback(playback: FakePlayback): void {
    playback.stopped = true
    playback.stop?.()
  }

  async #perform(playback: FakePlayback): Promise<void> {
    const { channel } = playback
    channel.playback = playback
    for (const [at, uri] of playback.media.entries()) {
      if (playback.stopped || !channel.alive) break
      playback.at = at
      playback.state = 'playing'
      this.#tell(channel, { type: 'PlaybackStarted', playback: playback.toWire() })
      const ms = this.#mediaMs(uri)
      if (ms === undefined) {
        playback.state = 'failed'
        break
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        playback.stop = () => {
          playback.stopped = true
          clearTimeout(timer)
          resolve()
        }
      })
      if (playback.stopped || at + 1 === playback.media.length) break
      playback.state = 'continuing'
      this.#tell(channel, { type: 'PlaybackContinuing', playback: playback.toWire() })
    }
    this.#finish(playback, playback.state === 'failed' ? 'failed' : 'done')
  }

  #finish(playback: FakePlayback, state: 'done' | 'failed'): void {
    const { channel } = playback
    // Who hung up has ended it already; what still runs of it says nothing more.
    if (!this.playbacks.delete(playback.id)) return
    playback.state = state
    channel.playback = undefined
    this.#tell(channel, { type: 'PlaybackFinished', playback: playback.toWire() })
    playback.stop?.()
  }

  // Telling

  tellEndpoint(app: string, resource: string, online: boolean): void {
    this.#send(app, {
      type: 'ContactStatusChange',
      endpoint: { technology: 'PJSIP', resource, state: online ? 'online' : 'offline', channel_ids: [] },
      contact_info: {
        uri: `sip:${resource}@127.0.0.3`,
        contact_status: online ? 'Reachable' : 'Removed',
        aor: resource,
        ...(online && { roundtrip_usec: '900' }),
      },
    })
  }

  #tellDial(channel: FakeChannel, dialstatus: string): void {
    const dialstring = channel.exten === '' ? channel.endpoint : `${channel.exten}@${channel.endpoint}`
    this.#tell(channel, { type: 'Dial', dialstatus, forward: '', dialstring, peer: channel.toWire() })
  }

  #tell(channel: FakeChannel, event: Telling): void {
    for (const app of new Set([channel.app, channel.watchedBy])) if (app !== undefined) this.#send(app, event)
  }

  #tellBridge(bridge: FakeBridge, event: Telling): void {
    for (const app of bridge.watchers) this.#send(app, event)
  }
}

export const stamped = (event: Telling, app: string): Record<string, unknown> => ({
  ...event,
  timestamp: wireTime(new Date()),
  asterisk_id: '02:00:00:00:fa:ce',
  application: app,
})
