/**
 * Who is asking, and may they. A session comes as a bearer token (programs) or as a cookie (browsers). A browser sends its
 * cookie whoever wrote the page, so with a cookie everything that changes something must also show that our own page asked:
 * the header `x-hotline`, which no foreign page can add, or an `Origin` that is ours.
 */
import type { FastifyRequest } from 'fastify'
import type { Guard } from '#platform/http/build-server'
import { Refused } from '#platform/http/problem'
import { isPermission, may, type Principal } from './core/index.ts'
import type { Sessions } from './sessions.ts'

export const cookieName = 'hotline_session'
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const tokenShape = /^[A-Za-z0-9_-]{43}$/

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal
  }
}

type Presented = { token: string; by: 'bearer' | 'cookie' | 'protocol' }

export function createGuard({ sessions }: { sessions: Pick<Sessions, 'find'> }): Guard {
  return async (request, permission) => {
    const presented = tokenOf(request)
    if (!presented) return 'notSignedIn'
    const principal = await sessions.find(presented.token)
    if (!principal) return 'notSignedIn'
    // A websocket begins with a GET, and a foreign page can open one: the same proof is asked of it.
    const changes = !safeMethods.has(request.method) || request.headers.upgrade !== undefined
    if (presented.by === 'cookie' && changes && !isFromOurPage(request)) return 'foreignOrigin'
    if (!isPermission(permission) || !may(principal.roles, permission)) return 'notAllowed'
    request.principal = principal
    return undefined
  }
}

/** The one who asks. For handlers of routes that are not public. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Refused('notSignedIn')
  return request.principal
}

/** Bearer first: whoever sends one means it. `Sec-WebSocket-Protocol: hotline.v1, bearer.<token>` is for sockets only. */
export function tokenOf(request: FastifyRequest): Presented | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return tokenShape.test(bearer) ? { token: bearer, by: 'bearer' } : undefined
  const protocols = request.headers.upgrade ? (request.headers['sec-websocket-protocol'] ?? '').split(',') : []
  const offered = protocols
    .map((one) => one.trim())
    .find((one) => one.startsWith('bearer.'))
    ?.slice('bearer.'.length)
  if (offered !== undefined) return tokenShape.test(offered) ? { token: offered, by: 'protocol' } : undefined
  const cookie = request.cookies[cookieName]
  return cookie !== undefined && tokenShape.test(cookie) ? { token: cookie, by: 'cookie' } : undefined
}

/** True when a page of ours asked, or no page at all. An `Origin` decides where there is one. */
export function isFromOurPage(request: FastifyRequest): boolean {
  const { origin } = request.headers
  if (origin === undefined) return request.headers['x-hotline'] !== undefined
  try {
    return new URL(origin).host === request.host
  } catch {
    return false // `null` and other things that are no address
  }
}
