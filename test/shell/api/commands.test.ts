import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiStack, newId, startApiStack } from './api-stack.ts'
import { aCallView, anAgentView } from './scripted-desk.ts'

let api: ApiStack
let amina: string
beforeAll(async () => {
  api = await startApiStack()
  amina = await api.signIn('amina')
})
afterAll(() => api.stop())
beforeEach(() => api.desk.answer(() => ({ ok: true, repeated: false })))

const line = { kind: 'line', line: '12315' } as const
/** Every command of src/acd/core/desk.ts and src/calls/core/events.ts, as its route takes it and as the desk hears it. */
const routes: [string, 'POST' | 'PUT' | 'PATCH', string, object, object][] = [
  ['logIn', 'POST', '/v1/agent/seat', { seat: '8001' }, { seat: '8001' }],
  ['logOut', 'POST', '/v1/agent/seat/leave', {}, {}],
  ['ready', 'PUT', '/v1/agent/state', { state: 'ready' }, {}],
  ['notReady', 'PUT', '/v1/agent/state', { state: 'notReady', reason: 'meal' }, { reason: 'meal' }],
  ['endWrapUp', 'POST', '/v1/agent/wrap-up/end', {}, {}],
  [
    'writeTicket',
    'PATCH',
    '/v1/tickets/CZ1',
    { fields: { title: '噪音' } },
    { ticket: 'CZ1', fields: { title: '噪音' } },
  ],
  ['hold', 'POST', '/v1/calls/pbx-1.1/hold', {}, {}],
  ['resume', 'POST', '/v1/calls/pbx-1.1/resume', {}, {}],
  ['mute', 'POST', '/v1/calls/pbx-1.1/mute', {}, {}],
  ['unmute', 'POST', '/v1/calls/pbx-1.1/unmute', {}, {}],
  ['sendDigits', 'POST', '/v1/calls/pbx-1.1/digits', { digits: '12#*' }, { digits: '12#*' }],
  ['consult', 'POST', '/v1/calls/pbx-1.1/consult', { party: line }, { party: line }],
  ['toggle', 'POST', '/v1/calls/pbx-1.1/toggle', {}, {}],
  ['cancelConsult', 'POST', '/v1/calls/pbx-1.1/cancel-consult', {}, {}],
  ['join', 'POST', '/v1/calls/pbx-1.1/join', {}, {}],
  ['complete', 'POST', '/v1/calls/pbx-1.1/complete', {}, {}],
  ['leave', 'POST', '/v1/calls/pbx-1.1/leave', {}, {}],
  ['dropParty', 'POST', '/v1/calls/pbx-1.1/drop-party', {}, {}],
  ['blindTransfer', 'POST', '/v1/calls/pbx-1.1/blind-transfer', { party: line }, { party: line }],
  ['hangUp', 'POST', '/v1/calls/pbx-1.1/hang-up', {}, {}],
]

describe.for(routes)('%s by %s %s', ([name, method, url, body, heard]) => {
  test('reaches the switchboard once, as the one who asks', async () => {
    const commandId = newId()
    const send = () => api.ask(amina, method, url, { commandId, ...body })
    const before = api.desk.asked.length
    expect((await send()).json()).toMatchObject({ ok: true, repeated: false })
    expect((await send()).json()).toMatchObject({ ok: true, repeated: true })
    expect(api.desk.asked.length).toBe(before + 1)
    expect(api.desk.asked.at(-1)).toEqual({
      id: commandId,
      agent: '1001',
      ...(url.startsWith('/v1/calls/') ? { call: 'pbx-1.1' } : {}),
      command: { name, ...heard },
    })
  })

  test('tells a refusal of the switchboard by its name', async () => {
    api.desk.answer(() => ({ ok: false, refusal: 'notNow', repeated: false }))
    const commandId = newId()
    const first = await api.ask(amina, method, url, { commandId, ...body })
    const again = await api.ask(amina, method, url, { commandId, ...body })
    expect([first.statusCode, first.headers['content-type']]).toEqual([409, 'application/problem+json; charset=utf-8'])
    expect(first.json()).toEqual({
      type: 'urn:hotline:refusal:notNow',
      title: '当前通话状态下不能进行此操作',
      status: 409,
      refusal: 'notNow',
    })
    expect(again.json()).toEqual({ ...first.json(), repeated: true })
  })

  test('is not for roles without a desk, nor for nobody', async () => {
    const eve = await api.signIn('eve')
    const payload = { commandId: newId(), ...body }
    expect((await api.ask(eve, method, url, payload)).statusCode).toBe(403)
    expect((await api.app.inject({ method, url, payload })).statusCode).toBe(401)
  })

  test('without a command id, or with a field more, is refused and says what would be right', async () => {
    const none = await api.ask(amina, method, url, body)
    expect(none.json()).toMatchObject({ refusal: 'malformedRequest', detail: 'body: 缺少 commandId' })
    const more = await api.ask(amina, method, url, { commandId: newId(), ...body, agent: '1002' })
    expect(more.json()).toMatchObject({ refusal: 'malformedRequest', detail: 'body: 不认识的字段 agent' })
  })
})

