/**
 * The HTTP server of the house: what every route gets without asking. A route that names no permission, or one that
 * nobody has heard of, keeps the server from starting.
 */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import websocket from '@fastify/websocket'
import fastify, { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Log } from '#platform/telemetry/log'
import { toFault } from './faults.ts'
import { languageOf } from './messages.ts'
import { describeRoutes, type HttpServer, serveOpenApi } from './openapi.ts'
import { problemType, toProblem } from './problem.ts'
import { type RefusalName, refusalStatus } from './refusals.ts'

export const httpLimits = {
  /** A ticket's longest content in Chinese is 12 kB. */
  bodyBytes: 64 * 1024,
  /** Longest id in an address. */
  paramLength: 64,
  headerBytes: 16 * 1024,
  /** Until the request has been read whole. */
  requestMs: 15_000,
  /** Until it has been answered. */
  answerMs: 10_000,
  /** One address: a hall of 200 behind one proxy that does not say who is behind it stays far below. */
  requestsPerMinute: 12_000,
  /** Beyond this a websocket frame is not even read: the socket is closed (1009). What is taken is for the route to say. */
  socketFrameBytes: 256 * 1024,
} as const

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the one who asks must be allowed to do; `public` asks nobody. */
    permission?: string
    /** Every refusal of its own that the route can answer, for the API document. */
    refusals?: readonly RefusalName[]
  }
  interface FastifyReply {
    /** Answers a refusal by its name: status, problem body, words in the language asked for. */
    refuse(refusal: RefusalName, more?: { detail?: string; repeated?: boolean }): FastifyReply
  }
}

/** Says who may not: a refusal, or nothing. Runs before the body is read. */
export type Guard = (request: FastifyRequest, permission: string) => Promise<RefusalName | undefined>

type Options = {
  log: Log
  guard: Guard
  isPermission: (name: string) => boolean
  onAnswer?: (answer: { route: string; method: string; status: number; seconds: number }) => void
  onRefusal?: (refusal: RefusalName) => void
  version: string
  /** Networks whose `X-Forwarded-For` is believed, parted by commas. */
  proxies?: string
  requestsPerMinute?: number
}

export async function buildServer(options: Options): Promise<HttpServer> {
  const app = fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    // One line a request is written below, with the route and not the address, which can hold anything.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: httpLimits.bodyBytes,
    requestTimeout: httpLimits.requestMs,
    handlerTimeout: httpLimits.answerMs,
    forceCloseConnections: true,
    trustProxy: options.proxies ?? 'loopback',
    exposeHeadRoutes: false,
    http: { maxHeaderSize: httpLimits.headerBytes },
    routerOptions: { maxParamLength: httpLimits.paramLength },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
    frameworkErrors: (error, request, reply) => answerUnrouted(error, request, reply as unknown as FastifyReply),
    clientErrorHandler: answerBrokenHttp,
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.removeContentTypeParser('text/plain') // Fastify's own; we speak JSON
  takeEmptyBodies(app)
  answerByName(app, options)
  judgeRoutes(app, options)
  await addPlugins(app, options)
  guardRoutes(app, options) // after the plugins: it reads cookies
  await serveOpenApi(app, options.version)
  return app
}

/** Clients that say `application/json` with every request, also where there is nothing to send, are right all the same. */
function takeEmptyBodies(app: HttpServer): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && !request.routeOptions.schema?.body) return done(null, undefined)
    return parse(request, body, done)
  })
}

/** Whatever is refused or goes wrong is answered as a problem with a name. */
function answerByName(app: HttpServer, { onRefusal }: Options): void {
  app.decorateReply('refuse', function (this: FastifyReply, refusal, more) {
    onRefusal?.(refusal)
    const problem = toProblem(refusal, languageOf(this.request.headers['accept-language']), more)
    return this.code(problem.status).type(problemType).send(problem)
  })
  app.setErrorHandler((error, request, reply) => {
    const fault = toFault(error, languageOf(request.headers['accept-language']))
    if (!fault) request.log.error({ err: error, route: request.routeOptions?.url }, 'request failed')
    else if (refusalStatus[fault.refusal] >= 500) request.log.warn({ err: error, refusal: fault.refusal }, 'refused')
    return reply.refuse(fault?.refusal ?? 'trouble', fault?.detail === undefined ? {} : { detail: fault.detail })
  })
}

