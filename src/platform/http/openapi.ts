/**
 * The API document, made from the routes themselves. A route says what it answers when all is well and which refusals
 * are its own; what every route can answer is added here, so that no answer is missing from the document.
 */
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteOptions,
} from 'fastify'
import { Type } from 'typebox'
import { Problem } from './problem.ts'
import { type RefusalName, refusalStatus } from './refusals.ts'

const always: readonly RefusalName[] = ['badUrl', 'tooManyRequests', 'trouble', 'tookTooLong']
const withBody: readonly RefusalName[] = [
  'malformedRequest',
  'notJson',
  'bodyMissing',
  'bodyTooLarge',
  'notJsonMediaType',
]
const guarded: readonly RefusalName[] = ['notSignedIn', 'notAllowed', 'databaseAway']
const unsafeMethods = ['POST', 'PUT', 'PATCH', 'DELETE']

/** The server as route plugins see it. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Every refusal that a route can answer: its own, and those that go with what it is. */
export function refusalsOf(route: Pick<RouteOptions, 'config' | 'schema' | 'method'>): RefusalName[] {
  const isPublic = route.config?.permission === 'public'
  const isUnsafe = [route.method].flat().some((method) => unsafeMethods.includes(method))
  const all = [
    ...(route.config?.refusals ?? []),
    ...always,
    ...(route.schema?.body ? withBody : []),
    ...(route.schema?.params || route.schema?.querystring ? (['malformedRequest'] as const) : []),
    ...(isPublic ? [] : guarded),
    ...(isUnsafe ? (['foreignOrigin'] as const) : []),
  ]
  return [...new Set(all)]
}

/** `onRoute` hook: adds an answer for each status that a refusal of this route has. */
export function describeRoutes(route: RouteOptions): void {
  if (!route.schema || route.schema.hide) return
  const byStatus = new Map<number, RefusalName[]>()
  for (const refusal of refusalsOf(route)) {
    const status = refusalStatus[refusal]
    byStatus.set(status, [...(byStatus.get(status) ?? []), refusal])
  }
  const response: Record<string, unknown> = { ...(route.schema.response as Record<string, unknown> | undefined) }
  for (const [status, names] of byStatus)
    response[status] = {
      description: names.join(', '),
      content: {
        'application/problem+json': { schema: Type.Object({ ...Problem.properties, refusal: Type.Enum(names) }) },
      },
    }
  route.schema.response = response
}

/** Serves the document at /v1/openapi.json, for everybody: it says nothing that the code does not say. */
export async function serveOpenApi(app: HttpServer, version: string): Promise<void> {
  await app.register(swagger, {
    // Schemas with a name stand under it among the components.
    refResolver: { buildLocalReference: (json, _base, _fragment, n) => String(json.$id ?? `def-${n}`) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '12345 热线坐席接口 / Agent API of the 12345 hotline',
        version,
        description:
          'Commands carry an id given by the client; the same command under the same id again answers the same and changes ' +
          'nothing, another one is refused. ' +
          'Whatever is refused is refused by name (`refusal`). A cookie session also needs the header `x-hotline: 1`, or an ' +
          '`Origin` of the same site, on everything but GET.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          cookie: { type: 'apiKey', in: 'cookie', name: 'hotline_session' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ cookie: [] }, { bearer: [] }],
    },
    transform: ({ schema, url, route }) => {
      const permission = route.config?.permission
      const marked = { ...schema, 'x-permission': permission }
      return { schema: permission === 'public' ? { ...marked, security: [] } : marked, url }
    },
  })
  app.get('/v1/openapi.json', {
    config: { permission: 'public' },
    schema: {
      operationId: 'getOpenApiDocument',
      summary: 'This document',
      tags: ['service'],
      response: { 200: { type: 'object', additionalProperties: true, description: 'OpenAPI 3.1' } },
    },
    handler: () => ({ ...app.swagger() }),
  })
}
