/**
 * Calls and tickets as they are written down, and the ticket's own fields while the call is in hand. Whoever may not read a
 * record is told that there is none: the answer must not say which numbers exist.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { principalOf } from '#access'
import { may } from '#access/core'
import { answerCommand, commandBody, commandRefusals, type Desk, Written } from '#acd'
import { IdText, TicketFieldsBody } from '#acd/core'
import type { TicketFields } from '#calls/core'
import type { TicketNo } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import { hadCallInHand, readCall } from './call-read-store.ts'
import { CallBody, TicketBody, toCallBody, toTicketBody } from './record-schema.ts'
import { readTicket } from './ticket-read-store.ts'

type Deps = { db: Reader; desk: Pick<Desk, 'ask' | 'viewOf'> }

export const ticketRoutes =
  ({ db, desk }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const mayRead = async (request: FastifyRequest, call: string): Promise<boolean> => {
      const { staff, roles } = principalOf(request)
      if (may(roles, 'record.readAll')) return true
      // The switchboard knows who has a call before it is written down. Who is only offered it does not have it yet.
      const view = desk.viewOf(staff)
      if (view?.call?.call === call && view.status.state !== 'offered') return true
      return await hadCallInHand(db, call, staff)
    }

    app.get(
      '/v1/calls/:call',
      {
        config: { permission: 'record.readOwn', refusals: ['callNotFound'] },
        schema: {
          operationId: 'getCall',
          summary: 'A call with its legs, offers and parties, as far as its facts have been written',
          tags: ['call'],
          params: Type.Object({ call: IdText }),
          response: { 200: CallBody },
        },
      },
      async (request, reply) => {
        const { call } = request.params
        const [row, readable] = await Promise.all([readCall(db, call), mayRead(request, call)])
        return row && readable ? toCallBody(row) : reply.refuse('callNotFound')
      },
    )

    app.get(
      '/v1/tickets/:ticket',
      {
        config: { permission: 'record.readOwn', refusals: ['ticketNotFound'] },
        schema: {
          operationId: 'getTicket',
          summary: 'A ticket with its history',
          tags: ['ticket'],
          params: Type.Object({ ticket: IdText }),
          response: { 200: TicketBody },
        },
      },
      async (request, reply) => {
        const row = await readTicket(db, request.params.ticket)
        const readable = row !== undefined && (await mayRead(request, row.call))
        return readable ? toTicketBody(row) : reply.refuse('ticketNotFound')
      },
    )

    app.patch(
      '/v1/tickets/:ticket',
      {
        config: { permission: 'desk.use', refusals: [...commandRefusals, 'notYourTicket'] },
        schema: {
          operationId: 'writeTicket',
          summary: 'Write fields of the ticket of the call in hand or in wrap-up; only those given change',
          description:
            'Goes through the switchboard and its journal, so nothing written is lost while Postgres is away. Answered as soon ' +
            'as it can be read back, after 1.5 s at the latest; `saved` says which.',
          tags: ['ticket'],
          params: Type.Object({ ticket: IdText }),
          body: commandBody({ fields: TicketFieldsBody }),
          response: { 200: Written },
        },
      },
      (request, reply) => {
        const { params, body } = request
        const ticket = params.ticket as TicketNo
        const command = { name: 'writeTicket', ticket, fields: body.fields as TicketFields } as const
        return answerCommand(desk, { by: principalOf(request), id: body.commandId, command }, reply)
      },
    )
  }
