/** The api process put together: HTTP, live sockets, sessions, the link to the switchboard. Nothing runs before `start`. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import {
  createChangePassword,
  createGuard,
  createLeaveSeats,
  createSessions,
  createSignIn,
  type Desk as SessionDesk,
  sessionChannel,
  sessionRoutes,
} from '#access'
import { isPermission } from '#access/core'
import { agentRoutes, callRoutes, createDesk, type Desk, type DeskPush, directoryRoutes } from '#acd'
import type { AgentId, Clock, CommandId } from '#kernel'
import { buildServer } from '#platform/http/build-server'
import { isDatabaseAway } from '#platform/http/faults'
import { createLinkClient } from '#platform/link/link-client'
import { createPostgresListener } from '#platform/postgres/listen'
import { createPostgres, type Database } from '#platform/postgres/pool'
import { createInTransaction } from '#platform/postgres/tx'
import type { Log } from '#platform/telemetry/log'
import { createMetrics } from '#platform/telemetry/metrics'
import { createHub, liveRoutes } from '#realtime'
import { callbackRoutes, createWriteTicket, ticketRoutes } from '#tickets'
import { healthRoutes } from './health-routes.ts'

export type ApiOptions = {
  database: { url: string; password: string }
  desk: { url: string; secret: string }
  log: Log
  now: Clock
  version: string
  proxies?: string
  requestsPerMinute?: number
}
export type Api = Awaited<ReturnType<typeof buildApi>>

export async function buildApi({ database, desk: at, log, now, version, proxies, requestsPerMinute }: ApiOptions) {
  const metrics = createMetrics({ process: 'api' })
  const postgres = createPostgres({
    ...database,
    name: 'api',
    statementMs: 5_000,
    onConnectionLost: (error) => log.warn({ err: error }, 'connection to Postgres lost'),
  })
  const { db } = postgres
  const { sessions, listener } = keepSessions({ database, db, now, log })
  const desk = createDesk({
    connect: (told) => createLinkClient<DeskPush>({ ...at, ...told, log }),
    metrics,
    log,
  })
  const inTransaction = createInTransaction(db)
  const writeTicket = createWriteTicket({
    db,
    desk,
    onTrouble: (error) => {
      if (!isDatabaseAway(error)) log.error({ err: error }, 'what was written could not be looked for')
    },
  })
  const sessionDesk = toSessionDesk(desk)
  const leaveSeats = createLeaveSeats({
    db,
    desk: sessionDesk,
    seated: () => [...desk.views()].flatMap(({ agent, seat }) => (seat === null ? [] : [agent])),
    onTrouble: (error) => {
      if (!isDatabaseAway(error)) log.error({ err: error }, 'who has no session any more could not be looked for')
    },
  })
  sessions.onEnd(leaveSeats.look)
  desk.listen((news) => {
    if (news.push === 'link' && news.up) leaveSeats.look()
  })
  const hub = createHub({ desk, sessions, metrics, log, isAway: isDatabaseAway })

  const app = await buildServer({
    log,
    version,
    guard: createGuard({ sessions }),
    isPermission,
    onAnswer: ({ route, method, status, seconds }) => {
      metrics.count('http_answers_total', { route, method, status })
      metrics.observe('http_answer_seconds', { route, method }, seconds)
    },
    onRefusal: (refusal) => metrics.count('http_refusals_total', { refusal }),
    ...(proxies === undefined ? {} : { proxies }),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
  })
  app.addHook('preClose', async () => hub.stop())
  await app.register(
    sessionRoutes({
      signIn: createSignIn({ db, inTransaction, now, sessions }),
      changePassword: createChangePassword({ db, inTransaction, sessions }),
      sessions,
      desk: sessionDesk,
      onSignIn: (outcome) => metrics.count('log_ins_total', { outcome }),
    }),
  )
  await app.register(agentRoutes({ desk }))
  await app.register(callRoutes({ desk }))
  await app.register(directoryRoutes({ desk, db, now }))
  await app.register(ticketRoutes({ db, desk: { ...desk, ask: writeTicket } }))
  await app.register(callbackRoutes({ db, now }))
  await app.register(liveRoutes({ hub, ask: writeTicket, metrics, log }))
  healthRoutes(app, {
    metrics,
    isPostgresUp: () => isUp(sql`select 1`.execute(db)),
    isSwitchboardUp: () => desk.isUp(),
  })
  await app.ready()

  return {
    app,
    db,
    start(): void {
      desk.start()
      listener.start()
    },
    /** Finishes what is being answered, then lets go of everything. */
    async stop(): Promise<void> {
      await app.close()
      await leaveSeats.stop()
      await Promise.all([desk.stop(), listener.stop()])
      await postgres.close()
    },
  }
}

/** Sessions, and the news of their ends from Postgres. */
function keepSessions({ database, db, now, log }: Pick<ApiOptions, 'database' | 'now' | 'log'> & { db: Database }) {
  const sessions = createSessions({
    db,
    now,
    isAway: isDatabaseAway,
    onTrouble: (error) => {
      if (!isDatabaseAway(error)) log.error({ err: error }, 'session could not be kept up')
    },
  })
  const listener = createPostgresListener({
    ...database,
    name: 'api',
    channel: sessionChannel,
    onNotice: (payload) => sessions.onNotice(payload),
    onUp: () => sessions.doubtAll(),
    onDown: (error) => log.warn({ err: error }, 'news from Postgres stopped'),
  })
  return { sessions, listener }
}

/** What logging in and out does at the switchboard. */
const toSessionDesk = (desk: Desk): SessionDesk => {
  const newId = () => randomUUID() as CommandId
  const leaveSeat = async (agent: AgentId) => {
    const answer = await desk.ask({ id: newId(), agent, command: { name: 'logOut' } })
    return answer.ok ? null : answer.refusal
  }
  return {
    async takeSeat(agent, seat) {
      const answer = await desk.ask({ id: newId(), agent, command: { name: 'logIn', seat } })
      return answer.ok ? null : answer.refusal
    },
    leaveSeat,
    async retire(agent) {
      const left = await leaveSeat(agent)
      if (left !== 'busyWithCall') return left
      const away = await desk.ask({ id: newId(), agent, command: { name: 'notReady', reason: 'backOffice' } })
      return away.ok ? left : away.refusal
    },
  }
}

const patienceMs = 1_000
const isUp = (question: Promise<unknown>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs)
    question
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer))
  })
