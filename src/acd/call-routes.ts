/** What an agent may do with the call in hand: one route a command of #calls/core. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { principalOf } from '#access'
import type { CallCommand, CallCommandName, Party } from '#calls/core'
import type { CallId } from '#kernel'
import type { RefusalName } from '#platform/http/refusals'
import { answerCommand, commandBody, commandRefusals, Done } from './command-route.ts'
import { DigitsText, IdText, PartyBody } from './core/index.ts'
import type { Desk } from './desk.ts'

type NeedsMore = 'sendDigits' | 'consult' | 'blindTransfer'
/** Commands that need nothing but the call: path and what it does. The compiler asks for a row when a command is added. */
const plain: Record<Exclude<CallCommandName, NeedsMore>, { path: string; summary: string }> = {
  hold: { path: 'hold', summary: 'Music for the caller' },
  resume: { path: 'resume', summary: 'Back to the caller' },
  mute: { path: 'mute', summary: 'The others no longer hear the agent' },
  unmute: { path: 'unmute', summary: 'The others hear the agent again' },
  toggle: { path: 'toggle', summary: 'From the consulted party to the caller, and back' },
  cancelConsult: { path: 'cancel-consult', summary: 'End the consultation; the agent has the caller back' },
  join: { path: 'join', summary: 'All three hear each other' },
  complete: {
    path: 'complete',
    summary: 'Hand over: caller and party are connected, the agent goes; from consultation or three-way',
  },
  leave: { path: 'leave', summary: 'Go from a three-way call; caller and party go on' },
  dropParty: { path: 'drop-party', summary: 'The party goes; caller and agent go on' },
  hangUp: { path: 'hang-up', summary: 'End the call' },
}
const refusals: RefusalName[] = [...commandRefusals, 'notNow', 'notYourCall', 'callNotFound', 'partyNotReached']
const partyRefusals: RefusalName[] = [...refusals, 'partyNotAvailable', 'partyNotFound', 'partyClosed']
const colleagues =
  'A colleague who is not ready (示忙) can be asked too: that keeps calls of the queues away, not colleagues, and GET ' +
  '/v1/directory/agents tells the reason. Refused as `partyNotAvailable`: who has a call or is offered one, is in wrap-up, logged out, ' +
  'or whose phone cannot be reached. Afterwards the colleague is what he was before.'
const params = Type.Object({ call: IdText })
const tags = ['call']
const config = { permission: 'desk.use', refusals }

export const callRoutes =
  ({ desk }: { desk: Desk }): FastifyPluginAsyncTypebox =>
  async (app) => {
    for (const [name, { path, summary }] of Object.entries(plain))
      app.post(
        `/v1/calls/:call/${path}`,
        {
          config,
          schema: { operationId: `${name}Call`, summary, tags, params, body: commandBody({}), response: { 200: Done } },
        },
        (request, reply) => {
          const { params: about, body } = request
          const command = { name } as CallCommand
          const asked = { by: principalOf(request), id: body.commandId, call: about.call as CallId, command }
          return answerCommand(desk, asked, reply)
        },
      )

    app.post(
      '/v1/calls/:call/digits',
      {
        config,
        schema: {
          operationId: 'sendDigits',
          summary: 'Press keys towards the other side',
          tags,
          params,
          body: commandBody({ digits: DigitsText }),
          response: { 200: Done },
        },
      },
      (request, reply) => {
        const { params: about, body } = request
        const command = { name: 'sendDigits', digits: body.digits } as const
        const asked = { by: principalOf(request), id: body.commandId, call: about.call as CallId, command }
        return answerCommand(desk, asked, reply)
      },
    )

    for (const [name, path, summary] of [
      ['consult', 'consult', 'Ask another agent or a line, while the caller hears music'],
      [
        'blindTransfer',
        'blind-transfer',
        'Give the caller away without asking; comes back in front when nobody answers',
      ],
    ] as const)
      app.post(
        `/v1/calls/:call/${path}`,
        {
          config: { permission: 'desk.use', refusals: partyRefusals },
          schema: {
            operationId: `${name}Call`,
            summary,
            description: colleagues,
            tags,
            params,
            body: commandBody({ party: PartyBody }),
            response: { 200: Done },
          },
        },
        (request, reply) => {
          const { params: about, body } = request
          const command = { name, party: body.party as Party }
          const asked = { by: principalOf(request), id: body.commandId, call: about.call as CallId, command }
          return answerCommand(desk, asked, reply)
        },
      )
  }
