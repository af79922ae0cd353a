/** Every limit of a queue, loop or input has its name here, with the unit in it. */
export const limits = {
  /** How long an agent's phone rings before the offer expires. */
  offerRingMs: 20_000,
  /** How long a caller hears it ring who is answered only when an agent is; networks end such calls after one to three minutes. */
  ringAtMostMs: 60_000,
  /** How long a consulted line may stay silent (GB/T practice: 20 s, two tries). */
  partnerRingMs: 20_000,
  /** How long wrap-up lasts when the agent does not end it. */
  wrapUpMs: 60_000,
  /** How long the place in the queue is kept for a caller whom the death of Asterisk has cut. */
  ringBackMs: 600_000,
  /** Beyond these, new callers are turned away. A burst is so many seconds of the rate at once. */
  admission: { loopDelayMs: 200, asteriskMs: 1_000, burstS: 3 },
  /** Commands remembered per agent, so that a repeat changes nothing. */
  rememberedCommands: 32,
  /** Longest caller name, note or header text that is carried along, in UTF-16 units. */
  textFromOutside: 200,
  /** Longest ticket number of a partner line that is carried along, in UTF-16 units. */
  ticketFromOutside: 64,
  /** Longest number that is carried along, in characters. */
  numberFromOutside: 32,
  titleLength: 50,
  contentLength: 4_000,
  /** The switchboard writes its heartbeat every second; this old, the dialplan takes it for dead. */
  heartbeatOldAfterS: 4,
} as const
