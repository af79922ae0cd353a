/** What can happen to a call, in our words. Every event names the leg, offer or playback that it is about. */
import type { AgentId, CallId, CommandId, Instant, LegId, OfferId, PlaybackId } from '#kernel'
import type { Party } from './call.ts'

/**
 * Why a leg left, told from the Q.850 cause and the SIP status. `unavailable`: the phone itself says so (480, "do not
 * disturb"); `unreachable`: there is no phone to ask.
 */
export const leftCauses = [
  'normal',
  'busy',
  'declined',
  'noAnswer',
  'unavailable',
  'unreachable',
  'vanished',
  'refused',
  'failed',
] as const
export type LeftCause = (typeof leftCauses)[number]
/** When and how a leg has left, told afterwards. */
export type LegEnd = { readonly at: Instant; readonly cause: LeftCause }

export type CallEvent =
  /** The ACD has leased this call to an agent. */
  | { type: 'offered'; call: CallId; offer: OfferId; agent: AgentId; at: Instant }
  | { type: 'offerExpired'; call: CallId; offer: OfferId; at: Instant }
  /** The agent who has the offer went away (logged out, phone gone) before answering. */
  | { type: 'offerWithdrawn'; call: CallId; offer: OfferId; at: Instant }
  | { type: 'legRinging'; call: CallId; leg: LegId; at: Instant }
  | { type: 'legAnswered'; call: CallId; leg: LegId; at: Instant }
  | { type: 'legLeft'; call: CallId; leg: LegId; cause: LeftCause; at: Instant }
  | { type: 'playbackEnded'; call: CallId; playback: PlaybackId; at: Instant }
  /** A party that was dialled for consult or transfer did not answer in time. */
  | { type: 'partyExpired'; call: CallId; leg: LegId; at: Instant }
  /** The caller has heard it ring for as long as anybody may: to be answered, whoever is free. */
  | { type: 'ringingExpired'; call: CallId; leg: LegId; at: Instant }
  | { type: 'asked'; call: CallId; command: CallCommand; by: AgentId; id: CommandId; at: Instant }

/** What an agent may ask of the call in hand. Names are those of the API. */
export type CallCommand =
  | { name: 'hold' }
  | { name: 'resume' }
  | { name: 'mute' }
  | { name: 'unmute' }
  | { name: 'sendDigits'; digits: string }
  | { name: 'consult'; party: Party }
  /** From the consulted party to the caller and back. */
  | { name: 'toggle' }
  /** End the consultation; the agent has the caller back. */
  | { name: 'cancelConsult' }
  /** All three hear each other. */
  | { name: 'join' }
  /** The agent goes; caller and party stay connected. From consult or three-way. */
  | { name: 'complete' }
  | { name: 'leave' }
  | { name: 'dropParty' }
  | { name: 'blindTransfer'; party: Party }
  | { name: 'hangUp' }
export type CallCommandName = CallCommand['name']

/** Why a command is refused: a closed list, shared by core, API and screen. */
export const callRefusals = [
  'notNow',
  'notYourCall',
  'callNotFound',
  'partyNotAvailable',
  'partyNotFound',
  'partyClosed',
  'partyNotReached',
] as const
export type CallRefusal = (typeof callRefusals)[number]
