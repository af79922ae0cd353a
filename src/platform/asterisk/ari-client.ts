/**
 * The commands that we give Asterisk, one method each. A command answers
 *
 *   'done'         Asterisk has accepted it. That is not proof: for most, only the event that follows is.
 *   'gone'         the channel, bridge or playback is no longer there, or has left our application
 *   'unreachable'  (create, originate) the endpoint has nobody behind it
 *
 * and throws `AriTrouble` for anything else. Methods of one `lane` (one call) are carried out in the order in which
 * they were called, without the caller having to wait between them; questions without a lane overtake.
 */
import { AriCommands } from './ari-commands.ts'
import type { AriTransport } from './ari-transport.ts'
import { Asker, type AskerLimits, type OnCommand } from './asker.ts'
import type {
  Application,
  AriEvent,
  AsteriskInfo,
  AsteriskPing,
  Bridge,
  Channel,
  Endpoint,
  EventType,
  Playback,
  RTPstat,
} from './generated/ari.ts'

export type { Done, NewChannel, NewOriginate } from './ari-commands.ts'
export { AriTrouble } from './ari-trouble.ts'
export type * from './generated/ari.ts'
export { AriCommands }

export type AriClientOptions = {
  /** Called once an answer, trouble included; for metrics. `ms`: from the sending to the answer. */
  readonly onCommand?: OnCommand
  readonly limits?: Partial<AskerLimits>
}

export class AriClient {
  readonly #transport: AriTransport
  readonly #asker: Asker

  constructor(transport: AriTransport, options: AriClientOptions = {}) {
    this.#transport = transport
    this.#asker = new Asker(transport, options.onCommand, options.limits)
  }

  /** Commands in order, for one call. Cheap; may be asked for again with the same key at any time. */
  lane(key: string): AriCommands {
    return new AriCommands(this.#asker, key)
  }

  /** To be told every event: how it is known that a channel which we made takes commands. `openAri` sees to it. */
  notice(event: AriEvent): void {
    this.#asker.entrances.notice(event)
  }

  /** Commands that wait for nothing and hold up nothing. */
  get unordered(): AriCommands {
    return new AriCommands(this.#asker, undefined)
  }

  listChannels(): Promise<readonly Channel[]> {
    return this.#asker.ask('channels.list', {}, '')
  }

  getChannel(channelId: string): Promise<Channel | 'gone'> {
    return this.#asker.askOf('channels.get', { channelId }, channelId)
  }

  listBridges(): Promise<readonly Bridge[]> {
    return this.#asker.ask('bridges.list', {}, '')
  }

  getBridge(bridgeId: string): Promise<Bridge | 'gone'> {
    return this.#asker.askOf('bridges.get', { bridgeId }, bridgeId)
  }

  /** `gone`: it has ended, or never began. */
  getPlayback(playbackId: string): Promise<Playback | 'gone'> {
    return this.#asker.askOf('playbacks.get', { playbackId }, playbackId)
  }

  /** What Asterisk holds for our application: its channels, bridges and subscriptions. `gone`: not registered. */
  getApplication(applicationName: string): Promise<Application | 'gone'> {
    return this.#asker.askOf('applications.get', { applicationName }, applicationName)
  }

  /** Asterisk sends the application no more of these. Holds until it goes away with its last channel. */
  async filterEvents(applicationName: string, unwanted: readonly EventType[]): Promise<void> {
    const filter = { disallowed: unwanted.map((type) => ({ type })) }
    await this.#asker.ask('applications.filter', { applicationName, filter }, applicationName)
  }

  /** Comes back to the application's websocket as `ChannelUserevent`, the way that all its events take. */
  async sendEvent(applicationName: string, eventName: string): Promise<void> {
    await this.#asker.ask('events.userEvent', { eventName, application: applicationName }, applicationName)
  }

  /** Also tell `applicationName` what happens to these: `endpoint:PJSIP/trunk`. Never `deviceState:` (A#2170). */
  subscribe(applicationName: string, eventSource: readonly string[]): Promise<Application> {
    return this.#asker.ask('applications.subscribe', { applicationName, eventSource }, applicationName)
  }

  listEndpoints(tech?: string): Promise<readonly Endpoint[]> {
    return tech === undefined
      ? this.#asker.ask('endpoints.list', {}, '')
      : this.#asker.ask('endpoints.listByTech', { tech }, tech)
  }

  /** Loss, jitter and round trip of a SIP channel. `gone` too when the channel has no RTP. */
  rtpStatistics(channelId: string): Promise<RTPstat | 'gone'> {
    return this.#asker.askOf('channels.rtpstatistics', { channelId }, channelId)
  }

  /** The value of a channel's variable or function; `gone` when the channel is, or the variable is not set. */
  async getVariable(channelId: string, variable: string): Promise<string | 'gone'> {
    const found = await this.#asker.askOf('channels.getChannelVar', { channelId, variable }, channelId)
    return found === 'gone' ? 'gone' : found.value
  }

  /** The value of a global variable or of a function that needs no channel; empty when there is none. */
  async getGlobalVariable(variable: string): Promise<string> {
    return (await this.#asker.ask('asterisk.getGlobalVar', { variable }, variable)).value
  }

  /** `status.startup_time` tells a restart. */
  asteriskInfo(): Promise<AsteriskInfo> {
    return this.#asker.ask('asterisk.getInfo', {}, '')
  }

  ping(): Promise<AsteriskPing> {
    return this.#asker.ask('asterisk.ping', {}, '')
  }

  /** Gives up the connections that stand: the network has swallowed one of our own. */
  renew(): void {
    this.#transport.renew()
  }

  close(): Promise<void> {
    return this.#transport.close()
  }
}
