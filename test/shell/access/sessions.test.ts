import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sessionLimits, throttleLimits } from '../../../src/access/core/index.ts'
import { type ApiStack, newId, password, people, startApiStack } from '../api/api-stack.ts'

/** Before anything would be asked for anew: it must have been told. */
const told = { timeout: sessionLimits.freshMs - 1_000, interval: 20 }
let api: ApiStack
beforeAll(async () => {
  api = await startApiStack()
})
afterAll(() => api.stop())
afterEach(async () => {
  api.postgres.mend()
  await api.owner.query('delete from login_failures')
})

const problemOf = (answer: { json(): unknown }) => (answer.json() as { refusal: string }).refusal
const own = (token: string, at: Pick<ApiStack, 'ask'> = api) => at.ask(token, 'GET', '/v1/sessions/current')
const logIn = (staff: string, secret: string, remoteAddress = '127.0.0.1') =>
  api.app.inject({ method: 'POST', url: '/v1/sessions', payload: { staff, password: secret }, remoteAddress })

test('given the right password, a session is opened, and only the hash of its token is kept', async () => {
  const answer = await logIn(people.amina.id, password)
  expect(answer.statusCode).toBe(201)
  const { token, session } = answer.json()
  expect(session).toMatchObject({ staff: '1001', name: 'amina', roles: ['agent'] })
  expect(session.permissions).toContain('desk.use')
  expect(answer.cookies[0]).toMatchObject({ name: 'hotline_session', value: token, httpOnly: true, sameSite: 'Strict' })
  const { rows } = await api.owner.query('select * from sessions')
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(api.lines.join('')).not.toContain(token)
  expect(api.lines.join('')).not.toContain(password)
  expect((await own(token)).json()).toMatchObject({ staff: '1001' })
})

test('a wrong password and a number that nobody has are refused in the same words', async () => {
  const wrong = await logIn(people.amina.id, 'not the password')
  const nobody = await logIn('99999', 'not the password')
  expect(wrong.statusCode).toBe(401)
  expect(wrong.json()).toEqual(nobody.json())
  expect(wrong.json()).toMatchObject({ refusal: 'wrongCredentials', title: '工号或密码错误' })
})

test('given five wrong passwords from one source, that source waits and another does not', async () => {
  for (let n = 0; n < throttleLimits.perPersonAndSource; n++)
    expect((await logIn(people.bolin.id, 'wrong', '10.0.0.1')).statusCode).toBe(401)
  const refused = await logIn(people.bolin.id, password, '10.0.0.1')
  expect([refused.statusCode, problemOf(refused)]).toEqual([429, 'tooManyAttempts'])
  expect((await logIn(people.bolin.id, password, '10.0.0.2')).statusCode).toBe(201)
})

test('a forwarded address that is none is not believed', async () => {
  for (const from of ['nonsense', "1'; drop table sessions", 'fe80::1%eth0', '::', '<b>', '999.1.1.1', '']) {
    const headers = { 'x-forwarded-for': from }
    const payload = { staff: '1001', password }
    const answer = await api.app.inject({ method: 'POST', url: '/v1/sessions', headers, payload })
    expect(answer.statusCode, from).toBe(201)
  }
})

test('given somebody is under a flood of wrong passwords, they still log in from where they did before', async () => {
  expect((await logIn(people.bolin.id, password, '10.0.1.1')).statusCode).toBe(201)
  await api.owner.query(
    `insert into login_failures (staff, source) select $1, ('10.9.' || n / 200 || '.' || n % 200)::inet from generate_series(1, $2) n`,
    [people.bolin.id, throttleLimits.perPerson],
  )
  expect((await logIn(people.bolin.id, password, '10.0.1.2')).statusCode).toBe(429)
  expect((await logIn(people.bolin.id, password, '10.0.1.1')).statusCode).toBe(201)
})

test('a token that is none, and one that was never given, are refused by name', async () => {
  for (const token of ['x', 'A'.repeat(43), '<b>', '%00', 'A'.repeat(4_000)]) {
    const answer = await own(token)
    expect([answer.statusCode, problemOf(answer)]).toEqual([401, 'notSignedIn'])
  }
})

test('after logging out the token is worth nothing', async () => {
  const token = await api.signIn('amina')
  expect((await api.ask(token, 'DELETE', '/v1/sessions/current')).statusCode).toBe(204)
  expect((await own(token)).statusCode).toBe(401)
})

