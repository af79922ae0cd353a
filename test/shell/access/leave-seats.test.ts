/** Nobody is given calls who has no session any more, whatever stood in the way when it ended. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DeskReply } from '../../../src/acd/core/index.ts'
import { type ApiStack, people, startApiStack } from '../api/api-stack.ts'

const soon = { timeout: 15_000, interval: 20 }
const done: DeskReply = { ok: true, repeated: false }
const { amina } = people
let api: ApiStack
beforeAll(async () => {
  api = await startApiStack()
})
afterAll(() => api.stop())
beforeEach(async () => {
  api.desk.answer(() => done)
  await api.owner.query('delete from sessions')
})

const told = (from = 0) => api.desk.asked.slice(from).map(({ agent, command }) => `${agent} ${command.name}`)
const leaves = (agent: string, from: number) =>
  expect.poll(() => told(from), soon).toEqual(expect.arrayContaining([`${agent} logOut`]))

test('whoever no longer works here leaves the seat, and a colleague who has not logged in here stays', async () => {
  await api.signIn('amina')
  const before = api.desk.asked.length
  await api.owner.query('update staff set active = false where id = $1', [amina.id])
  await leaves(amina.id, before)
  await api.owner.query('update staff set active = true where id = $1', [amina.id])
  expect(told(before)).not.toContain(`${people.bolin.id} logOut`)
})

test('given the switchboard could not be told that somebody has logged out, it is when it can', async () => {
  const token = await api.signIn('amina')
  const before = api.desk.asked.length
  const tries = () => told(before).filter((what) => what === `${amina.id} logOut`).length
  api.desk.answer(() => {
    if (tries() < 3) throw new Error('out of order')
    return done
  })
  expect((await api.ask(token, 'DELETE', '/v1/sessions/current')).statusCode).toBe(204)
  await expect.poll(tries, soon).toBe(3)
})

test('given a call in hand, whose sessions were ended is told of once as not ready, and leaves when it is over', async () => {
  await api.signIn('amina')
  let isBusy = true
  api.desk.answer(({ command }) =>
    isBusy && command.name === 'logOut' ? { ok: false, refusal: 'busyWithCall', repeated: false } : done,
  )
  const before = api.desk.asked.length
  await api.owner.query('update sessions set revoked_at = now()')
  await expect.poll(() => told(before), soon).toContain(`${amina.id} notReady`)
  await expect.poll(() => told(before).filter((what) => what.endsWith('logOut')).length, soon).toBeGreaterThan(2)
  expect(told(before).filter((what) => what.endsWith('notReady'))).toHaveLength(1)
  isBusy = false
  const during = api.desk.asked.length
  await leaves(amina.id, during)
})

test('given another session of the person stands, the seat is kept', async () => {
  await api.signIn('amina')
  const before = api.desk.asked.length
  await api.owner.query('update sessions set revoked_at = now()')
  await leaves(amina.id, before)
  const second = await api.signIn('amina')
  await api.signIn('bolin')
  const from = api.desk.asked.length
  await api.owner.query('update sessions set revoked_at = now() where staff = $1', [people.bolin.id])
  await leaves(people.bolin.id, from)
  expect(told(from)).not.toContain(`${amina.id} logOut`)
  expect((await api.ask(second, 'GET', '/v1/sessions/current')).statusCode).toBe(200)
})

test('given the session ended while no api was there, its end is made up for when the switchboard is heard', async () => {
  await api.signIn('amina')
  await api.owner.query('alter table sessions disable trigger session_revoked')
  await api.owner.query('update sessions set revoked_at = now()')
  await api.owner.query('alter table sessions enable trigger session_revoked')
  const before = api.desk.asked.length
  await api.another()
  await leaves(amina.id, before)
})
