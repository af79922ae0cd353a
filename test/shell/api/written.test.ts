/** What was answered as saved centrally is what the next read shows; what cannot be shown yet is told as saved locally. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeskCommand } from '#acd/core'
import type { StoredFact } from '#tickets/core'
import { createInTransaction } from '../../../src/platform/postgres/tx.ts'
import { createWriteFacts } from '../../../src/tickets/index.ts'
import { type ApiStack, newId, startApiStack } from './api-stack.ts'
import { anAgentView } from './scripted-desk.ts'

let api: ApiStack
let amina: string
let writeFacts: ReturnType<typeof createWriteFacts>
const ticket = 'CZ261124C00001-1'
const about = { call: 'c1', journal: randomUUID(), epoch: 1, ticket, agent: '1001' }
const arrivedAt = Date.UTC(2026, 10, 24, 4)
let seq = 0
const store = (...facts: Record<string, unknown>[]) =>
  writeFacts(facts.map((fact) => ({ ...about, at: arrivedAt, ...fact, seq: ++seq }) as unknown as StoredFact))
const written = (asked: DeskCommand) => {
  if (asked.command.name !== 'writeTicket') throw new Error(asked.command.name)
  return store({ type: 'ticket.written', fields: asked.command.fields, command: asked.id })
}
const write = (title: string, commandId = newId()) =>
  api.ask(amina, 'PATCH', `/v1/tickets/${ticket}`, { commandId, fields: { title } })
const titleRead = async () =>
  (await api.ask(amina, 'GET', `/v1/tickets/${ticket}`)).json<{ title: string | null }>().title

beforeAll(async () => {
  api = await startApiStack()
  amina = await api.signIn('amina')
  const quarantine = ({ error }: { error: Error }) => Promise.reject(error)
  writeFacts = createWriteFacts({ inTransaction: createInTransaction(api.db), quarantine })
  const caller = { leg: 'c1', number: '13800000001', name: '', dialled: '12345', queue: 'general', arrivedAt }
  await store(
    { type: 'call.accepted', ...caller, agent: undefined },
    { type: 'call.offered', offer: 'o1', leg: 'c1-1' },
    { type: 'call.offerEnded', offer: 'o1', outcome: 'accepted' },
    { type: 'call.connected', leg: 'c1-1' },
  )
})
afterAll(() => api.stop())

test('given facts take their way through the queue, when the write is answered, then the next read shows it', async () => {
  let stored = Promise.resolve()
  api.desk.answer((asked) => {
    stored = new Promise((resolve) => setTimeout(resolve, 150)).then(() => written(asked)) // the queue
    return { ok: true, repeated: false }
  })
  for (const title of ['路灯不亮', '路灯三天不亮']) {
    expect((await write(title)).json()).toEqual({ ok: true, repeated: false, saved: 'centrally' })
    expect(await titleRead()).toBe(title)
    await stored
  }
})

test('given the facts do not arrive, it is answered as saved locally, and a repeat tells when they have', async () => {
  let asked: DeskCommand | undefined
  api.desk.answer((command) => {
    asked = command
    return { ok: true, repeated: false }
  })
  const commandId = newId()
  expect((await write('噪音', commandId)).json()).toEqual({ ok: true, repeated: false, saved: 'locally' })
  if (!asked) throw new Error('nothing was asked')
  await written(asked)
  expect((await write('噪音', commandId)).json()).toEqual({ ok: true, repeated: true, saved: 'centrally' })
  expect(await titleRead()).toBe('噪音')
})

test('given the switchboard says that facts wait, or Postgres does not answer, it is answered as saved locally', async () => {
  api.desk.answer(() => ({ ok: true, repeated: false }))
  api.desk.show(anAgentView('1001', { savedCentrally: false }))
  expect((await write('积水')).json()).toEqual({ ok: true, repeated: false, saved: 'locally' })
  api.desk.show(anAgentView('1001'))
  api.postgres.freeze()
  expect((await write('积水')).json()).toEqual({ ok: true, repeated: false, saved: 'locally' })
  api.postgres.mend()
})