test('given a call in hand, logging out is refused and the session stays', async () => {
  const token = await api.signIn('amina')
  api.desk.answer(() => ({ ok: false, refusal: 'busyWithCall', repeated: false }))
  const answer = await api.ask(token, 'DELETE', '/v1/sessions/current')
  api.desk.answer(() => ({ ok: true, repeated: false }))
  expect([answer.statusCode, problemOf(answer)]).toEqual([409, 'busyWithCall'])
  expect((await own(token)).statusCode).toBe(200)
})

test('a shift leader ends somebody’s sessions at once, in every api process; an agent may not', async () => {
  const other = await api.another()
  const [amina, chen] = [await api.signIn('amina'), await api.signIn('chen')]
  expect((await own(amina, other)).statusCode).toBe(200) // now kept in memory there too
  const refused = await api.ask(amina, 'DELETE', '/v1/staff/1002/sessions')
  expect([refused.statusCode, problemOf(refused)]).toEqual([403, 'notAllowed'])

  const heard = other.app.inject('/health/ready') // any turn of the loop
  expect((await api.ask(chen, 'DELETE', '/v1/staff/1001/sessions')).json()).toMatchObject({ ended: expect.any(Number) })

  expect((await own(amina)).statusCode).toBe(401)
  await heard
  await expect.poll(async () => (await own(amina, other)).statusCode, told).toBe(401)
})

test('given a revoked agent has a call in hand, they get no further call afterwards', async () => {
  const chen = await api.signIn('chen')
  api.desk.answer(({ command }) =>
    command.name === 'logOut' ? { ok: false, refusal: 'busyWithCall', repeated: false } : { ok: true, repeated: false },
  )
  await api.ask(chen, 'DELETE', '/v1/staff/1001/sessions')
  api.desk.answer(() => ({ ok: true, repeated: false }))
  expect(api.desk.asked.at(-1)).toMatchObject({ agent: '1001', command: { name: 'notReady', reason: 'backOffice' } })
})

test('whoever no longer works here is out at once, whoever told the database', async () => {
  const token = await api.signIn('bolin')
  expect((await own(token)).statusCode).toBe(200)
  await api.owner.query("update staff set active = false where id = '1002'")
  await expect.poll(async () => (await own(token)).statusCode, told).toBe(401)
  await api.owner.query("update staff set active = true where id = '1002'")
})

test('a role that was taken away is gone at once', async () => {
  const token = await api.signIn('chen')
  const command = () => api.ask(token, 'DELETE', '/v1/staff/4001/sessions')
  expect((await command()).statusCode).toBe(200)
  await api.owner.query("delete from staff_roles where staff = '2001'")
  await expect.poll(async () => (await command()).statusCode, told).toBe(403)
  await api.owner.query("insert into staff_roles (staff, role) values ('2001', 'shiftLeader')")
})

test('of five sessions of one person the oldest has ended, also when the clock was set back before the last log-in', async () => {
  const tokens: string[] = []
  for (let n = 0; n < sessionLimits.perPerson; n++) tokens.push(await api.signIn('eve'))
  await api.owner.query("update sessions set created_at = now() + interval '1 hour' where staff = '4001'")
  tokens.push(await api.signIn('eve'))
  const [first, second] = await Promise.all(tokens.slice(0, 2).map((token) => own(token)))
  expect([first?.statusCode, second?.statusCode]).toEqual([401, 200])
})

test('given one session too many, the oldest has ended when the log-in is answered, before Postgres tells it', async () => {
  await api.owner.query('alter table sessions disable trigger session_revoked')
  const tokens: string[] = []
  for (let n = 0; n <= sessionLimits.perPerson; n++) tokens.push(await api.signIn('eve'))
  await api.owner.query('alter table sessions enable trigger session_revoked')
  const [first, second] = await Promise.all(tokens.slice(0, 2).map((token) => own(token)))
  expect([first?.statusCode, second?.statusCode]).toEqual([401, 200])
})

test('a session ends after half an hour without use, and after twelve hours with it', async () => {
  const late = await api.another()
  const idle = await late.signIn('amina')
  late.passTime(sessionLimits.idleMs + 1_000)
  expect((await own(idle, late)).statusCode).toBe(401)
  const used = await late.signIn('amina')
  for (let passed = 0; passed < sessionLimits.absoluteMs; passed += sessionLimits.idleMs / 2) {
    expect((await own(used, late)).statusCode).toBe(200)
    late.passTime(sessionLimits.idleMs / 2)
  }
  expect((await own(used, late)).statusCode).toBe(401)
})

