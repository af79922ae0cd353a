/** Log in, see who one is, log out; end somebody's sessions; set a password. */
import { isIP } from 'node:net'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { AgentId, SeatId } from '#kernel'
import type { RefusalName } from '#platform/http/refusals'
import type { ChangePassword } from './change-password.ts'
import { may, type Principal, passwordLimits, permissions, sessionLimits } from './core/index.ts'
import { cookieName, isFromOurPage, principalOf } from './guard.ts'
import type { Sessions } from './sessions.ts'
import type { SignIn } from './sign-in.ts'

/** What logging in and out means for the desk; this room does not know desks. Both say why not, or `null`. */
export type Desk = {
  takeSeat(staff: AgentId, seat: SeatId): Promise<RefusalName | null>
  leaveSeat(staff: AgentId): Promise<RefusalName | null>
  /** Leaves the seat if it can be done now; with `busyWithCall` no further call follows the one in hand. */
  retire(staff: AgentId): Promise<RefusalName | null>
}
type Deps = {
  signIn: SignIn
  changePassword: ChangePassword
  sessions: Sessions
  desk: Desk
  onSignIn: (outcome: 'ok' | 'wrongCredentials' | 'tooManyAttempts') => void
}

const strict = { additionalProperties: false }
const StaffNumber = Type.String({ pattern: '^[0-9]{3,8}$', description: 'Staff number (工号)' })
const SeatText = Type.String({ pattern: '^[0-9]{3,8}$', description: 'Seat (坐席): the user name of the phone' })
const Password = Type.String({ minLength: 1, maxLength: passwordLimits.longest * 2 })
const SessionBody = Type.Object({
  staff: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  permissions: Type.Array(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time' }),
})
const tags = ['session']
const none = Type.Null({ description: 'Done; no body' })

export const sessionRoutes =
  (deps: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    openSession(app, deps)
    ownSession(app, deps)
    revokeSessions(app, deps)
    setPassword(app, deps)
  }

type App = Parameters<FastifyPluginAsyncTypebox>[0]

function openSession(app: App, { signIn, sessions, desk, onSignIn }: Deps): void {
  app.post(
    '/v1/sessions',
    {
      config: { permission: 'public', refusals: ['wrongCredentials', 'tooManyAttempts', 'databaseAway'] },
      schema: {
        operationId: 'openSession',
        summary: 'Log in; with `seat`, also take it',
        description: 'The token is for programs; browsers use the cookie that comes with the answer.',
        tags,
        body: Type.Object({ staff: StaffNumber, password: Password, seat: Type.Optional(SeatText) }, strict),
        response: {
          201: Type.Object({
            token: Type.String(),
            session: SessionBody,
            seatRefusal: Type.Union([Type.String(), Type.Null()], {
              description: 'Why the seat could not be taken: the session stands, POST /v1/agent/seat tries again',
            }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { staff, password, seat } = request.body
      if (request.headers.origin !== undefined && !isFromOurPage(request)) return reply.refuse('foreignOrigin')
      const signed = await signIn({ staff, password, source: sourceOf(request) })
      onSignIn(signed.ok ? 'ok' : signed.refusal)
      if (!signed.ok) return reply.refuse(signed.refusal)
      const { token } = signed.value
      const principal = await sessions.find(token)
      if (!principal) return reply.refuse('wrongCredentials') // ended in the same moment
      const seatRefusal = seat === undefined ? null : await desk.takeSeat(principal.staff, seat as SeatId)
      setCookie(request, reply, token)
      return reply.code(201).send({ token, session: toBody(principal), seatRefusal })
    },
  )
}

function ownSession(app: App, { sessions, desk }: Deps): void {
  app.get(
    '/v1/sessions/current',
    {
      config: { permission: 'session.own' },
      schema: {
        operationId: 'getOwnSession',
        summary: 'Who one is and what one may',
        tags,
        response: { 200: SessionBody },
      },
    },
    async (request) => toBody(principalOf(request)),
  )

  app.delete(
    '/v1/sessions/current',
    {
      config: { permission: 'session.own', refusals: ['busyWithCall', 'journalFull'] },
      schema: {
        operationId: 'closeOwnSession',
        summary: 'Log out, and leave the seat; refused during a call',
        description: 'While the switchboard is away the session ends at once, and the seat is left when it is back.',
        tags,
        response: { 204: none },
      },
    },
    async (request, reply) => {
      const { staff, session, roles } = principalOf(request)
      const refusal = may(roles, 'desk.use') ? await desk.leaveSeat(staff) : null
      if (refusal === 'busyWithCall' || refusal === 'journalFull') return reply.refuse(refusal)
      await sessions.end(session)
      return reply.clearCookie(cookieName, { path: '/' }).code(204).send(null)
    },
  )
}

function revokeSessions(app: App, { sessions, desk }: Deps): void {
  app.delete(
    '/v1/staff/:id/sessions',
    {
      config: { permission: 'staff.revokeSessions' },
      schema: {
        operationId: 'revokeSessionsOfStaff',
        summary: "End all of somebody's sessions at once; a call in hand goes on, the next one goes elsewhere",
        tags,
        params: Type.Object({ id: StaffNumber }),
        response: { 200: Type.Object({ ended: Type.Integer() }) },
      },
    },
    async (request) => {
      const staff = request.params.id as AgentId
      const ended = await sessions.endAllOf(staff)
      await desk.retire(staff)
      return { ended }
    },
  )
}

function setPassword(app: App, { changePassword }: Deps): void {
  app.post(
    '/v1/staff/:id/password',
    {
      config: {
        permission: 'session.own',
        refusals: ['notAllowed', 'staffNotFound', 'wrongOldPassword', 'weakPassword', 'tooManyAttempts'],
      },
      schema: {
        operationId: 'setPassword',
        summary: 'Set a password: one’s own with the old one, another’s as administrator. Ends the other sessions',
        tags,
        params: Type.Object({ id: StaffNumber }),
        body: Type.Object({ newPassword: Password, oldPassword: Type.Optional(Password) }, strict),
        response: { 204: none },
      },
    },
    async (request, reply) => {
      const { newPassword, oldPassword } = request.body
      const by = principalOf(request)
      const changed = await changePassword({ by, staff: request.params.id, newPassword, oldPassword })
      if (changed.ok) return reply.code(204).send(null)
      switch (changed.refusal) {
        case 'notAllowed':
        case 'staffNotFound':
        case 'wrongOldPassword':
        case 'tooManyAttempts':
          return reply.refuse(changed.refusal)
        default:
          return reply.refuse('weakPassword', { detail: changed.refusal })
      }
    },
  )
}

const toBody = (principal: Principal) => ({
  staff: principal.staff as string,
  name: principal.name,
  roles: [...principal.roles],
  permissions: permissions.filter((permission) => may(principal.roles, permission)) as string[],
  createdAt: new Date(principal.createdAt).toISOString(),
  expiresAt: new Date(principal.expiresAt).toISOString(),
})

/** Behind our proxy the address comes from a header, and what is in it may be anything: then the proxy itself counts. */
function sourceOf(request: FastifyRequest): string {
  const [address = ''] = request.ip.split('%') // a zone is no part of what Postgres takes for an address
  return isIP(address) ? address : (request.socket.remoteAddress ?? '0.0.0.0')
}

function setCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  reply.setCookie(cookieName, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: sessionLimits.absoluteMs / 1000,
  })
}
