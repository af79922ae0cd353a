/** GET /v1/live: the websocket of a browser. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { principalOf, tokenOf } from '#access'
import { may } from '#access/core'
import type { DeskCommand } from '#acd/core'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import { sentFrames, type ToBrowser, takenFrames } from './core/index.ts'
import type { Hub } from './hub.ts'
import { closeCodes, createLiveSocket } from './live-socket.ts'

/** Sends a command to the switchboard; `main` gives the desk of #acd. */
type Ask = (
  command: DeskCommand,
) => Promise<
  { ok: true; repeated: boolean; saved?: 'centrally' | 'locally' } | { ok: false; refusal: string; repeated: boolean }
>
type Deps = { hub: Hub; ask: Ask; metrics: Metrics; log: Log }

const inDocument = (name: string): string => `#/components/schemas/${name}`

export const liveRoutes =
  ({ hub, ask, metrics, log }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    for (const [name, shape] of Object.entries({ ...sentFrames, ...takenFrames }))
      app.addSchema({ $id: name, ...shape })
    for (const [name, frames] of [
      ['LiveSent', sentFrames],
      ['LiveTaken', takenFrames],
    ] as const)
      app.addSchema({ $id: name, oneOf: Object.keys(frames).map((one) => ({ $ref: `${one}#` })) })
    app.route({
      method: 'GET',
      url: '/v1/live',
      config: { permission: 'live.listen', refusals: ['upgradeNeeded', 'foreignOrigin'] },
      schema: {
        operationId: 'listenLive',
        summary: 'Websocket: one’s own screen on each change, and commands',
        description:
          'Protocol `hotline.v1`; programs add `bearer.<token>` to the protocols they offer. A frame is one JSON object as text; ' +
          'what is sent is a `LiveSent`, what is taken a `LiveTaken` (components/schemas). ' +
          'Closed with 4401 when the session ends, 4400 after repeated nonsense, 4429 when there are too many.',
        tags: ['live'],
        'x-websocket': { sent: { $ref: inDocument('LiveSent') }, taken: { $ref: inDocument('LiveTaken') } },
        response: { 101: { type: 'null', description: 'A websocket from here on' } },
      },
      handler: async (_request, reply) => reply.refuse('upgradeNeeded'),
      wsHandler: (ws, request) => receive({ hub, ask, metrics, log }, ws, request),
    })
  }

function receive({ hub, ask, metrics, log }: Deps, ws: WebSocket, request: FastifyRequest): void {
  const principal = principalOf(request)
  const token = tokenOf(request)?.token ?? ''
  let leave = () => {}
  const onCommand: Parameters<typeof createLiveSocket>[0]['onCommand'] = async ({ id, call, command }) => {
    if (!may(member.principal.roles, 'desk.use'))
      return { type: 'reply', id, ok: false, refusal: 'notAllowed', repeated: false }
    const answer = await ask({ id, agent: member.principal.staff, ...(call === undefined ? {} : { call }), command })
    return { type: 'reply', id, ...answer } satisfies ToBrowser
  }
  const socket = createLiveSocket({
    ws,
    log,
    onCommand,
    onFault: (error) => metrics.count('live_frames_refused_total', { error }),
    onGone: () => leave(),
  })
  const member = { socket, token, principal }
  if (!hub.hasRoomFor(principal.staff)) {
    metrics.count('live_sockets_cut_total', { why: 'tooManySockets' })
    socket.close(closeCodes.tooMany, 'tooManySockets', 'too many sockets are open')
  } else leave = hub.join(member)
}