/** Each route as it is added: has it a permission that exists? The server does not start without. */
function judgeRoutes(app: HttpServer, { isPermission }: Options): void {
  const routes = keepRoutes()
  app.addHook('onRoute', (route) => {
    const permission = route.config?.permission
    const name = `${String(route.method)} ${route.url}`
    if (permission === undefined) throw new Error(`route ${name} names no permission`)
    if (permission !== 'public' && !isPermission(permission))
      throw new Error(`route ${name} names a permission that does not exist: ${permission}`)
    routes.add(String(route.method), route.url)
  })
  app.addHook('onRoute', describeRoutes)
  app.setNotFoundHandler((request, reply) => {
    const right = routes.methodsOf(request.url.split('?')[0] ?? '')
    if (right.length === 0) return reply.refuse('routeNotFound')
    return reply.header('allow', right.join(', ')).refuse('methodNotAllowed', { detail: right.join(', ') })
  })
}

async function addPlugins(app: HttpServer, { requestsPerMinute }: Options): Promise<void> {
  const directives = {
    defaultSrc: ["'self'"],
    connectSrc: ["'self'", 'wss:'],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
  }
  await app.register(helmet, {
    xFrameOptions: { action: 'deny' },
    contentSecurityPolicy: { useDefaults: false, directives },
  })
  await app.register(rateLimit, {
    global: false, // a hook of a route would count only whom the guard lets in
    max: requestsPerMinute ?? httpLimits.requestsPerMinute,
    timeWindow: '1 minute',
    skipOnError: true,
  })
  app.addHook('onRequest', app.rateLimit())
  await app.register(cookie)
  await app.register(websocket, {
    options: {
      maxPayload: httpLimits.socketFrameBytes,
      // the token that a program offers as a protocol is never said back
      handleProtocols: (offered) => (offered.has('hotline.v1') ? 'hotline.v1' : false),
    },
    errorHandler: (error, socket, request) => {
      request.log.error({ err: error }, 'websocket failed')
      socket.terminate()
    },
  })
}

function guardRoutes(app: HttpServer, { guard, onAnswer }: Options): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    if (request.is404) return
    const permission = request.routeOptions.config.permission
    if (permission === 'public') return
    // Never fail open: a route that got here without a permission is refused.
    const refusal = permission === undefined ? 'notAllowed' : await guard(request, permission)
    if (refusal) return reply.refuse(refusal)
  })
  app.addHook('onResponse', async (request, reply) => {
    const answer = {
      method: request.method,
      route: request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown'),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    }
    onAnswer?.(answer)
    const { call, ticket } = (request.params ?? {}) as { call?: string; ticket?: string }
    request.log.debug({ ...answer, ...(call && { call }), ...(ticket && { ticket }) }, 'answered')
  })
}

/** An address that cannot be read reaches neither hooks nor decorators: the answer is made by hand. */
function answerUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const language = languageOf(request.headers['accept-language'])
  const fault = toFault(error, language) ?? { refusal: 'badUrl' as const }
  const problem = toProblem(fault.refusal, language, fault)
  reply
    .code(problem.status)
    .headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    .type(problemType)
    .send(problem)
}

/** A client may name its request, in a shape that can stand in a log; otherwise we do. */
function requestIdOf(request: { headers: Record<string, unknown> }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID()
}

/** Bytes that are no HTTP never reach a route: the same problem body, by hand, and the connection is closed. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const refusal = error.code === 'HPE_HEADER_OVERFLOW' ? 'headersTooLarge' : 'badHttp'
  const body = JSON.stringify(toProblem(refusal, 'zh'))
  const status = refusalStatus[refusal]
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} ${refusal}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `connection: close\r\n\r\n${body}`,
    )
  socket.destroySoon()
}

/** Which methods an address takes, to say so when another was tried. */
function keepRoutes() {
  const known: { method: string; shape: RegExp }[] = []
  return {
    add(method: string, url: string) {
      const shape = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')
      for (const one of method.split(',')) known.push({ method: one, shape: new RegExp(`^${shape}$`) })
    },
    methodsOf: (path: string) => known.filter((route) => route.shape.test(path)).map((route) => route.method),
  }
}