test.for(['cut', 'freeze'] as const)(
  'given Postgres is away (%s), who is known goes on, and nobody new comes in',
  async (how) => {
    const token = await api.signIn('amina')
    await own(token)
    api.postgres[how]()
    api.passTime(sessionLimits.freshMs + 1)

    const began = performance.now()
    const body = { commandId: newId(), state: 'ready' }
    expect((await api.ask(token, 'PUT', '/v1/agent/state', body)).statusCode).toBe(200)
    expect((await api.ask(token, 'PUT', '/v1/agent/state', body)).json()).toEqual({ ok: true, repeated: true })
    expect(performance.now() - began).toBeLessThan(4_000) // sooner than a connection to Postgres is given up
    const unknown = await own('A'.repeat(43))
    expect([unknown.statusCode, problemOf(unknown)]).toEqual([503, 'databaseAway'])
    const ready = await api.app.inject('/health/ready')
    expect([ready.statusCode, ready.json()]).toEqual([503, { ready: false, postgres: false, switchboard: true }])

    api.postgres.mend()
    await expect.poll(async () => (await api.app.inject('/health/ready')).statusCode, { timeout: 10_000 }).toBe(200)
  },
)

test('a person sets their own password with the old one; other sessions end, this one stays', async () => {
  const [here, elsewhere] = [await api.signIn('dai'), await api.signIn('dai')]
  const set = (body: object) => api.ask(here, 'POST', '/v1/staff/3001/password', body)
  expect(problemOf(await set({ newPassword: 'Another-one-77', oldPassword: 'wrong' }))).toBe('wrongOldPassword')
  const weak = await set({ newPassword: 'short', oldPassword: password })
  expect([weak.statusCode, weak.json()]).toMatchObject([422, { refusal: 'weakPassword', detail: 'tooShort' }])
  expect((await set({ newPassword: 'Another-one-77', oldPassword: password })).statusCode).toBe(204)
  expect((await own(here)).statusCode).toBe(200)
  expect((await own(elsewhere)).statusCode).toBe(401)
  expect((await logIn('3001', password)).statusCode).toBe(401)
  expect((await set({ newPassword: password, oldPassword: 'Another-one-77' })).statusCode).toBe(204)
})

test('only an administrator sets somebody else’s password', async () => {
  const [amina, dai] = [await api.signIn('amina'), await api.signIn('dai')]
  const body = { newPassword: password }
  expect(problemOf(await api.ask(amina, 'POST', '/v1/staff/1002/password', body))).toBe('notAllowed')
  expect((await api.ask(dai, 'POST', '/v1/staff/4001/password', body)).statusCode).toBe(204)
  expect(problemOf(await api.ask(dai, 'POST', '/v1/staff/99999/password', body))).toBe('staffNotFound')
})

test('a cookie alone changes nothing: our own page must have asked', async () => {
  const token = await api.signIn('amina')
  const send = (headers: Record<string, string>) =>
    api.app.inject({
      method: 'PUT',
      url: '/v1/agent/state',
      headers: { host: 'desk.example', cookie: `hotline_session=${token}`, ...headers },
      payload: { commandId: newId(), state: 'ready' },
    })
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'x-hotline': '1' },
  ]) {
    const answer = await send(headers)
    expect([answer.statusCode, problemOf(answer)]).toEqual([403, 'foreignOrigin'])
  }
  expect((await send({ 'x-hotline': '1' })).statusCode).toBe(200)
  expect((await send({ origin: 'http://desk.example' })).statusCode).toBe(200)
})

test('logging in from a page of another site is refused', async () => {
  const payload = { staff: '1001', password }
  const answer = await api.app.inject({
    method: 'POST',
    url: '/v1/sessions',
    headers: { origin: 'https://evil.example' },
    payload,
  })
  expect(problemOf(answer)).toBe('foreignOrigin')
})

test('given the seat is taken, the session stands and says why the seat is not ours', async () => {
  api.desk.answer(() => ({ ok: false, refusal: 'seatTaken', repeated: false }))
  const payload = { staff: '1001', password, seat: '8001' }
  const answer = await api.app.inject({ method: 'POST', url: '/v1/sessions', payload })
  api.desk.answer(() => ({ ok: true, repeated: false }))
  expect([answer.statusCode, answer.json()]).toMatchObject([201, { seatRefusal: 'seatTaken' }])
  expect(api.desk.asked.at(-1)).toMatchObject({ agent: '1001', command: { name: 'logIn', seat: '8001' } })
})
