/** Callers whom the death of the PBX has cut: who is to be called back, and that somebody has. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { principalOf } from '#access'
import { IdText } from '#acd/core'
import { cuts } from '#calls/core'
import type { Clock } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import {
  type CallbackRecord,
  callbackStates,
  closeCallback,
  readCallback,
  readCallbacks,
  stateOf,
} from './callback-store.ts'

const mostCallbacks = 500
const TextOrNull = Type.Union([Type.String(), Type.Null()])
const At = Type.String({ format: 'date-time' })
const AtOrNull = Type.Union([At, Type.Null()])

const CallbackBody = Type.Object({
  call: Type.String({ description: 'The call that was cut' }),
  ticket: Type.String(),
  number: Type.Union([Type.String(), Type.Null()], {
    description: 'Null: the caller withheld the number, and cannot be called back',
  }),
  withheld: Type.Boolean(),
  queue: Type.String(),
  cut: Type.Enum([...cuts], { description: 'Whether the caller still waited or already talked' }),
  arrivedAt: At,
  cutAt: At,
  state: Type.Enum([...callbackStates], {
    description: '`rangBack`: the caller rang back by himself and was answered',
  }),
  rangBackAt: AtOrNull,
  rangBackAs: Type.Union([Type.String(), Type.Null()], { description: 'The call as which the caller was answered' }),
  doneAt: AtOrNull,
  doneBy: TextOrNull,
})

const toBody = (row: CallbackRecord) => ({
  call: row.call,
  ticket: row.ticket_no,
  number: row.number,
  withheld: row.number === null,
  queue: row.queue,
  cut: row.cut as (typeof cuts)[number],
  arrivedAt: row.arrived_at.toISOString(),
  cutAt: row.cut_at.toISOString(),
  state: stateOf(row),
  rangBackAt: row.rang_back_at?.toISOString() ?? null,
  rangBackAs: row.rang_back_as,
  doneAt: row.done_at?.toISOString() ?? null,
  doneBy: row.done_by,
})

export const callbackRoutes =
  ({ db, now }: { db: Reader; now: Clock }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/v1/callbacks',
      {
        config: { permission: 'callback.read' },
        schema: {
          operationId: 'listCallbacks',
          summary: 'Callers who were cut when the PBX died; open ones in the order of their arrival',
          tags: ['callback'],
          querystring: Type.Object(
            { state: Type.Optional(Type.Enum([...callbackStates], { description: '`open` when left out' })) },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ callbacks: Type.Array(CallbackBody, { maxItems: mostCallbacks }) }) },
        },
      },
      async ({ query }) => ({ callbacks: (await readCallbacks(db, query.state ?? 'open', mostCallbacks)).map(toBody) }),
    )

    app.put(
      '/v1/callbacks/:call',
      {
        config: { permission: 'callback.close', refusals: ['callbackNotFound', 'callbackClosed'] },
        schema: {
          operationId: 'closeCallback',
          summary: 'The caller has been called back; said again by the same person, it changes nothing',
          tags: ['callback'],
          params: Type.Object({ call: IdText }),
          body: Type.Object({ state: Type.Literal('done') }, { additionalProperties: false }),
          response: { 200: CallbackBody },
        },
      },
      async (request, reply) => {
        const { call } = request.params
        const { staff } = principalOf(request)
        await closeCallback(db, call, staff, now())
        const row = await readCallback(db, call)
        if (!row) return reply.refuse('callbackNotFound')
        return row.done_by === staff ? toBody(row) : reply.refuse('callbackClosed')
      },
    )
  }
