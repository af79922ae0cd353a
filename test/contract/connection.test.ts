/** The link itself: lost, frozen, taken over, odd, and an Asterisk that was restarted. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openAri } from '#platform/asterisk/ari'
import type { AriOddity, AriRetry } from '#platform/asterisk/ari-connection'
import { openSession, type Session } from '../kit/contract-session.ts'
import { type ContractWorld, worlds } from '../kit/contract-world.ts'

describe.each(worlds)('$world', ({ open }) => {
  let world: ContractWorld
  const sessions: Session[] = []
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()))
  })
  const session = async (options: Parameters<typeof openSession>[1] = {}): Promise<Session> => {
    const opened = await openSession(world, options)
    sessions.push(opened)
    return opened
  }

  /** A dialled leg that is up and in a bridge. */
  async function bridged({ deeds, seen, newId }: Session): Promise<{ leg: string; bridge: string }> {
    const [leg, bridge] = [newId('leg'), newId('bridge')]
    await Promise.all([
      deeds.createChannel({ channelId: leg, endpoint: world.phone('answers'), app: 'switchboard', formats: 'alaw' }),
      deeds.createBridge(bridge),
      deeds.addToBridge(bridge, [leg]),
      deeds.dial(leg),
    ])
    await seen.first('ChannelStateChange', leg)
    return { leg, bridge }
  }

  test.each([0, 4])('a cut link comes back; calls have stayed and their events flow again (sockets: %i)', async (n) => {
    const mine = await session({ commandSockets: n })
    const { leg, bridge } = await bridged(mine)
    world.link.cut()
    const up = await mine.nextUp()
    expect(up).toMatchObject({ first: false, restarted: false, startupTime: mine.ups[0]?.startupTime })
    expect(mine.downs).toHaveLength(1)
    expect(await mine.ari.client.getBridge(bridge)).toMatchObject({ channels: [leg] })
    expect(await mine.deeds.hangup(leg)).toBe('done')
    await mine.seen.first('ChannelDestroyed', leg)
    await mine.deeds.destroyBridge(bridge)
  })

  test('sessions that close and open in the same moment are never deaf', async () => {
    for (let i = 0; i < 25; i++) {
      const before = await openSession(world, { commandSockets: 4 })
      const closing = before.close()
      const { deeds, seen, newId, newNumber, close } = await openSession(world, { commandSockets: 4 })
      await closing
      const bridge = newId('bridge')
      expect(await deeds.createBridge(bridge)).toBe('done')
      const number = newNumber()
      const far = await world.call(number)
      const { channel } = await seen.first('StasisStart', ({ channel }) => channel.caller.number === number)
      expect(await deeds.answerChannel(channel.id)).toBe('done')
      await far.hangUp()
      await seen.first('StasisEnd', channel.id)
      await deeds.destroyBridge(bridge)
      await close()
    }
  })

  test('a link on which nothing is heard is given up, and the new one has the events', async () => {
    const mine = await session({ pingEveryMs: 50, deadAfterMs: 300 })
    const { leg, bridge } = await bridged(mine)
    world.link.freeze()
    await mine.nextUp()
    expect(mine.downs).toEqual(['nothing heard for 300 ms'])
    await mine.deeds.hangup(leg)
    await mine.seen.first('ChannelDestroyed', leg)
    await mine.deeds.destroyBridge(bridge)
  })

  test('commands do not need the events', async () => {
    const { url, user, password } = world
    const ari = openAri({ address: { url, user, password }, app: 'switchboard' })
    expect((await ari.client.ping()).ping).toBe('pong')
    await ari.close()
  })

  test('what is odd is counted by name and passed over', async () => {
    const mine = await session()
    const oddities: AriOddity[] = []
    mine.ari.connection.onOddity((oddity) => oddities.push(oddity))
    const told = new Promise<void>((resolve) => {
      mine.ari.connection.onOddity(({ odd }) => {
        if (odd === 'handlerThrew') resolve()
      })
    })
    mine.ari.connection.onEvent((event) => {
      if (event.type === 'ApplicationRegistered') throw new Error('a handler that throws')
    })
    const odd = [
      '{"type":"ChannelLevitated","application":"switchboard"}',
      '{"type":"ChannelLevitated"}',
      '{"type":"__proto__"}',
      '{"type":"StasisStart","application":"switchboard"}',
      '{"type":"StasisEnd","channel":{}}',
      '{"type":7}',
      '[]',
      '{"type":',
      '',
      `{"type":"${'x'.repeat(300)}"}`,
      '{"type":"ApplicationRegistered","application":"switchboard"}',
    ]
    for (const text of odd) world.link.insert(text)
    await told
    expect(Object.fromEntries(mine.ari.connection.oddities)).toEqual({
      'unknownType:ChannelLevitated': 2,
      'unknownType:__proto__': 1,
      'malformed:StasisStart': 1,
      'malformed:StasisEnd': 1,
      'noType:': 1,
      'notJson:': 3,
      [`unknownType:${'x'.repeat(40)}`]: 1,
      'handlerThrew:ApplicationRegistered': 1,
    })
    expect(oddities).toHaveLength(11)
    const { leg, bridge } = await bridged(mine)
    await mine.deeds.hangup(leg)
    await mine.seen.first('ChannelDestroyed', leg)
    await mine.deeds.destroyBridge(bridge)
  })

  test('a second one with our name takes over; the first stops and is told', async () => {
    const first = await session()
    const { leg, bridge } = await bridged(first)
    const replaced = new Promise<void>((resolve) => first.ari.connection.onReplaced(resolve))
    const second = await session()
    await replaced
    expect(first.ari.connection.isUp).toBe(false)
    await second.deeds.hangup(leg)
    await second.seen.first('ChannelDestroyed', leg)
    expect(first.seen.storyOf(leg)).not.toContain('ChannelDestroyed 16')
    await second.deeds.destroyBridge(bridge)
  })

  test('a wrong password is told at each try, and never in the words of the error', async () => {
    const { url, user } = world
    const ari = openAri({ address: { url, user, password: 'hunter2' }, app: 'switchboard' })
    const retry = new Promise<AriRetry>((resolve) => ari.connection.onRetry(resolve))
    ari.connection.start()
    expect((await retry).why).toContain('401')
    await expect(ari.client.ping()).rejects.toMatchObject({ status: 401, kind: 'refused' })
    await ari.close()
  })

  test('after a restart of Asterisk: told as such, calls gone, and commands work', { timeout: 60_000 }, async () => {
    const mine = await session({ commandSockets: 4 })
    const { leg, bridge } = await bridged(mine)
    await world.restart()
    const up = await mine.nextUp()
    expect(up).toMatchObject({ restarted: true, first: false })
    expect(await mine.ari.client.listChannels()).toEqual([])
    expect(await mine.deeds.hangup(leg)).toBe('gone')
    expect(await mine.deeds.destroyBridge(bridge)).toBe('gone')
    const again = await bridged(mine)
    await mine.deeds.hangup(again.leg)
    await mine.seen.first('ChannelDestroyed', again.leg)
    await mine.deeds.destroyBridge(again.bridge)
  })
})
