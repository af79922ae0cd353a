/** The commands of one lane. See `ari-client` for what they answer. */
import { AriTrouble } from './ari-trouble.ts'
import type { Asker } from './asker.ts'
import type { OperationArgs, OperationName } from './generated/ari.ts'

export type Done = 'done' | 'gone'

/** A channel that is made but not yet dialled. */
export type NewChannel = {
  /** Chosen by us, unique for ever; known to the registry before this is called. */
  readonly channelId: string
  /** `PJSIP/seat-7`, `PJSIP/12315@partner-12315`. */
  readonly endpoint: string
  readonly app: string
  readonly appArgs?: string
  /** Set before anything is sent: `CALLERID(num)`, `PJSIP_HEADER(add,X-Hotline-Call)` … */
  readonly variables?: Readonly<Record<string, string>>
  /** `alaw`; left out when `originator` is given, whose formats are then taken. */
  readonly formats?: string
  /** The channel on whose behalf this one is made; ties the two in records. */
  readonly originator?: string
}

/** Dials at once and enters the application only when answered. */
export type NewOriginate = NewChannel & {
  readonly callerId?: string
  /** Seconds until Asterisk gives up (default 30). */
  readonly timeoutS?: number
}

const stopWithinMs = 300
const digitsOnly = /^[0-9A-D*#]{1,32}$/

export class AriCommands {
  readonly #asker: Asker
  readonly #lane: string | undefined

  constructor(asker: Asker, lane: string | undefined) {
    this.#asker = asker
    this.#lane = lane
  }

  // Making and dialling

  /** Done when the channel is in our application (its `StasisStart` has come) and takes commands. */
  createChannel(channel: NewChannel): Promise<Done | 'unreachable'> {
    return this.#asker.make('channels.create', channel, channel.channelId, this.#lane)
  }

  /** Rings what `createChannel` made; never twice: see `hasDialled`. `caller`: the channel on whose behalf. `timeoutS` 0: rings until hung up. */
  dial(channelId: string, options: { timeoutS?: number; caller?: string } = {}): Promise<Done> {
    return this.#do('channels.dial', { channelId, caller: options.caller, timeout: options.timeoutS }, channelId)
  }

  /**
   * Whether a PJSIP channel that we made has been dialled: its state is Down until the phone's first word. `header`: one that was
   * put on it when it was made, by `PJSIP_HEADER(add,…)`. There it stands until the INVITE takes it along; then it cannot be read.
   */
  async hasDialled(channelId: string, header: string): Promise<boolean | 'gone'> {
    const args = { channelId, variable: `PJSIP_HEADER(read,${header})` }
    try {
      const found = await this.#asker.askOf('channels.getChannelVar', args, channelId, this.#lane)
      return found === 'gone' ? 'gone' : found.value === ''
    } catch (error) {
      if (error instanceof AriTrouble && error.status === 500) return true
      throw error
    }
  }

  originate({ timeoutS, ...channel }: NewOriginate): Promise<Done | 'unreachable'> {
    const args = { ...channel, timeout: timeoutS }
    return this.#asker.tell('channels.originateWithId', args, channel.channelId, this.#lane)
  }

  /** A channel that hears (`spy`) another and speaks (`whisper`) to it. Done when it is in our application. */
  async snoop(
    channelId: string,
    snoop: Omit<OperationArgs['channels.snoopChannelWithId'], 'channelId'>,
  ): Promise<Done> {
    const args = { channelId, ...snoop }
    const verdict = await this.#asker.make('channels.snoopChannelWithId', args, snoop.snoopId, this.#lane)
    return verdict === 'unreachable' ? 'gone' : verdict
  }

  // One channel

  /** Waits until the channel has been answered. */
  answerChannel(channelId: string): Promise<Done> {
    return this.#do('channels.answer', { channelId }, channelId)
  }

  ring(channelId: string): Promise<Done> {
    return this.#do('channels.ring', { channelId }, channelId)
  }

  ringStop(channelId: string): Promise<Done> {
    return this.#do('channels.ringStop', { channelId }, channelId)
  }

  /** `reason` becomes the SIP status or the Reason header; `reasonCode` is the Q.850 cause instead. */
  hangup(
    channelId: string,
    why: { reason?: OperationArgs['channels.hangup']['reason']; reasonCode?: number } = {},
  ): Promise<Done> {
    const code = why.reasonCode === undefined ? undefined : String(why.reasonCode)
    return this.#do('channels.hangup', { channelId, reason: why.reason, reason_code: code }, channelId)
  }

  /** Plays one after another; one `PlaybackStarted`, one `PlaybackFinished` for all. Media: `sound:hotline/greeting`. */
  play(channelId: string, playbackId: string, media: readonly string[]): Promise<Done> {
    return this.#do('channels.playWithId', { channelId, playbackId, media }, channelId)
  }

  /**
   * `PlaybackFinished` follows. A prompt that is just beginning is refused with 500 for a moment; that is waited out.
   * Digits and numbers (`digits:`, `number:`) cannot be stopped at all: trouble after `stopWithinMs`.
   */
  async stopPlayback(playbackId: string): Promise<Done> {
    const notYet = ({ status }: AriTrouble): boolean => status === 500
    const args = { playbackId }
    const verdict = await this.#asker.insist('playbacks.stop', args, playbackId, this.#lane, notYet, stopWithinMs)
    return verdict === 'unreachable' ? 'gone' : verdict
  }

  startMoh(channelId: string, mohClass?: string): Promise<Done> {
    return this.#do('channels.startMoh', { channelId, mohClass }, channelId)
  }

  stopMoh(channelId: string): Promise<Done> {
    return this.#do('channels.stopMoh', { channelId }, channelId)
  }

  /** `in`: what comes from the phone is not passed on. `out`: the phone hears nothing. */
  mute(channelId: string, direction: 'in' | 'out' | 'both' = 'in'): Promise<Done> {
    return this.#do('channels.mute', { channelId, direction }, channelId)
  }

  unmute(channelId: string, direction: 'in' | 'out' | 'both' = 'in'): Promise<Done> {
    return this.#do('channels.unmute', { channelId, direction }, channelId)
  }

  /** Tells the phone that it is on hold (re-INVITE); music is another matter. */
  hold(channelId: string): Promise<Done> {
    return this.#do('channels.hold', { channelId }, channelId)
  }

  unhold(channelId: string): Promise<Done> {
    return this.#do('channels.unhold', { channelId }, channelId)
  }

  /** Throws a RangeError when `digits` holds anything but 0-9, A-D, * and #. */
  sendDtmf(channelId: string, digits: string): Promise<Done> {
    if (!digitsOnly.test(digits)) throw new RangeError('digits to send: 1 to 32 of 0-9, A-D, * and #')
    return this.#do('channels.sendDTMF', { channelId, dtmf: digits }, channelId)
  }

  setVariable(channelId: string, variable: string, value: string): Promise<Done> {
    return this.#do('channels.setChannelVar', { channelId, variable, value }, channelId)
  }

  /** Back to the dialplan; our application sees `StasisEnd`. */
  continueInDialplan(
    channelId: string,
    where: Omit<OperationArgs['channels.continueInDialplan'], 'channelId'> = {},
  ): Promise<Done> {
    return this.#do('channels.continueInDialplan', { channelId, ...where }, channelId)
  }

  // Bridges

  /** `type` is a comma list such as `mixing,dtmf_events`. Done too when it is there; once gone, its id is used up. */
  createBridge(bridgeId: string, type = 'mixing'): Promise<Done> {
    return this.#do('bridges.createWithId', { bridgeId, type }, bridgeId)
  }

  /** A channel that is in another bridge moves. Only `ChannelEnteredBridge` proves it. */
  addToBridge(
    bridgeId: string,
    channels: readonly string[],
    options: Omit<OperationArgs['bridges.addChannel'], 'bridgeId' | 'channel'> = {},
  ): Promise<Done> {
    return this.#do('bridges.addChannel', { bridgeId, channel: channels, ...options }, bridgeId)
  }

  removeFromBridge(bridgeId: string, channels: readonly string[]): Promise<Done> {
    return this.#do('bridges.removeChannel', { bridgeId, channel: channels }, bridgeId)
  }

  /** Its channels stay in our application, in silence. */
  destroyBridge(bridgeId: string): Promise<Done> {
    return this.#do('bridges.destroy', { bridgeId }, bridgeId)
  }

  // The house

  setGlobalVariable(variable: string, value: string): Promise<Done> {
    return this.#do('asterisk.setGlobalVar', { variable, value }, variable)
  }

  reloadModule(moduleName: string): Promise<Done> {
    return this.#do('asterisk.reloadModule', { moduleName }, moduleName)
  }

  async #do<Op extends OperationName>(op: Op, args: OperationArgs[Op], id: string): Promise<Done> {
    const verdict = await this.#asker.tell(op, args, id, this.#lane)
    return verdict === 'unreachable' ? 'gone' : verdict
  }
}
