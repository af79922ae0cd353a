/** Whether this process lives, whether it can serve, and what it has counted. */
import { Type } from 'typebox'
import type { HttpServer } from '#platform/http/openapi'
import type { Metrics } from '#platform/telemetry/metrics'
import { isLoopback } from './serve-health.ts'

type Deps = {
  metrics: Metrics
  /** Asked on each question; never throws. */
  isPostgresUp: () => Promise<boolean>
  isSwitchboardUp: () => boolean
}
const Ready = Type.Object({ ready: Type.Boolean(), postgres: Type.Boolean(), switchboard: Type.Boolean() })
const tags = ['service']

export function healthRoutes(app: HttpServer, { metrics, isPostgresUp, isSwitchboardUp }: Deps): void {
  app.get(
    '/health/live',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'isLive',
        summary: 'The process answers',
        tags,
        response: { 200: Type.Object({ live: Type.Literal(true) }) },
      },
    },
    async () => ({ live: true as const }),
  )
  app.get(
    '/health/ready',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'isReady',
        summary:
          'Both Postgres and the switchboard can be reached. Calls go on, and can be commanded, without Postgres',
        tags,
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const postgres = await isPostgresUp()
      const switchboard = isSwitchboardUp()
      metrics.set('database_up', {}, postgres ? 1 : 0)
      const ready = postgres && switchboard
      return reply.code(ready ? 200 : 503).send({ ready, postgres, switchboard })
    },
  )
  app.get(
    '/metrics',
    // nothing here is about a person, and still it is nobody's business beyond this machine
    { config: { permission: 'public', refusals: ['routeNotFound'] }, schema: { hide: true } },
    async (request, reply) => {
      if (!isLoopback(request.ip)) return reply.refuse('routeNotFound')
      return reply.type(metrics.contentType).send(await metrics.text())
    },
  )
}
