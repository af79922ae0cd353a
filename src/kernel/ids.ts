/** One branded id a noun: a leg id cannot be passed for a call id. All are opaque text. */
declare const brand: unique symbol
type Id<Noun extends string> = string & { readonly [brand]: Noun }

/** A call as the caller lives it, from the first ring to the last leg's end. Stamped by the dialplan; unique for ever. */
export type CallId = Id<'call'>
/** One party's connection; the id of its Asterisk channel. Chosen by us for every leg that we dial. */
export type LegId = Id<'leg'>
export type BridgeId = Id<'bridge'>
export type PlaybackId = Id<'playback'>
/** The lease by which one call is offered to one agent: accepted, missed, cancelled or expired, exactly one of them. */
export type OfferId = Id<'offer'>
/** Staff number (工号) of an agent. */
export type AgentId = Id<'agent'>
/** A seat (坐席): the user name of the SIP phone on the desk. */
export type SeatId = Id<'seat'>
export type QueueId = Id<'queue'>
/** A line of the partner directory, by its public number or short name: 12315, 12333, 12329, 95598 … */
export type LineCode = Id<'line'>
/** Ticket number (工单编号), `CZ` + yyMMdd + tier letter + five-digit day serial + `-` + check digit. */
export type TicketNo = Id<'ticket'>
/** Given by the client with a command, so that a repeat changes nothing. */
export type CommandId = Id<'command'>
