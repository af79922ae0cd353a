import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { sessionLimits } from '../../../src/access/core/index.ts'
import { liveLimits } from '../../../src/realtime/core/index.ts'
import { strayFrom } from '../../kit/exact-shape.ts'
import { type ApiStack, newId, type Person, startApiStack } from '../api/api-stack.ts'
import { aCallView, anAgentView } from '../api/scripted-desk.ts'

let api: ApiStack
const opened: { ws: WebSocket; heard: Message[] }[] = []
let schemas: Record<string, unknown>
beforeAll(async () => {
  api = await startApiStack()
  schemas = (await api.app.inject('/v1/openapi.json')).json().components.schemas
})
afterAll(() => api.stop())
beforeEach(() => api.desk.answer(() => ({ ok: true, repeated: false })))
afterEach(() => {
  const heard = opened.flatMap((live) => live.heard)
  for (const live of opened.splice(0)) live.ws.terminate()
  // Whatever a test was about: each frame is one that the document knows.
  for (const frame of heard) expect(strayFrom('LiveSent', schemas, frame), JSON.stringify(frame)).toEqual([])
})

type Message = { type: string; [field: string]: unknown }

async function openSocket(protocols: string[], headers: Record<string, string> = {}) {
  const ws = new WebSocket(`ws://127.0.0.1:${api.port}/v1/live`, protocols, { headers })
  const heard: Message[] = []
  const wakers = new Set<() => void>()
  let closed: number | null = null
  const wake = () => {
    for (const waker of wakers) waker()
  }
  ws.on('message', (data) => {
    heard.push(JSON.parse((data as Buffer).toString()))
    wake()
  })
  ws.on('close', (code) => {
    closed = code
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
    ws.once('unexpected-response', (_request, response) => {
      let text = ''
      response.on('data', (data: Buffer) => (text += data.toString()))
      response.on('end', () => reject(new Error(`${response.statusCode} ${text}`)))
    })
  })
  /** Waits until `found` gives something; fails after 5 s. */
  const until = <T>(found: () => T | undefined | null | false): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`not heard; so far: ${JSON.stringify(heard).slice(0, 2_000)}`)),
        5_000,
      )
      const look = () => {
        const value = found()
        if (value === undefined || value === null || value === false) return
        clearTimeout(timer)
        wakers.delete(look)
        resolve(value)
      }
      wakers.add(look)
      look()
    })
  const live = {
    ws,
    heard,
    protocol: ws.protocol,
    say: (frame: unknown) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    hear: (match: (message: Message) => boolean) => until(() => heard.find(match)),
    closed: () => until(() => closed),
    isOpen: () => ws.readyState === WebSocket.OPEN,
  }
  opened.push(live)
  return live
}
const openAs = async (person: Person) => {
  const token = await api.signIn(person)
  return { token, ...(await openSocket(['hotline.v1', `bearer.${token}`])) }
}
const isView = (agent: string) => (message: Message) =>
  message.type === 'agent' && (message.view as { agent: string }).agent === agent

test('an agent is shown their own screen at once and on each change, in every tab', async () => {
  const { token, ...one } = await openAs('amina')
  const two = await openSocket(['hotline.v1', `bearer.${token}`])
  expect(one.protocol).toBe('hotline.v1')
  for (const tab of [one, two]) await tab.hear(isView('1001'))
  api.desk.show(anAgentView('1001', { call: aCallView() }))
  for (const tab of [one, two]) {
    const message = await tab.hear((m) => isView('1001')(m) && (m.view as { call: unknown }).call !== null)
    expect(message.view).toMatchObject({ call: { callerNumber: '13812345678', callerName: '<b>王</b>' } })
  }
})

test('nobody is shown somebody else’s screen: not a colleague, not a shift leader', async () => {
  const [bolin, chen] = [await openAs('bolin'), await openAs('chen')]
  api.desk.show(anAgentView('1001', { call: aCallView() }))
  api.desk.showHall()
  api.desk.show(anAgentView('1002', { name: 'last' }))
  await bolin.hear((m) => isView('1002')(m) && (m.view as { name: string }).name === 'last')
  await chen.hear((m) => m.type === 'hall')
  for (const { heard } of [bolin, chen]) {
    expect(heard.some(isView('1001'))).toBe(false)
    expect(JSON.stringify(heard)).not.toContain('13812345678')
  }
  expect(bolin.heard.some((m) => m.type === 'hall')).toBe(false)
})

