/** The shape of what an agent's screen is sent, for the API document. The check at the end keeps it in step with desk.ts. */

import { type Static, Type } from 'typebox'
import { type CallState, partyResults } from '#calls/core'
import { type AgentStatus, notReadyReasons } from './agent.ts'
import type { AgentView, CallView, HallView } from './desk.ts'
import { PartyBody, TicketFieldsBody } from './desk-schema.ts'

export const agentStates = ['loggedOut', 'notReady', 'ready', 'offered', 'busy', 'wrapUp'] as const
export const callStates = [
  'greeting',
  'waiting',
  'offering',
  'talking',
  'consulting',
  'threeWay',
  'transferring',
  'handedOver',
  'ended',
] as const
const msAt = (what: string) => Type.Number({ description: `${what}Milliseconds since 1970-01-01 UTC` })
const Ms = msAt('')
const TextOrNull = Type.Union([Type.String(), Type.Null()])

const AgentStatusBody = Type.Object({
  state: Type.Enum([...agentStates]),
  since: Type.Optional(msAt('In this state; not told while logged out. ')),
  reason: Type.Optional(
    Type.Enum([...notReadyReasons], { description: 'Of notReady: given by the agent, or by the system' }),
  ),
  offer: Type.Optional(Type.String({ description: 'Of offered' })),
  call: Type.Optional(Type.String({ description: 'Of offered, busy, wrapUp' })),
  before: Type.Optional(
    Type.String({
      description: 'Of busy: the call whose wrap-up this one has cut short. Its ticket may still be written',
    }),
  ),
  readySince: Type.Optional(
    Type.Number({
      description: 'Of offered: idle since then, and again so when the caller gives up before the answer',
    }),
  ),
  ticket: Type.Optional(Type.String({ description: 'Of wrapUp' })),
  until: Type.Optional(msAt('Of wrapUp: when it ends by itself. ')),
})

const CallViewBody = Type.Object({
  call: Type.String(),
  ticket: Type.String(),
  state: Type.Enum([...callStates]),
  callerNumber: Type.String({ description: 'In full, for the agent who has the call only' }),
  callerName: Type.String(),
  dialled: Type.String(),
  queue: Type.String(),
  arrivedAt: Ms,
  offer: TextOrNull,
  held: Type.Boolean(),
  muted: Type.Boolean(),
  context: Type.Union([
    Type.Object(
      {
        from: Type.String(),
        ticket: Type.Optional(Type.String()),
        note: Type.Optional(Type.String()),
        cut: Type.Optional(
          Type.Array(Type.Enum(['ticket', 'note']), { description: 'What was longer than is kept, and so ends in …' }),
        ),
      },
      { description: 'What a partner line sent along; text from outside' },
    ),
    Type.Null(),
  ]),
  target: Type.Union([
    Type.Object({
      party: PartyBody,
      name: Type.String(),
      state: Type.Enum(['dialling', 'whispering', 'talking']),
      side: Type.Enum(['target', 'caller']),
    }),
    Type.Null(),
  ]),
  lastParty: Type.Union([Type.Object({ party: PartyBody, result: Type.Enum([...partyResults]) }), Type.Null()]),
  ticketFields: Type.Partial(TicketFieldsBody),
})

export const AgentViewBody = Type.Object(
  {
    agent: Type.String(),
    name: Type.String(),
    seat: TextOrNull,
    status: AgentStatusBody,
    afterwards: Type.Enum(['ready', ...notReadyReasons], {
      description: '`ready`, or the reason for not being ready once the call in hand is over',
    }),
    phone: Type.Enum(['reachable', 'unreachable']),
    call: Type.Union([CallViewBody, Type.Null()]),
    savedCentrally: Type.Boolean({ description: 'False while facts wait for Postgres (已在本机保存)' }),
  },
  { description: 'Everything that an agent’s screen shows of the moment' },
)

export const HallViewBody = Type.Object({
  at: Ms,
  waiting: Type.Record(Type.String(), Type.Number(), { description: 'Callers by queue' }),
  agents: Type.Record(Type.String(), Type.Number(), { description: `By state: ${agentStates.join(', ')}` }),
})

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type FieldsOf<State> = State extends unknown ? keyof State : never
type MustBeTrue<T extends true> = T
/** Breaks the compile when a view gains, loses or changes a field and the shape does not. */
export type ViewsAgree = MustBeTrue<
  Same<keyof AgentView, keyof Static<typeof AgentViewBody>> &
    Same<keyof CallView, keyof Static<typeof CallViewBody>> &
    Same<keyof HallView, keyof Static<typeof HallViewBody>> &
    Same<CallState, (typeof callStates)[number]> &
    Same<AgentStatus['state'], (typeof agentStates)[number]> &
    Same<FieldsOf<AgentStatus>, keyof Static<typeof AgentStatusBody>> &
    (Omit<AgentView, 'call'> extends Omit<Static<typeof AgentViewBody>, 'call'> ? true : false) &
    (CallView extends Static<typeof CallViewBody> ? true : false)
>
