/**
 * The shape of a desk command as it comes over a wire. The types stay in desk.ts and in #calls/core; the
 * check at the end breaks the compile when shape and type part.
 */

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TicketFields } from '#calls/core'
import { limits, ok, type Result, refuse } from '#kernel'
import { askableNotReadyReasons } from './agent.ts'
import type { DeskCommand } from './desk.ts'

const strict = { additionalProperties: false }
/** Ids of our own making: seats, staff numbers, calls, tickets, line codes. Never markup, never a blank. */
export const IdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })
export const CommandIdText = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  description:
    'A UUID made by the client. The same command again under the same id answers the same and changes nothing; ' +
    'another one under it is refused as `commandIdUsed`. The last 32 of each agent are remembered, through restarts.',
})

export const PartyBody = Type.Union(
  [
    Type.Object({ kind: Type.Literal('agent'), agent: IdText }, strict),
    Type.Object({ kind: Type.Literal('line'), line: IdText }, strict),
  ],
  { description: 'Whom the call is taken to: another agent, or a line of the directory.' },
)
/** Text of a form field: any character but control characters other than tab and line ends. */
const fieldText = (maxLength: number) =>
  Type.String({ maxLength, pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$' })
export const TicketFieldsBody = Type.Object(
  {
    title: Type.Optional(fieldText(limits.titleLength)),
    content: Type.Optional(fieldText(limits.contentLength)),
    type: Type.Optional(fieldText(limits.titleLength)),
    category: Type.Optional(fieldText(limits.titleLength)),
    place: Type.Optional(fieldText(limits.textFromOutside)),
  },
  { ...strict, minProperties: 1 },
)
export const DigitsText = Type.String({ pattern: '^[0-9*#A-D]{1,32}$' })
export const NotReadyReasonText = Type.Enum([...askableNotReadyReasons])

const plain = <const Name extends string>(name: Name) => Type.Object({ name: Type.Literal(name) }, strict)
export const CallCommandBody = Type.Union([
  plain('hold'),
  plain('resume'),
  plain('mute'),
  plain('unmute'),
  Type.Object({ name: Type.Literal('sendDigits'), digits: DigitsText }, strict),
  Type.Object({ name: Type.Literal('consult'), party: PartyBody }, strict),
  plain('toggle'),
  plain('cancelConsult'),
  plain('join'),
  plain('complete'),
  plain('leave'),
  plain('dropParty'),
  Type.Object({ name: Type.Literal('blindTransfer'), party: PartyBody }, strict),
  plain('hangUp'),
])
export const AgentCommandBody = Type.Union([
  Type.Object({ name: Type.Literal('logIn'), seat: IdText }, strict),
  plain('logOut'),
  plain('ready'),
  Type.Object({ name: Type.Literal('notReady'), reason: NotReadyReasonText }, strict),
  plain('endWrapUp'),
  Type.Object({ name: Type.Literal('writeTicket'), ticket: IdText, fields: TicketFieldsBody }, strict),
])
const DeskCommandBody = Type.Object(
  {
    id: CommandIdText,
    agent: IdText,
    call: Type.Optional(IdText),
    command: Type.Union([CallCommandBody, AgentCommandBody]),
  },
  strict,
)

/** A command as it came over the wire, typed once its shape is right. Ids are branded here. */
export const checkDeskCommand = (value: unknown): Result<DeskCommand, 'malformedCommand'> =>
  Value.Check(DeskCommandBody, value) ? ok(value as unknown as DeskCommand) : refuse('malformedCommand')

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type MustBeTrue<T extends true> = T
/** Breaks the compile when a command is added to the types and not to the shapes, or the other way round. */
export type ShapesAgree = MustBeTrue<
  Same<
    Static<typeof CallCommandBody>['name'] | Static<typeof AgentCommandBody>['name'],
    DeskCommand['command']['name']
  > &
    Same<keyof Static<typeof TicketFieldsBody>, keyof TicketFields>
>
