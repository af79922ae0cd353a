/** What a call can ask the world to do: orders, performed one after another once the step is on disk. */
import type { AgentId, BridgeId, CallId, LegId, OfferId, PlaybackId, TicketNo } from '#kernel'
import type { Party } from './call.ts'

export type Effect =
  | { do: 'answer'; leg: LegId }
  /** Ringing tone, on a leg that is not answered yet. */
  | { do: 'indicateRinging'; leg: LegId }
  /** Prompt names are looked up in the prompt store; `ticket:` spells a ticket number. */
  | { do: 'play'; leg: LegId; playback: PlaybackId; prompts: readonly string[] }
  | { do: 'stopPlayback'; playback: PlaybackId }
  | { do: 'startMusic'; leg: LegId }
  | { do: 'stopMusic'; leg: LegId }
  /** Dials a party; its answer comes as `legAnswered`, its failure as `legLeft`. */
  | { do: 'dial'; leg: LegId; party: Party; purpose: 'offer' | 'consult' | 'transfer' }
  | { do: 'hangUp'; leg: LegId; because: 'normal' | 'answeredElsewhere' }
  /** Makes the bridge if it is not there and puts the legs in; a leg that sits in another bridge moves. */
  | { do: 'connect'; bridge: BridgeId; legs: readonly LegId[] }
  | { do: 'takeOut'; bridge: BridgeId; leg: LegId }
  | { do: 'removeBridge'; bridge: BridgeId }
  /** Ringing tone to an agent whose party is being dialled; the leg is up and in no bridge. */
  | { do: 'startRingback'; leg: LegId }
  | { do: 'stopRingback'; leg: LegId }
  | { do: 'mute'; leg: LegId }
  | { do: 'unmute'; leg: LegId }
  | { do: 'sendDigits'; leg: LegId; digits: string }
  /** Posts `offerExpired`, `partyExpired` or `ringingExpired` later; setting it again replaces it. */
  | { do: 'startTimer'; about: OfferId | LegId; kind: 'offer' | 'party' | 'ringing' }
  | { do: 'stopTimer'; about: OfferId | LegId }

/** What a call tells the ACD; handled at once, before anything is performed. */
export type DeskNews =
  | { tell: 'waiting'; call: CallId }
  | { tell: 'offerEnded'; offer: OfferId; agent: AgentId; outcome: OfferOutcome; cause?: MissCause }
  | {
      tell: 'agentFreed'
      agent: AgentId
      call: CallId
      ticket: TicketNo /** Only who has spoken with the caller has something to write up. */
      wrapUp: boolean
    }
  | { tell: 'agentTaken'; agent: AgentId; call: CallId }
  | { tell: 'gone'; call: CallId }

export const offerOutcomes = ['accepted', 'missed', 'cancelled', 'expired'] as const
export type OfferOutcome = (typeof offerOutcomes)[number]
export type MissCause = 'busy' | 'declined' | 'noAnswer' | 'unreachable' | 'failed'