test('a command id in capitals is the same id', async () => {
  const commandId = newId()
  await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId })
  const again = await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId: commandId.toUpperCase() })
  expect(again.json()).toEqual({ ok: true, repeated: true })
})

test('a command id that another command has is refused by name, and nothing is asked of the switchboard', async () => {
  const commandId = newId()
  await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId })
  const before = api.desk.asked.length
  const other = await api.ask(amina, 'POST', '/v1/calls/c1/hang-up', { commandId })
  expect([other.statusCode, other.json()]).toMatchObject([422, { refusal: 'commandIdUsed' }])
  expect(api.desk.asked).toHaveLength(before)
})

test('trouble at the switchboard is not told as a refusal of the command', async () => {
  api.desk.answer(() => {
    throw new Error('a bug over there')
  })
  const answer = await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId: newId() })
  expect([answer.statusCode, answer.json()]).toMatchObject([502, { refusal: 'switchboardTrouble' }])
  expect(answer.body).not.toContain('bug')
})

test('a switchboard that does not answer within two seconds is away; the same id then tells what became of it', async () => {
  let finish = () => {}
  api.desk.answer(() => new Promise((resolve) => (finish = () => resolve({ ok: true, repeated: false }))))
  const commandId = newId()
  const answer = await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId })
  expect([answer.statusCode, answer.json()]).toMatchObject([503, { refusal: 'switchboardAway' }])
  finish()
  await expect
    .poll(async () => (await api.ask(amina, 'POST', '/v1/calls/c1/hold', { commandId })).json())
    .toEqual({ ok: true, repeated: true })
})

test('an agent sees their own screen; colleagues see that they are there, and nothing of the call', async () => {
  const bolin = await api.signIn('bolin')
  api.desk.show(
    anAgentView('1001', { status: { state: 'busy', since: 1 as never, call: 'pbx-1.1' as never }, call: aCallView() }),
  )
  await expect
    .poll(async () => (await api.ask(amina, 'GET', '/v1/agent')).json().call?.callerNumber)
    .toBe('13812345678')
  expect((await api.ask(amina, 'GET', '/v1/agent')).json().call.callerName).toBe('<b>王</b>')
  const colleagues = await api.ask(bolin, 'GET', '/v1/directory/agents')
  expect(colleagues.json()).toEqual({
    agents: [{ agent: '1001', name: 'agent 1001', state: 'busy', phone: 'reachable', available: false }],
  })
  expect((await api.ask(bolin, 'GET', '/v1/agent')).body).not.toContain('13812345678')
  api.desk.show(anAgentView('1001', { status: { state: 'notReady', since: 1 as never, reason: 'meal' } }))
  const atMeal = {
    agent: '1001',
    name: 'agent 1001',
    state: 'notReady',
    reason: 'meal',
    phone: 'reachable',
    available: true,
  }
  await expect.poll(async () => (await api.ask(bolin, 'GET', '/v1/directory/agents')).json().agents).toEqual([atMeal])
})

