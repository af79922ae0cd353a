/** What the safety net is told while the switchboard lives, and what the switchboard is told when it is back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readLeft, readNetRecord } from '../../../src/switchboard/net-record.ts'
import { type HallOnFake, startHall } from '../../kit/hall-on-fake.ts'

describe('on the fake Asterisk', () => {
  let hall: HallOnFake
  beforeEach(async () => {
    hall = await startHall()
  })
  afterEach(() => hall.close())

  const paused = (seat: string) => hall.fake.model.globals.get(`QUEUE_MEMBER(net,paused,PJSIP/seat-${seat})`)
  const heartbeat = () => Number(hall.fake.model.globals.get('HEARTBEAT') ?? 0)

  test('the heart beats once a second, and stops with the process', async () => {
    await hall.until(() => heartbeat() > 0)
    const first = heartbeat()
    expect(Math.abs(first - Date.now() / 1_000)).toBeLessThan(3)
    await hall.until(() => heartbeat() > first)
    await hall.kill()
    const last = heartbeat()
    hall.fake.model.globals.delete('HEARTBEAT')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(heartbeat()).toBe(0)
    expect(last).toBeGreaterThan(first)
  })

  test('it beats before it looks what has become of its calls, so that the watchdog leaves them to it', async () => {
    await hall.has(hall.call(), 'call.queued')
    await hall.kill()
    const before = hall.fake.requests.length
    await hall.start()
    const since = hall.fake.requests.slice(before)
    const beat = since.findIndex(({ op, args }) => op === 'asterisk.setGlobalVar' && args['variable'] === 'HEARTBEAT')
    const list = since.findIndex(({ op }) => op === 'channels.list')
    expect(beat).toBeGreaterThanOrEqual(0)
    expect(beat).toBeLessThan(list)
  })

  test('seats are paused but where somebody is at work; a call from offer to wrap-up changes nothing', async () => {
    await hall.until(() => paused('8001') === '1' && paused('8002') === '1')
    const phone = await hall.ready('1001', '8001')
    await hall.until(() => paused('8001') === '0')
    hall.call()
    const leg = await phone.nextLeg()
    leg.answer()
    await hall.until(() => hall.facts.some(({ type }) => type === 'call.connected'))
    expect(paused('8001')).toBe('0')
    await hall.order('1001', { name: 'notReady', reason: 'break' })
    await hall.until(() => paused('8001') === '1')
    expect(paused('8002')).toBe('1')
  })

  test('who is at work is told as one list too, with a number that is another when the list is', async () => {
    const { globals } = hall.fake.model
    await hall.until(() => globals.get('AT_WORK') === '' && globals.has('AT_WORK_NO'))
    const before = globals.get('AT_WORK_NO')
    await hall.ready('1001', '8001')
    await hall.ready('1002', '8002')
    await hall.until(() => globals.get('AT_WORK') === '8001&8002' && globals.get('AT_WORK_NO') !== before)
    await hall.order('1001', { name: 'notReady', reason: 'break' })
    await hall.until(() => globals.get('AT_WORK') === '8002')
  })

  test('what was said is said again, so that a new Asterisk knows it too', async () => {
    await hall.ready('1001', '8001')
    await hall.until(() => paused('8001') === '0')
    hall.fake.model.globals.clear()
    await hall.until(() => paused('8001') === '0')
  })

  test('a call that ended in the net is written down once, however often its record is found', async () => {
    await hall.ready('1001', '8001')
    await hall.kill()
    const now = Date.now()
    const key = `net-1.1~${now - 60_000}~12345~13900000000~8001~0~${now}~agent`
    hall.fake.addPhone('net-records/n')
    // The fake forgets nothing when it is told to delete: as if we had died before it did.
    hall.fake.model.globals.set('DB_KEYS(net)', `${key},nonsense`)
    await hall.start()
    const of = () => hall.facts.filter((fact) => fact.call === 'net-1.1')
    await hall.until(() => of().some(({ type }) => type === 'call.ended'))
    expect(of().filter(({ type }) => type === 'call.connected')).toMatchObject([{ agent: '1001', at: now }])
    expect([...hall.fake.model.globals.keys()]).toContain(`DB_DELETE(net/${key})`)
    await hall.until(() => hall.counts().papers === 0)
    await hall.kill()
    await hall.start()
    expect(of().filter(({ type }) => type === 'call.accepted')).toHaveLength(1)
  })

  test('a question that a dead process has asked is hung up, and a caller whose id looks like one is taken in', async () => {
    await hall.kill()
    const { model } = hall.fake
    const far = { rung: () => {}, answered: () => {}, gone: () => {} }
    const of = { endpoint: 'x', far, state: 'Down' as const, exten: '', caller: { name: '', number: '' } }
    const question = model.addChannel({ ...of, id: 'net-1795650746410-5' })
    model.enterApp(question, 'switchboard', [])
    const caller = model.addChannel({ ...of, id: 'net-1795650746.410', state: 'Ring' })
    model.enterApp(caller, 'switchboard', ['inbound', caller.id, '1795650746410', '12345'])
    await hall.start()
    await hall.until(() => !question.alive)
    await hall.until(() => hall.facts.some(({ type, call }) => type === 'call.accepted' && call === caller.id))
    expect(caller.alive).toBe(true)
  })

  test('a question that could not be hung up is, as soon as we look again', async () => {
    await hall.kill()
    hall.fake.addPhone('net-records/n')
    hall.fake.fault({ op: 'channels.hangup', kind: 'refuse', status: 500, times: 2 })
    await hall.start()
    await hall.until(() => hall.troubles.some((trouble) => trouble.startsWith('netRecords')))
    const questions = () => [...hall.fake.model.channels.keys()].filter((id) => id.startsWith('net-'))
    await hall.until(() => questions().length === 0)
  })

  test('that we do not hear yet is said before we look, and that we do when we know what has become of our calls', async () => {
    await hall.until(() => hall.fake.model.globals.get('LISTENS') === '1')
    await hall.kill()
    const before = hall.fake.requests.length
    await hall.start()
    await hall.until(() => hall.fake.model.globals.get('LISTENS') === '1')
    const said = hall.fake.requests.slice(before).flatMap(({ op, args }) => {
      const isWord = op === 'asterisk.setGlobalVar' && args['variable'] === 'LISTENS'
      return isWord ? [`LISTENS=${args['value']}`] : op === 'channels.list' || op === 'bridges.list' ? [op] : []
    })
    expect(said[0]).toBe('LISTENS=0')
    expect(said.at(-1)).toBe('LISTENS=1')
    expect(said).toHaveLength(said.filter((what) => what.endsWith('.list')).length + 2)
  })

  test('who hung up before we had heard of him is written down once, and not at all who is known or dialled no number of ours', async () => {
    await hall.ready('1001', '8001')
    const caller = hall.call()
    await hall.has(caller, 'call.offered')
    await hall.kill()
    hall.fake.addPhone('net-records/n')
    const now = Date.now()
    const keys = [
      `early-1.1~left~${now}~${now - 900}~12345~13900000000`,
      `${caller.channelId}~left~${now}~${now - 900}~12345~13800000001`,
      `stray-1.1~left~${now}~${now - 900}~99999~13900000001`,
    ]
    caller.hangUp()
    hall.fake.model.globals.set('DB_KEYS(net)', keys.join(','))
    hall.fake.model.globals.set('NET_LAST', 'early-1.1')
    await hall.start()
    const of = (call: string) => hall.facts.filter((fact) => fact.call === call)
    await hall.until(() => ['early-1.1', caller.channelId].every((id) => of(id).at(-1)?.type === 'call.ended'))
    expect(of('early-1.1')).toMatchObject([
      { type: 'call.accepted', number: '13900000000', arrivedAt: now - 900 },
      { type: 'call.queued' },
      { type: 'call.recovered', state: 'unheard' },
      { type: 'call.ended', reason: 'abandonedWaiting', at: now },
    ])
    expect(of(caller.channelId).filter(({ type }) => type === 'call.accepted')).toHaveLength(1)
    await hall.until(() => keys.every((key) => hall.fake.model.globals.has(`DB_DELETE(net/${key})`)))
    expect(of('stray-1.1')).toEqual([])
  })

  test('who was put through in the net, and gone again before we had looked for him, was answered', async () => {
    hall.fake.addPhone('net-records/n')
    await hall.ready('1001', '8001')
    await hall.order('1001', { name: 'notReady', reason: 'break' })
    const caller = hall.call('13800000001')
    await hall.has(caller, 'call.queued')
    const { model } = hall.fake
    const channel = model.channels.get(caller.channelId)
    if (!channel) throw new Error('the caller has gone')
    model.leaveApp(channel)
    const now = Date.now()
    model.netRecords.add(`${caller.channelId}~${now - 60_000}~12345~13800000001~8001~0~${now}~`)
    model.globals.set('NET_LAST', caller.channelId)
    model.hangUp(channel, { cause: 16 })
    await hall.has(caller, 'call.ended', { reason: 'callerHungUp' })
    await hall.has(caller, 'call.connected', { agent: '1001' })
  })

  test('who hangs up with us on the way into the net is written down once, whatever the net has written, and whoever reads it', async () => {
    hall.fake.addPhone('net-records/n')
    const caller = hall.call()
    await hall.has(caller, 'call.queued')
    caller.hangUp()
    await hall.has(caller, 'call.ended')
    const now = Date.now()
    const key = `${caller.channelId}~${now - 60_000}~12345~13800000001~~0~${now}~`
    hall.fake.model.globals.set('DB_KEYS(net)', key)
    hall.fake.model.globals.set('NET_LAST', caller.channelId)
    await hall.kill()
    await hall.start()
    await hall.until(() => hall.fake.model.globals.has(`DB_DELETE(net/${key})`))
    expect(hall.types(caller).filter((type) => type === 'call.accepted' || type === 'call.ended')).toEqual([
      'call.accepted',
      'call.ended',
    ])
  })
})

describe('an agent who has gone home since', () => {
  let hall: HallOnFake
  beforeEach(async () => {
    hall = await startHall()
    hall.fake.addPhone('net-records/n')
  })
  afterEach(() => hall.close())

  const leave = (...keys: string[]) => {
    hall.fake.model.globals.set('DB_KEYS(net)', keys.join(','))
    hall.fake.model.globals.set('NET_LAST', keys.join(','))
  }
  /** What is before and what is after have not the same millisecond. */
  const otherwise = async () => {
    for (const at = Date.now(); Date.now() <= at + 1; ) await new Promise((resolve) => setImmediate(resolve))
  }
  const sits = async (agent: string, is: boolean) => {
    if (is) await hall.order(agent, { name: 'logIn', seat: '8001' as never })
    else await hall.order(agent, { name: 'logOut' })
    await otherwise()
    const at = Date.now()
    await otherwise()
    return at
  }

  test('has the call that the phone took then; nobody else has, and a call before that is the seat’s alone', async () => {
    const before = (await sits('1002', true)) - 60_000
    await sits('1002', false)
    const then = await sits('1001', true)
    await sits('1001', false)
    await sits('1003', true)
    await hall.kill()
    const ended = then + 4_000
    leave(
      `net-1.1~${then - 9_000}~12345~13900000000~8001~${ended - then}~${ended}~`,
      `net-1.2~${before - 9_000}~12345~13900000001~8001~${ended - before}~${ended}~agent`,
    )
    await hall.start()
    const of = (call: string, type: string) => hall.facts.find((fact) => fact.call === call && fact.type === type)
    await hall.until(() => ['net-1.1', 'net-1.2'].every((call) => of(call, 'call.ended') !== undefined))
    expect(of('net-1.1', 'call.connected')).toMatchObject({ agent: '1001', seat: '8001', at: then })
    expect(of('net-1.2', 'call.connected')).toMatchObject({ seat: '8001', at: before })
    expect(of('net-1.2', 'call.connected')).not.toHaveProperty('agent')
    expect(of('net-1.2', 'call.ended')).toMatchObject({ reason: 'agentHungUp', at: ended })
  })
})

