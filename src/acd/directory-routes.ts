/** Whom a caller can be taken to: lines of the directory, and colleagues. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { principalOf } from '#access'
import { isOpen } from '#calls/core'
import type { Clock } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import { agentStates } from './core/index.ts'
import type { Desk } from './desk.ts'
import { readLines } from './line-store.ts'

type Deps = { desk: Desk; db: Reader; now: Clock }

const LineBody = Type.Object({
  code: Type.String(),
  name: Type.String(),
  number: Type.String(),
  mode: Type.Enum(['interconnect', 'parallel', 'emergency', 'liveTransfer']),
  passNumber: Type.Boolean({ description: 'Whether the line is shown the caller’s number' }),
  open: Type.Boolean({ description: 'At this moment' }),
})
const ColleagueBody = Type.Object({
  agent: Type.String(),
  name: Type.String(),
  state: Type.Enum([...agentStates]),
  reason: Type.Optional(
    Type.String({ description: 'Why not ready, so that one can leave a colleague at a meal in peace' }),
  ),
  phone: Type.Enum(['reachable', 'unreachable']),
  available: Type.Boolean({
    description:
      'Can be consulted now: at a seat, phone reachable, no call in hand and no ticket to write up. Also not ready',
  }),
})
const tags = ['directory']

export const directoryRoutes =
  ({ desk, db, now }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/v1/directory/lines',
      {
        config: { permission: 'directory.read' },
        schema: {
          operationId: 'listLines',
          summary: 'Partner hotlines and utilities',
          tags,
          response: { 200: Type.Object({ lines: Type.Array(LineBody) }) },
        },
      },
      async () => {
        const at = now()
        const lines = await readLines(db)
        return {
          lines: lines.map(({ code, name, number, mode, passNumber, hours }) => ({
            code: code as string,
            name,
            number,
            mode,
            passNumber,
            open: isOpen(hours, at),
          })),
        }
      },
    )

    app.get(
      '/v1/directory/agents',
      {
        config: { permission: 'directory.read', refusals: ['switchboardAway'] },
        schema: {
          operationId: 'listAgents',
          summary: 'Colleagues who are at a seat; nothing of their calls',
          tags,
          response: { 200: Type.Object({ agents: Type.Array(ColleagueBody) }) },
        },
      },
      async (request, reply) => {
        if (!desk.isUp()) return reply.refuse('switchboardAway')
        const { staff } = principalOf(request)
        const present = [...desk.views()].filter((view) => view.agent !== staff && view.status.state !== 'loggedOut')
        return {
          agents: present
            .map(({ agent, name, status, phone }) => ({
              agent: agent as string,
              name,
              state: status.state,
              ...(status.state === 'notReady' && { reason: status.reason }),
              phone,
              available: phone === 'reachable' && (status.state === 'ready' || status.state === 'notReady'),
            }))
            .toSorted((a, b) => a.agent.localeCompare(b.agent)),
        }
      },
    )
  }
