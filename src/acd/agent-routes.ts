/** An agent's own state: seat, ready or not, wrap-up. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { principalOf } from '#access'
import type { SeatId } from '#kernel'
import { answerCommand, commandBody, commandRefusals, Done } from './command-route.ts'
import { AgentViewBody, askableNotReadyReasons, IdText, NotReadyReasonText } from './core/index.ts'
import type { Desk } from './desk.ts'

const tags = ['agent']

/** Commands that need nothing besides: path, refusals of their own, what they do. */
const plain = {
  logOut: {
    path: '/v1/agent/seat/leave',
    operationId: 'leaveSeat',
    refusal: 'busyWithCall',
    summary: 'Sign out of the seat',
  },
  endWrapUp: {
    path: '/v1/agent/wrap-up/end',
    operationId: 'endWrapUp',
    refusal: 'notInWrapUp',
    summary: 'The ticket is written; ready for the next call',
  },
} as const

export const agentRoutes =
  ({ desk }: { desk: Desk }): FastifyPluginAsyncTypebox =>
  async (app) => {
    ownAgent(app, desk)
    takeSeat(app, desk)
    setState(app, desk)
    for (const name of ['logOut', 'endWrapUp'] as const) {
      const { path, refusal, ...about } = plain[name]
      app.post(
        path,
        {
          config: { permission: 'desk.use', refusals: [...commandRefusals, refusal] },
          schema: { ...about, tags, body: commandBody({}), response: { 200: Done } },
        },
        (request, reply) =>
          answerCommand(desk, { by: principalOf(request), id: request.body.commandId, command: { name } }, reply),
      )
    }
  }

type App = Parameters<FastifyPluginAsyncTypebox>[0]

function ownAgent(app: App, desk: Desk): void {
  app.get(
    '/v1/agent',
    {
      config: { permission: 'desk.use', refusals: ['switchboardAway', 'agentUnknown'] },
      schema: {
        operationId: 'getOwnAgent',
        summary: 'What one’s screen shows of the moment; the same comes over /v1/live on each change',
        tags,
        response: { 200: AgentViewBody },
      },
    },
    async (request, reply) => {
      if (!desk.isUp()) return reply.refuse('switchboardAway')
      return desk.viewOf(principalOf(request).staff) ?? reply.refuse('agentUnknown')
    },
  )
}

function takeSeat(app: App, desk: Desk): void {
  app.post(
    '/v1/agent/seat',
    {
      config: { permission: 'desk.use', refusals: [...commandRefusals, 'seatTaken', 'seatUnknown', 'alreadyLoggedIn'] },
      schema: {
        operationId: 'takeSeat',
        summary: 'Sign in at a seat',
        tags,
        body: commandBody({ seat: IdText }),
        response: { 200: Done },
      },
    },
    (request, reply) => {
      const { commandId, seat } = request.body
      const command = { name: 'logIn', seat: seat as SeatId } as const
      return answerCommand(desk, { by: principalOf(request), id: commandId, command }, reply)
    },
  )
}

function setState(app: App, desk: Desk): void {
  app.put(
    '/v1/agent/state',
    {
      config: { permission: 'desk.use', refusals: [...commandRefusals, 'busyWithCall'] },
      schema: {
        operationId: 'setAgentState',
        summary: 'Ready, or not ready with a reason. During a call: what to be afterwards',
        tags,
        body: commandBody({ state: Type.Enum(['ready', 'notReady']), reason: Type.Optional(NotReadyReasonText) }),
        response: { 200: Done },
      },
    },
    async (request, reply) => {
      const { commandId, state, reason } = request.body
      if (state === 'notReady' && reason === undefined)
        return reply.refuse('malformedRequest', { detail: `body/reason: ${askableNotReadyReasons.join(', ')}` })
      if (state === 'ready' && reason !== undefined)
        return reply.refuse('malformedRequest', { detail: 'body/reason: only with state notReady' })
      const command = reason === undefined ? ({ name: 'ready' } as const) : ({ name: 'notReady', reason } as const)
      return answerCommand(desk, { by: principalOf(request), id: commandId, command }, reply)
    },
  )
}
