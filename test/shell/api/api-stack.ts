/** The api as it runs, on a database of its own, beside a scripted switchboard. */
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { hashPassword } from '../../../src/access/password.ts'
import type { Instant } from '../../../src/kernel/index.ts'
import { buildApi } from '../../../src/main/build-api.ts'
import { withPassword } from '../../../src/platform/postgres/address.ts'
import { migrate } from '../../../src/platform/postgres/migrate.ts'
import { createLog, type Log } from '../../../src/platform/telemetry/log.ts'
import { startBreakableProxy } from './breakable-proxy.ts'
import { anAgentView, deskSecret, type ScriptedDesk, startScriptedDesk } from './scripted-desk.ts'

export const password = 'correct horse battery'
export const people = {
  amina: { id: '1001', roles: ['agent'] },
  bolin: { id: '1002', roles: ['agent'] },
  chen: { id: '2001', roles: ['shiftLeader'] },
  dai: { id: '3001', roles: ['administrator'] },
  eve: { id: '4001', roles: ['unitHandler'] },
} as const
export type Person = keyof typeof people

export type ApiStack = Awaited<ReturnType<typeof startApiStack>>

/** Every line that the api logs stands in `lines`, for tests that look for what must not be there. */
export async function startApiStack({ level = 'debug' } = {}) {
  const database = await makeDatabase()
  const desk = await startScriptedDesk()
  for (const { id } of [people.amina, people.bolin]) desk.show(anAgentView(id))
  const proxy = await startBreakableProxy(Number(new URL(database.appUrl).port))
  const lines: string[] = []
  const log = createLog({ name: 'api', level }, { write: (line) => lines.push(line) })
  const first = await startApi(proxy.through(database.appUrl), desk, log)
  const others: Awaited<ReturnType<typeof startApi>>[] = []
  return {
    ...first,
    desk,
    lines,
    postgres: proxy,
    owner: database.owner,
    /** A second api process beside the first. */
    async another() {
      const next = await startApi(database.appUrl, desk, log)
      others.push(next)
      return next
    },
    async stop() {
      for (const api of [first, ...others]) await api.stopApi()
      await desk.stop()
      await proxy.stop()
      await database.remove()
    },
  }
}

async function startApi(url: string, desk: Pick<ScriptedDesk, 'url'>, log: Log) {
  let skewMs = 0
  const api = await buildApi({
    database: { url, password: inject('shellServices').appPassword },
    desk: { url: desk.url, secret: deskSecret },
    log,
    now: () => (Date.now() + skewMs) as Instant,
    version: '0.0.0',
    requestsPerMinute: 1_000_000,
  })
  api.start()
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = api.app.server.address() as { port: number }
  const isReady = async () => (await api.app.inject('/health/ready')).statusCode === 200
  while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 20))
  const { app } = api
  return {
    app,
    db: api.db,
    port,
    base: `http://127.0.0.1:${port}`,
    passTime(ms: number) {
      skewMs += ms
    },
    /** Logs in and gives back the token. */
    async signIn(person: Person, more: Record<string, unknown> = {}) {
      const { id } = people[person]
      const payload = { staff: id, password, ...more }
      const answer = await app.inject({ method: 'POST', url: '/v1/sessions', payload })
      if (answer.statusCode !== 201) throw new Error(`log-in of ${person}: ${answer.statusCode} ${answer.body}`)
      return answer.json<{ token: string }>().token
    },
    ask: (token: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, ...(payload ? { payload } : {}) }),
    stopApi: () => api.stop(),
  }
}

export const newId = (): string => randomUUID()

async function makeDatabase() {
  const services = inject('shellServices')
  const name = `api_${randomBytes(6).toString('hex')}`
  const at = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const run = async (database: string, ...statements: string[]) => {
    const client = new pg.Client(withPassword(at(services.ownerUrl, database), services.ownerPassword))
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  await run('hotline', `create database ${name}`)
  const url = at(services.ownerUrl, name)
  await migrate({
    url,
    password: services.ownerPassword,
    folder: join(import.meta.dirname, '../../../migrations'),
  })
  const owner = new pg.Client(withPassword(url, services.ownerPassword))
  owner.on('error', () => {}) // ended by `drop … with (force)` at the latest
  await owner.connect()
  const hash = await hashPassword(password)
  for (const [person, { id, roles }] of Object.entries(people)) {
    await owner.query('insert into staff (id, name, password_hash) values ($1, $2, $3)', [id, person, hash])
    for (const role of roles) await owner.query('insert into staff_roles (staff, role) values ($1, $2)', [id, role])
  }
  await owner.query("insert into seats (id) values ('8001'), ('8002')")
  return {
    appUrl: at(services.appUrl, name),
    owner,
    async remove() {
      await owner.end()
      await run('hotline', `drop database ${name} with (force)`)
    },
  }
}