test('lines of the directory say whether they are open', async () => {
  await api.owner.query(
    `insert into partner_lines (code, name, number, hours, mode) values
       ('12315', '市场监管', '12315', null, 'interconnect'),
       ('12333', '人社', '12333', '[null,null,null,null,null,null,null]', 'interconnect')`,
  )
  const { lines } = (await api.ask(amina, 'GET', '/v1/directory/lines')).json()
  expect(lines.map((one: { code: string; open: boolean }) => [one.code, one.open])).toEqual([
    ['12315', true],
    ['12333', false],
  ])
})

test('a call and its ticket are read by who had them in hand and by supervisors; to others they do not exist', async () => {
  await api.owner.query(
    `insert into calls (id, ticket_no, caller_number, caller_name, arrived_at) values ('c9', 'CZ9', '13912345678', '"><script>', now())`,
  )
  await api.owner.query(
    `insert into legs (id, call, role, agent, answered_at) values ('c9-1', 'c9', 'agent', '1001', now())`,
  )
  await api.owner.query(
    `insert into tickets (ticket_no, call, state, caller_number, created_at) values ('CZ9', 'c9', 'DRAFT', '13912345678', now())`,
  )
  const [bolin, chen] = [await api.signIn('bolin'), await api.signIn('chen')]
  for (const [url, refusal] of [
    ['/v1/calls/c9', 'callNotFound'],
    ['/v1/tickets/CZ9', 'ticketNotFound'],
  ] as const) {
    for (const token of [amina, chen])
      expect((await api.ask(token, 'GET', url)).json().callerNumber).toBe('13912345678')
    const hidden = await api.ask(bolin, 'GET', url)
    const absent = await api.ask(bolin, 'GET', `${url}0`)
    expect([hidden.statusCode, hidden.json().refusal]).toEqual([404, refusal])
    expect(hidden.body).toBe(absent.body)
  }
  const readByBolin = async () => (await api.ask(bolin, 'GET', '/v1/tickets/CZ9')).statusCode
  const inHand = aCallView({ call: 'c9' as never })
  const [since, readySince] = [1, 1] as never[]
  const offered = { state: 'offered', since, offer: 'o1' as never, call: 'c9' as never, readySince } as never
  api.desk.show(anAgentView('1002', { call: inHand, status: offered }))
  await expect.poll(async () => (await api.ask(bolin, 'GET', '/v1/agent')).json().status.state).toBe('offered')
  expect(await readByBolin()).toBe(404)
  api.desk.show(anAgentView('1002', { call: inHand, status: { state: 'busy', since: 1, call: 'c9' } as never }))
  await expect.poll(readByBolin).toBe(200)
  api.desk.show(anAgentView('1002'))
  await expect.poll(readByBolin).toBe(404)
  const call = (await api.ask(amina, 'GET', '/v1/calls/c9')).json()
  expect(call).toMatchObject({
    call: 'c9',
    callerName: '"><script>',
    legs: [{ leg: 'c9-1', role: 'agent', agent: '1001' }],
  })
})

test('no caller’s number stands in full in any log line', () => {
  const all = api.lines.join('')
  expect(all).not.toMatch(/1381234|1391234/)
})

test('given the switchboard goes and comes back, commands are refused by name in between and work again after', async () => {
  await api.desk.stop()
  await expect.poll(async () => (await api.app.inject('/health/ready')).json().switchboard).toBe(false)
  const body = { commandId: newId() }
  for (const answer of [
    await api.ask(amina, 'POST', '/v1/calls/c1/hold', body),
    await api.ask(amina, 'GET', '/v1/agent'),
    await api.ask(amina, 'GET', '/v1/directory/agents'),
  ])
    expect([answer.statusCode, answer.json().refusal]).toEqual([503, 'switchboardAway'])

  const { startScriptedDesk } = await import('./scripted-desk.ts')
  const back = await startScriptedDesk(api.desk.address)
  back.show(anAgentView('1001'))
  await expect
    .poll(async () => (await api.ask(amina, 'POST', '/v1/calls/c1/hold', body)).statusCode, { timeout: 12_000 })
    .toBe(200)
  expect((await api.ask(amina, 'GET', '/v1/agent')).json().agent).toBe('1001')
  await back.stop()
})
