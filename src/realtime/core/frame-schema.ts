/**
 * Every frame of /v1/live, and its shape for the API document. The check at the end keeps what is sent in step with the shapes; what is
 * taken is judged by them.
 */
import { type Static, type TSchema, Type } from 'typebox'
import {
  AgentCommandBody,
  type AgentView,
  AgentViewBody,
  CallCommandBody,
  CommandIdText,
  type HallView,
  HallViewBody,
  IdText,
} from '#acd/core'

export const frameFaults = [
  'binaryFrame',
  'frameTooLarge',
  'notJson',
  'notAFrame',
  'unknownType',
  'unknownCommand',
  'malformedFrame',
  'tooManyFrames',
  'tooManySockets',
  'notSignedIn',
  'restarting',
] as const
export type FrameFault = (typeof frameFaults)[number]

export type ToBrowser =
  | { type: 'agent'; view: AgentView }
  | { type: 'hall'; view: HallView }
  | { type: 'link'; up: boolean }
  | { type: 'reply'; id: string; ok: true; repeated: boolean; saved?: 'centrally' | 'locally' }
  | { type: 'reply'; id: string; ok: false; refusal: string; repeated: boolean }
  | { type: 'error'; error: FrameFault; detail: string }
  | { type: 'pong' }

const strict = { additionalProperties: false }
const frame = <const Name extends string, Fields extends Record<string, TSchema>>(
  type: Name,
  description: string,
  fields: Fields,
) => Type.Object({ type: Type.Literal(type), ...fields }, { ...strict, description })

const id = Type.String({ description: 'The id of the command that is answered' })
const repeated = Type.Boolean({ description: 'The command id was known: nothing was done now' })

/** By the name under which each stands in the document. */
export const sentFrames = {
  LiveAgentFrame: frame('agent', 'One’s own screen, whole: at the beginning and on each change', {
    view: AgentViewBody,
  }),
  LiveHallFrame: frame('hall', 'Counts of the hall, for who may watch it', { view: HallViewBody }),
  LiveLinkFrame: frame('link', 'Whether the switchboard can be reached; after `up: true` every view follows', {
    up: Type.Boolean(),
  }),
  LiveDoneFrame: frame('reply', 'The command was done, or done before', {
    id,
    ok: Type.Literal(true),
    repeated,
    saved: Type.Optional(Type.Enum(['centrally', 'locally'], { description: 'Of writeTicket: as PATCH tells it' })),
  }),
  LiveRefusedFrame: frame('reply', 'The command was refused, by name; nothing was done', {
    id,
    ok: Type.Literal(false),
    refusal: Type.String({ description: 'As the route of the same command names it' }),
    repeated,
  }),
  LiveErrorFrame: frame('error', 'A frame was not taken, or the socket is about to be closed', {
    error: Type.Enum([...frameFaults]),
    detail: Type.String({ description: 'What was wrong, and what would be right' }),
  }),
  LivePongFrame: frame('pong', 'The answer to ping', {}),
} as const
export const takenFrames = {
  LiveCommandFrame: frame('command', 'A command, as by the route of the same name', {
    id: CommandIdText,
    call: Type.Optional(IdText),
    command: Type.Union([CallCommandBody, AgentCommandBody]),
  }),
  LivePingFrame: frame('ping', 'Answered with pong', {}),
} as const

type Sent = { [Name in keyof typeof sentFrames]: Static<(typeof sentFrames)[Name]> }[keyof typeof sentFrames]
type FieldsOf<Frame> = Frame extends unknown ? keyof Frame : never
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type MustBeTrue<T extends true> = T
/** Breaks the compile when a frame that is sent and its shape part. */
export type FramesAgree = MustBeTrue<
  Same<ToBrowser['type'], Sent['type']> &
    Same<FieldsOf<ToBrowser>, FieldsOf<Sent>> &
    (ToBrowser extends Sent ? true : false)
>