describe('a record of the net', () => {
  test('tells who answered, and when', () => {
    expect(readNetRecord('a-1.1~1700000000000~12345~13900000000~8001~20000~1700000060000~')).toEqual({
      call: 'a-1.1',
      arrivedAt: 1_700_000_000_000,
      dialled: '12345',
      number: '13900000000',
      answer: { seat: '8001', at: 1_700_000_040_000 },
      endedAt: 1_700_000_060_000,
      endedBy: 'caller',
      inNet: true,
    })
  })

  test('of a caller who gave up has no answer', () => {
    expect(readNetRecord('a-1.1~1700000000000~12345~~~0~1700000060000~')).toMatchObject({ answer: null, number: '' })
  })

  test.each(['', 'nonsense', 'a~b~c~d~e~f~g~h', 'a-1.1~1700000000000~12345', '~1700000000000~1~~~~1700000060000~'])(
    '%j is none',
    (key) => {
      expect(readNetRecord(key)).toBeNull()
    },
  )
})

describe('a word of the dialplan that a caller has left', () => {
  test('tells when, and who it was, for a switchboard that has never heard of him', () => {
    const left = { call: 'a-1.1', at: 1_700_000_060_000 }
    expect(readLeft('a-1.1~left~1700000060000~1700000059000~12345~13900000000')).toMatchObject({
      ...left,
      unheard: { call: 'a-1.1', arrivedAt: 1_700_000_059_000, number: '13900000000', endedAt: left.at, inNet: false },
    })
    // Of an older dialplan, and of who hung up before it had looked at the clock.
    expect(readLeft('a-1.1~left~1700000060000')).toEqual({ ...left, unheard: null })
    expect(readLeft('a-1.1~left~1700000060000~~12345~13900000000')).toEqual({ ...left, unheard: null })
  })

  test.each(['', 'a-1.1~left', 'a-1.1~left~soon', 'a-1.1~1700000000000~12345~~~0~1700000060000~'])(
    '%j is none',
    (key) => {
      expect(readLeft(key)).toBeNull()
    },
  )
})