test('a command over the socket is answered, and its repeat too', async () => {
  const amina = await openAs('amina')
  const id = newId()
  const frame = { type: 'command', id, call: 'pbx-1.1', command: { name: 'hold' } }
  amina.say(frame)
  expect(await amina.hear((m) => m.type === 'reply')).toEqual({ type: 'reply', id, ok: true, repeated: false })
  amina.say(frame)
  await amina.hear((m) => m.type === 'reply' && m.repeated === true)
  expect(api.desk.asked.at(-1)).toEqual({ id, agent: '1001', call: 'pbx-1.1', command: { name: 'hold' } })
  api.desk.answer(() => ({ ok: false, refusal: 'notNow', repeated: false }))
  const refused = newId()
  amina.say({ ...frame, id: refused })
  expect(await amina.hear((m) => m.id === refused)).toEqual({
    type: 'reply',
    id: refused,
    ok: false,
    refusal: 'notNow',
    repeated: false,
  })
})

test('given one socket has more than one command out, each reply names its command', async () => {
  const amina = await openAs('amina')
  const ids = Array.from({ length: 20 }, newId)
  for (const id of ids) amina.say({ type: 'command', id, call: 'c1', command: { name: 'mute' } })
  for (const id of ids) await amina.hear((m) => m.type === 'reply' && m.id === id)
})

test.for([
  ['no JSON', '{', 'notJson'],
  ['an array', '[]', 'notAFrame'],
  ['null', 'null', 'notAFrame'],
  ['of no known type', '{"type":"subscribe","topic":"agent","agent":"1002"}', 'unknownType'],
  ['a command that is none', '{"type":"command","command":{"name":"originate"}}', 'unknownCommand'],
  ['a command of an object’s prototype', '{"type":"command","command":{"name":"__proto__"}}', 'unknownCommand'],
  ['a command without id', '{"type":"command","call":"c1","command":{"name":"hold"}}', 'malformedFrame'],
  [
    'for somebody else',
    `{"type":"command","id":"${newId()}","agent":"1002","command":{"name":"ready"}}`,
    'malformedFrame',
  ],
  [
    'with a dial string',
    `{"type":"command","id":"${newId()}","call":"c1","command":{"name":"sendDigits","digits":"1&2"}}`,
    'malformedFrame',
  ],
  ['too large', JSON.stringify({ type: 'ping', x: 'x'.repeat(liveLimits.frameBytes) }), 'frameTooLarge'],
] as const)('a frame that is %s is named, and the socket lives', async ([, text, error]) => {
  const amina = await openAs('amina')
  amina.say(text)
  const message = await amina.hear((m) => m.type === 'error')
  expect(message).toMatchObject({ error, detail: expect.stringMatching(/./) })
  amina.say({ type: 'ping' })
  await amina.hear((m) => m.type === 'pong')
})

test('a binary frame is named too', async () => {
  const amina = await openAs('amina')
  amina.ws.send(Buffer.from([1, 2, 3]))
  expect(await amina.hear((m) => m.type === 'error')).toMatchObject({ error: 'binaryFrame' })
})

test('frames with anything in them never make trouble', async () => {
  const key = fc.constantFrom('type', 'id', 'call', 'command', 'name', 'digits', 'party', 'kind', 'fields')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>('command', 'ping', 'hold', 'consult', 'line', newId(), null, 7, true),
      fc.string(),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }))
  const perSocket = liveLimits.faults
  for (const frames of fc.sample(fc.array(value, { minLength: perSocket, maxLength: perSocket }), 15)) {
    const amina = await openAs('amina')
    for (const frame of frames) amina.say(JSON.stringify(frame) ?? 'undefined')
    const isAnswer = (m: Message) => ['error', 'reply', 'pong'].includes(m.type)
    await amina.hear(() => amina.heard.filter(isAnswer).length === frames.length)
    expect(amina.isOpen()).toBe(true)
    amina.ws.terminate()
  }
}, 60_000)

test('persistent nonsense closes the socket with a code that says so', async () => {
  const amina = await openAs('amina')
  for (let n = 0; n <= liveLimits.faults; n++) amina.say('nonsense')
  expect(await amina.closed()).toBe(4400)
})

test('a frame far beyond every limit closes only the socket that sent it', async () => {
  const [amina, bolin] = [await openAs('amina'), await openAs('bolin')]
  amina.say('x'.repeat(1_000_000))
  expect(await amina.closed()).toBe(1009)
  bolin.say({ type: 'ping' })
  await bolin.hear((m) => m.type === 'pong')
})

test('the end of a session closes its sockets at once, also those of another api process', async () => {
  const chen = await api.signIn('chen')
  const { token, ...here } = await openAs('amina')
  const other = await api.another()
  const ws = new WebSocket(`ws://127.0.0.1:${other.port}/v1/live`, ['hotline.v1', `bearer.${token}`])
  const elsewhere = new Promise<number>((resolve) => ws.on('close', resolve))
  await new Promise((resolve) => ws.once('message', resolve))
  const began = performance.now()
  await api.ask(chen, 'DELETE', '/v1/staff/1001/sessions')
  expect(await here.closed()).toBe(4401)
  expect(await elsewhere).toBe(4401)
  expect(performance.now() - began).toBeLessThan(sessionLimits.freshMs - 1_000) // told, not asked for
  expect(here.heard.at(-1)).toMatchObject({ type: 'error', error: 'notSignedIn' })
})

