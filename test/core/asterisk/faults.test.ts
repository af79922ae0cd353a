/** What the client makes of an Asterisk, or a network, that misbehaves. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Ari, openAri } from '#platform/asterisk/ari'
import type { AriEvent } from '#platform/asterisk/ari-client'
import { type FakeAsterisk, startFakeAsterisk } from '../../kit/fake-asterisk.ts'

describe.each([0, 2])('command sockets: %i', (commandSockets) => {
  let fake: FakeAsterisk
  let ari: Ari
  let events: AriEvent[]
  let outcomes: string[]
  beforeEach(async () => {
    fake = await startFakeAsterisk()
    fake.addPhone('seat-1', 'answers')
    events = []
    outcomes = []
    const onCommand = (op: string, outcome: string): void => void outcomes.push(`${op} ${outcome}`)
    ari = openAri({
      ...{ address: fake.address, app: 'switchboard', commandSockets, onCommand, limits },
      ...{ proveEveryMs: 50, deafAfterMs: 100 },
    })
    ari.connection.onEvent((event) => events.push(event))
    const up = new Promise((resolve) => ari.connection.onUp(resolve))
    ari.connection.start()
    await up
  })
  afterEach(async () => {
    await ari.close()
    await fake.stop()
  })
  const limits = { quickMs: 500, entranceMs: 200 }
  const leg = { channelId: 'leg-1', endpoint: 'PJSIP/seat-1', app: 'switchboard' }
  const made = (op: string): number => fake.requests.filter((request) => request.op === op).length

  test('a create whose answer is lost is repeated, and 409 then means done', async () => {
    fake.fault({ op: 'channels.create', kind: 'loseAnswer' })
    expect(await ari.client.lane('a').createChannel(leg)).toBe('done')
    expect(made('channels.create')).toBe(2)
    expect(fake.model.channels.size).toBe(1)
    expect(outcomes).toContain('channels.create done')
  })

  test('a create that never arrived is repeated, and made once', async () => {
    fake.fault({ op: 'channels.create', kind: 'loseRequest' })
    expect(await ari.client.lane('a').createChannel(leg)).toBe('done')
    expect(fake.model.channels.size).toBe(1)
  })

  test('a dial whose answer is lost is trouble, never a second dial', async () => {
    const deeds = ari.client.lane('a')
    await deeds.createChannel(leg)
    fake.fault({ op: 'channels.dial', kind: 'loseAnswer' })
    await expect(deeds.dial('leg-1')).rejects.toMatchObject({
      name: 'AriTrouble',
      kind: 'disconnected',
      status: 0,
      op: 'channels.dial',
      id: 'leg-1',
    })
    expect(made('channels.dial')).toBe(1)
    expect(fake.model.channels.get('leg-1')?.state).toBe('Up')
  })

  test('no answer at all is trouble in time, and what comes after it still goes', async () => {
    const deeds = ari.client.lane('a')
    fake.fault({ op: 'channels.startMoh', kind: 'silence', times: 2 })
    const caller = fake.inboundCall()
    const [music, hangup] = await Promise.allSettled([deeds.startMoh(caller.channelId), deeds.hangup(caller.channelId)])
    expect(music).toMatchObject({ status: 'rejected', reason: { kind: 'timeout' } })
    expect(hangup).toEqual({ status: 'fulfilled', value: 'done' })
  })

  test('an answer of 500 is trouble that says so', async () => {
    fake.fault({ op: 'bridges.createWithId', kind: 'refuse', status: 500 })
    await expect(ari.client.lane('a').createBridge('b')).rejects.toMatchObject({ kind: 'failed', status: 500 })
    expect(outcomes.at(-1)).toBe('bridges.createWithId failed')
  })

  test('a StasisStart that is lost holds the lane up for a moment only', async () => {
    fake.loseEvents('StasisStart')
    const deeds = ari.client.lane('a')
    const begun = performance.now()
    expect(await Promise.all([deeds.createChannel(leg), deeds.dial('leg-1')])).toEqual(['done', 'done'])
    expect(performance.now() - begun).toBeLessThan(3_000)
  })

  test('slow answers of one lane do not hold up another', async () => {
    fake.fault({ op: 'bridges.addChannel', kind: 'slow', ms: 300 })
    const caller = fake.inboundCall()
    const [slow, quick] = [ari.client.lane('a'), ari.client.lane('b')]
    await slow.createBridge('b-1')
    const order: string[] = []
    await Promise.all([
      slow.addToBridge('b-1', [caller.channelId]).then(() => order.push('slow')),
      quick.createBridge('b-2').then(() => order.push('quick')),
    ])
    expect(order).toEqual(['quick', 'slow'])
  })

  test('while Asterisk is away commands fail as disconnected; when it is back they work and calls have stayed', async () => {
    const caller = fake.inboundCall()
    const deeds = ari.client.lane('a')
    const upAgain = new Promise((resolve) => ari.connection.onUp(resolve))
    const back = fake.beAway(200)
    await expect(deeds.startMoh(caller.channelId)).rejects.toMatchObject({ kind: 'disconnected', status: 0 })
    await back
    await upAgain
    expect(await deeds.startMoh(caller.channelId)).toBe('done')
    expect(await deeds.hangup(caller.channelId)).toBe('done')
  })

  test('a socket that stays open and on which no events come is given up, and the next one has them', async () => {
    const downs: string[] = []
    ari.connection.onDown((why) => downs.push(why))
    const up = new Promise((resolve) => ari.connection.onUp(resolve))
    fake.deafen('switchboard')
    await up
    expect(downs).toEqual(['the socket is open and no events come'])
    const seen = new Promise<AriEvent>((resolve) => ari.connection.onEvent(resolve))
    await ari.client.lane('a').createChannel(leg)
    expect((await seen).type).toBe('StasisStart')
  })

  test('a new connection on which nothing comes back is given up soon, and each one after it is given twice as long', async () => {
    await ari.close()
    const before = fake.connections('switchboard')
    fake.loseEvents('ChannelUserevent', 3)
    ari = openAri({
      ...{ address: fake.address, app: 'switchboard', commandSockets, limits },
      ...{ deafAfterMs: 3_600_000, deafAtFirstAfterMs: 30, backoff: { firstMs: 1, capMs: 1 } },
    })
    const deafAt = [performance.now()]
    ari.connection.onRetry(() => deafAt.push(performance.now()))
    const up = new Promise((resolve) => ari.connection.onUp(resolve))
    ari.connection.start()
    await up
    expect(fake.connections('switchboard')).toBe(before + 4)
    const lastedMs = deafAt.slice(1).map((at, n) => at - (deafAt[n] ?? 0))
    expect(lastedMs.map((ms, n) => ms > 29 * 2 ** n)).toEqual([true, true, true])
  })

  test('the events that prove the connection are not told to anybody', async () => {
    await vi.waitUntil(() => made('events.userEvent') > 2)
    expect(events).toEqual([])
    expect(ari.connection.isUp).toBe(true)
  })

  test('a caller who comes while nobody is there is taken when somebody is', async () => {
    ari.connection.stop()
    await fake.nobodyThere('switchboard')
    const caller = fake.inboundCall()
    const upAgain = new Promise((resolve) => ari.connection.onUp(resolve))
    const came = new Promise<void>((resolve) => {
      ari.connection.onEvent((event) => {
        if (event.type === 'StasisStart' && event.channel.id === caller.channelId) resolve()
      })
    })
    ari.connection.start()
    await upAgain
    await came
  })

  test('errors hold no password and no number', async () => {
    fake.fault({ kind: 'refuse', status: 400, times: 1 })
    const trouble = await ari.client
      .lane('a')
      .originate({ ...leg, endpoint: 'PJSIP/13812345678@trunk', callerId: '13912345678' })
      .catch((error: unknown) => error)
    expect(`${String(trouble)} ${JSON.stringify(trouble)}`).not.toMatch(/\d{7}|fake:fake|Basic/)
  })
})
