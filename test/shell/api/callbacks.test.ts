/** Callers who were cut: from the facts into Postgres, to the agents, and closed once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoredFact } from '#tickets/core'
import { createInTransaction } from '../../../src/platform/postgres/tx.ts'
import { createWriteFacts } from '../../../src/tickets/index.ts'
import { type ApiStack, type Person, startApiStack } from './api-stack.ts'

let api: ApiStack
let writeFacts: ReturnType<typeof createWriteFacts>
const tokens = new Map<Person, string>()
beforeAll(async () => {
  api = await startApiStack()
  const quarantine = ({ error }: { error: Error }) => Promise.reject(error)
  writeFacts = createWriteFacts({ inTransaction: createInTransaction(api.db), quarantine })
  for (const person of ['amina', 'bolin', 'dai', 'eve'] as const) tokens.set(person, await api.signIn(person))
})
afterAll(() => api.stop())

const journal = randomUUID()
const T = Date.UTC(2026, 10, 24, 4)
let seq = 0
const told = (call: string, facts: readonly Record<string, unknown>[]): StoredFact[] =>
  facts.map((fact) => ({ at: T, ...fact, call, journal, seq: ++seq, epoch: 1 }) as unknown as StoredFact)
/** The facts of a caller who was cut; `n` makes the ids. */
function cut(n: number, number: string | null = `1380000000${n}`) {
  const ticket = `CZ261124C0000${n}-1`
  const about = { ticket, queue: 'general', arrivedAt: T + n }
  return told(`c${n}`, [
    { type: 'call.accepted', ...about, leg: `c${n}`, number: number ?? '', name: '', dialled: '12345' },
    { type: 'call.callbackOwed', ...about, number, cut: 'waiting', at: T + 5_000 },
    { type: 'call.ended', reason: 'mediaServerLost', at: T + 5_000 },
  ])
}
const list = async (person: Person = 'amina', query = '') => {
  const answer = await api.ask(tokens.get(person) ?? '', 'GET', `/v1/callbacks${query}`)
  return answer.json<{ callbacks: Record<string, unknown>[] }>().callbacks
}
const close = (call: string, person: Person = 'amina') =>
  api.ask(tokens.get(person) ?? '', 'PUT', `/v1/callbacks/${call}`, { state: 'done' })

test('who was cut is listed in the order of arrival; a withheld number is told as such', async () => {
  await writeFacts([...cut(2), ...cut(1), ...cut(3, null)])
  expect(await list()).toMatchObject([
    { call: 'c1', number: '13800000001', withheld: false, cut: 'waiting', state: 'open', ticket: 'CZ261124C00001-1' },
    { call: 'c2', number: '13800000002', withheld: false },
    { call: 'c3', number: null, withheld: true },
  ])
})

test('who has called back says so; again it changes nothing, for another it is closed, and the worker leaves it alone', async () => {
  await writeFacts(cut(4))
  const first = await close('c4')
  expect([first.statusCode, first.json()]).toMatchObject([200, { state: 'done', doneBy: '1001' }])
  api.passTime(60_000)
  const again = await close('c4')
  expect([again.statusCode, again.json()]).toEqual([200, first.json()])
  const other = await close('c4', 'bolin')
  expect([other.statusCode, other.json<{ refusal: string }>().refusal]).toEqual([409, 'callbackClosed'])
  await writeFacts(told('c4', [{ type: 'call.rangBack', as: 'later', at: T + 90_000 }]))
  expect(await list('bolin', '?state=done')).toMatchObject([{ call: 'c4', doneBy: '1001', rangBackAs: 'later' }])
  expect((await list()).map(({ call }) => call)).not.toContain('c4')
})

test('who has rung back and been answered is not called any more', async () => {
  await writeFacts([...cut(5), ...told('c5', [{ type: 'call.rangBack', as: 'c6', at: T + 90_000 }])])
  expect(await list('amina', '?state=rangBack')).toMatchObject([{ call: 'c5', rangBackAs: 'c6', state: 'rangBack' }])
  expect((await close('c5')).statusCode).toBe(409)
})

test('it is for those at the phones, and for what there is', async () => {
  for (const person of ['dai', 'eve'] as const) {
    expect((await api.ask(tokens.get(person) ?? '', 'GET', '/v1/callbacks')).statusCode).toBe(403)
    expect((await close('c1', person)).statusCode).toBe(403)
  }
  expect((await close('nobody')).json<{ refusal: string }>().refusal).toBe('callbackNotFound')
  expect((await api.ask(tokens.get('amina') ?? '', 'GET', '/v1/callbacks?state=lost')).statusCode).toBe(400)
})