test('whoever may watch the hall no longer hears it no longer, without being thrown out', async () => {
  const chen = await openAs('chen')
  await chen.hear((m) => m.type === 'hall')
  await api.owner.query("update staff_roles set role = 'agent' where staff = '2001'")
  api.desk.show(anAgentView('2001', { name: 'at a seat now' }))
  await expect
    .poll(() => {
      const before = chen.heard.filter((m) => m.type === 'hall').length
      api.desk.showHall()
      chen.say({ type: 'ping' })
      return chen
        .hear(() => chen.heard.some((m) => m.type === 'pong'))
        .then(() => chen.heard.filter((m) => m.type === 'hall').length - before)
    })
    .toBe(0)
  expect(chen.isOpen()).toBe(true)
  await api.owner.query("update staff_roles set role = 'shiftLeader' where staff = '2001'")
})

test('with a cookie, a page of ours is let in and no other', async () => {
  const cookie = `hotline_session=${await api.signIn('amina')}`
  const ours = await openSocket(['hotline.v1'], { cookie, origin: `http://127.0.0.1:${api.port}` })
  await ours.hear(isView('1001'))
  for (const origin of ['https://evil.example', 'null', `https://127.0.0.1:1`])
    await expect(openSocket(['hotline.v1'], { cookie, origin })).rejects.toThrow(/403 .*foreignOrigin/)
  await expect(openSocket(['hotline.v1'], { cookie })).rejects.toThrow(/403 .*foreignOrigin/)
})

test('without a session, with a stale one, or with a token in the address, nobody is let in', async () => {
  await expect(openSocket(['hotline.v1'])).rejects.toThrow(/401 .*notSignedIn/)
  await expect(openSocket(['hotline.v1', `bearer.${'A'.repeat(43)}`])).rejects.toThrow(/401 .*notSignedIn/)
  await expect(openSocket(['hotline.v1', 'bearer.x'])).rejects.toThrow(/401 .*notSignedIn/)
  const eve = await api.signIn('eve')
  await expect(openSocket(['hotline.v1', `bearer.${eve}`])).rejects.toThrow(/403 .*notAllowed/)
  const plain = await api.ask(await api.signIn('amina'), 'GET', '/v1/live')
  expect([plain.statusCode, plain.json().refusal]).toEqual([426, 'upgradeNeeded'])
})

test('a browser that does not read is sent the newest when it does, and the others do not wait for it', async () => {
  const [slow, bolin] = [await openAs('amina'), await openAs('bolin')]
  let marks = 0
  const settled = () => {
    const name = `mark ${marks++}`
    api.desk.show(anAgentView('1002', { name }))
    return bolin.hear((m) => isView('1002')(m) && (m.view as { name: string }).name === name)
  }
  slow.ws.pause()
  const content = '长'.repeat(4_000)
  for (let n = 0; n < 3_000; n++) {
    api.desk.show(anAgentView('1001', { name: `${n} ${content}` }))
    if (n % 50 === 49) await settled() // so that the link itself keeps up
  }
  api.desk.show(anAgentView('1002', { name: 'last' }))
  await bolin.hear((m) => isView('1002')(m) && (m.view as { name: string }).name === 'last')
  slow.ws.resume()
  await slow.hear((m) => isView('1001')(m) && (m.view as { name: string }).name.startsWith('2999'))
  expect(slow.heard.length).toBeLessThan(2_000)
})

test('one person may have so many sockets and not more', async () => {
  const token = await api.signIn('bolin')
  const open = () => openSocket(['hotline.v1', `bearer.${token}`])
  for (let n = 0; n < liveLimits.socketsPerPerson; n++) await open()
  const more = await open()
  expect(await more.closed()).toBe(4429)
  expect(more.heard).toMatchObject([{ type: 'error', error: 'tooManySockets' }])
})

test('given the switchboard goes, the screens are told, and told again everything when it is back', async () => {
  const amina = await openAs('amina')
  await api.desk.stop()
  await amina.hear((m) => m.type === 'link' && m.up === false)
  const { startScriptedDesk } = await import('../api/scripted-desk.ts')
  const back = await startScriptedDesk(api.desk.address)
  back.show(anAgentView('1001', { name: 'back again' }))
  await amina.hear((m) => isView('1001')(m) && (m.view as { name: string }).name === 'back again')
  expect(amina.heard.filter((m) => m.type === 'link').map((m) => m.up)).toEqual([true, false, true])
  await back.stop()
})
