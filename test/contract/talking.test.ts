/** Callers, prompts, music, bridges and keys: what Asterisk answers, and which events follow. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSession, type Session } from '../kit/contract-session.ts'
import { type ContractWorld, type FarCaller, type FarTemper, worlds } from '../kit/contract-world.ts'

const ways = worlds.flatMap(({ world, open }) => [
  { world, open, by: 'HTTP', commandSockets: 0 },
  { world, open, by: 'sockets', commandSockets: 4 },
])

describe.each(ways)('$world, commands by $by', ({ open, commandSockets }) => {
  let world: ContractWorld
  let session: Session
  const callers: FarCaller[] = []
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    session = await openSession(world, { commandSockets })
  })
  afterEach(async () => {
    for (const caller of callers.splice(0)) await caller.hangUp()
    await session.close()
  })

  /** A caller in our application, not yet answered. */
  async function comesIn(does?: 'talks' | 'presses'): Promise<{ id: string; far: FarCaller }> {
    const number = session.newNumber()
    const far = await world.call(number, does)
    callers.push(far)
    const start = await session.seen.first('StasisStart', (event) => event.channel.caller.number === number)
    expect(start.channel.state).toBe('Ring')
    expect(start.args[0]).toBe('inbound')
    return { id: start.channel.id, far }
  }

  async function agent(to: FarTemper = 'answers'): Promise<string> {
    const { deeds, seen, newId } = session
    const leg = newId('agent')
    await Promise.all([
      deeds.createChannel({ channelId: leg, endpoint: world.phone(to), app: 'switchboard', formats: 'alaw' }),
      deeds.dial(leg),
    ])
    await seen.first('ChannelStateChange', (event) => event.channel.id === leg && event.channel.state === 'Up')
    return leg
  }

  test('a caller rings, is answered, and hangs up: no ChannelDestroyed comes', async () => {
    const { deeds, seen } = session
    const { id, far } = await comesIn()
    expect(await deeds.ring(id)).toBe('done')
    expect(await deeds.answerChannel(id)).toBe('done')
    expect(await deeds.answerChannel(id)).toBe('done')
    await seen.first('ChannelStateChange', id)
    await far.hangUp()
    await seen.first('StasisEnd', id)
    // A later caller's whole story has passed by the time we look.
    const other = await comesIn()
    await other.far.hangUp()
    await seen.first('StasisEnd', other.id)
    expect(seen.storyOf(id)).toEqual([
      'StasisStart Ring',
      'ChannelStateChange Up',
      'ChannelHangupRequest 16',
      'StasisEnd Up',
    ])
    expect(await deeds.startMoh(id)).toBe('gone')
  })

  test('a caller gives up before the answer', async () => {
    const { seen } = session
    const { id, far } = await comesIn()
    await far.hangUp()
    await seen.first('StasisEnd', id)
    expect(await seen.first('ChannelHangupRequest', id)).toMatchObject({ tech_cause: 487 })
    expect(seen.storyOf(id)).toEqual(['StasisStart Ring', 'ChannelHangupRequest 16', 'StasisEnd Ring'])
  })

  test('we hang a caller up', async () => {
    const { deeds, seen } = session
    const { id } = await comesIn()
    await deeds.answerChannel(id)
    expect(await deeds.hangup(id)).toBe('done')
    await seen.first('StasisEnd', id)
    expect(seen.storyOf(id).slice(-2)).toEqual(['ChannelHangupRequest soft', 'StasisEnd Up'])
    expect(await deeds.hangup(id)).toBe('gone')
  })

  test('a prompt is stopped, and then the channel enters a bridge', async () => {
    const { deeds, seen, newId } = session
    const { id } = await comesIn()
    const [prompt, bridge] = [newId('prompt'), newId('bridge')]
    await deeds.answerChannel(id)
    expect(await deeds.play(id, prompt, ['sound:demo-congrats'])).toBe('done')
    await seen.first('PlaybackStarted', prompt)
    const answers = await Promise.all([
      deeds.stopPlayback(prompt),
      deeds.createBridge(bridge),
      deeds.addToBridge(bridge, [id]),
    ])
    expect(answers).toEqual(['done', 'done', 'done'])
    await seen.first('ChannelEnteredBridge', id)
    const finished = await seen.first('PlaybackFinished', prompt)
    expect(finished.playback.state).toBe('done')
    expect(seen.events.indexOf(finished)).toBeLessThan(seen.events.findIndex((e) => e.type === 'ChannelEnteredBridge'))
    expect(await deeds.stopPlayback(prompt)).toBe('gone')
  })

  test('a prompt that plays to a caller who was not answered is stopped, and then he is', async () => {
    const { deeds, seen, newId, ari } = session
    const { id } = await comesIn()
    const prompt = newId('prompt')
    expect(await deeds.play(id, prompt, ['sound:demo-congrats'])).toBe('done')
    await seen.first('PlaybackStarted', prompt)
    expect(await ari.client.getChannel(id)).toMatchObject({ state: 'Ring' })
    expect(await Promise.all([deeds.stopPlayback(prompt), deeds.answerChannel(id)])).toEqual(['done', 'done'])
    await seen.first('PlaybackFinished', prompt)
    expect(await ari.client.getChannel(id)).toMatchObject({ state: 'Up' })
  })

  test('a bridge waits for a prompt that is not stopped', async () => {
    const { deeds, seen, newId, ari } = session
    const { id } = await comesIn()
    const [prompt, bridge] = [newId('prompt'), newId('bridge')]
    await deeds.answerChannel(id)
    await deeds.play(id, prompt, ['sound:demo-congrats'])
    await deeds.createBridge(bridge)
    await seen.first('PlaybackStarted', prompt)
    const added = deeds.addToBridge(bridge, [id])
    await ari.client.ping()
    expect(seen.storyOf(bridge)).toEqual([])
    expect(await ari.client.unordered.stopPlayback(prompt)).toBe('done')
    expect(await added).toBe('done')
    await seen.first('ChannelEnteredBridge', id)
  })

  test('a list of prompts: one beginning each, one end', async () => {
    const { deeds, seen, newId } = session
    const { id } = await comesIn()
    const prompt = newId('prompt')
    await deeds.answerChannel(id)
    await deeds.play(id, prompt, ['sound:beep', 'sound:beep'])
    const finished = await seen.first('PlaybackFinished', prompt)
    expect(finished.playback).toMatchObject({ state: 'done', target_uri: `channel:${id}` })
    expect(seen.storyOf(prompt)).toEqual([
      'PlaybackStarted playing',
      'PlaybackContinuing',
      'PlaybackStarted playing',
      'PlaybackFinished done',
    ])
  })

  test('a prompt that is not there fails by event, not by answer', async () => {
    const { deeds, seen, newId } = session
    const { id } = await comesIn()
    const prompt = newId('prompt')
    await deeds.answerChannel(id)
    expect(await deeds.play(id, prompt, ['sound:nosuch'])).toBe('done')
    expect((await seen.first('PlaybackFinished', prompt)).playback.state).toBe('failed')
  })

  test('a caller who hangs up ends the prompt', async () => {
    const { deeds, seen, newId } = session
    const { id, far } = await comesIn()
    const prompt = newId('prompt')
    await deeds.answerChannel(id)
    await deeds.play(id, prompt, ['sound:demo-congrats'])
    await seen.first('PlaybackStarted', prompt)
    await far.hangUp()
    await seen.first('StasisEnd', id)
    expect(seen.storyOf(prompt).slice(0, 2)).toEqual(['PlaybackStarted playing', 'PlaybackFinished failed'])
  })

  test('music, hold and mute, in and out of a bridge', async () => {
    const { deeds, newId } = session
    const { id } = await comesIn()
    const bridge = newId('bridge')
    await deeds.answerChannel(id)
    const alone = await Promise.all([deeds.startMoh(id), deeds.startMoh(id), deeds.stopMoh(id), deeds.stopMoh(id)])
    await Promise.all([deeds.createBridge(bridge), deeds.addToBridge(bridge, [id])])
    const inside = await Promise.all([
      deeds.startMoh(id),
      deeds.stopMoh(id),
      deeds.mute(id),
      deeds.unmute(id),
      deeds.hold(id),
      deeds.unhold(id),
      deeds.sendDtmf(id, '12*#'),
    ])
    expect(new Set([...alone, ...inside])).toEqual(new Set(['done']))
    expect(() => deeds.sendDtmf(id, '12x')).toThrow(RangeError)
  })

  test('two in a bridge; one moves to another; the first bridge goes', async () => {
    const { deeds, seen, newId, ari } = session
    const { id } = await comesIn()
    const [first, second] = [newId('first'), newId('second')]
    await deeds.answerChannel(id)
    const leg = await agent()
    await Promise.all([deeds.createBridge(first), deeds.addToBridge(first, [id, leg])])
    await seen.first('ChannelEnteredBridge', (event) => event.bridge.channels.length === 2)
    const answers = await Promise.all([deeds.createBridge(second), deeds.addToBridge(second, [leg])])
    expect(answers).toEqual(['done', 'done'])
    await seen.first('ChannelEnteredBridge', (event) => event.bridge.id === second)
    expect(seen.storyOf(leg).slice(-3)).toEqual([
      'ChannelEnteredBridge 2',
      'ChannelLeftBridge 1',
      'ChannelEnteredBridge 1',
    ])
    expect(await deeds.removeFromBridge(first, [leg])).toBe('gone')
    const bridge = await ari.client.getBridge(first)
    expect(bridge).toMatchObject({ id: first, bridge_type: 'mixing', channels: [id] })
    expect(await deeds.destroyBridge(first)).toBe('done')
    await seen.first('ChannelLeftBridge', (event) => event.channel.id === id)
    // The caller is still ours, in silence.
    expect(await deeds.startMoh(id)).toBe('done')
    expect(await deeds.removeFromBridge(second, [leg])).toBe('done')
    await deeds.destroyBridge(second)
  })

  test('a partner that hangs up leaves the others in the bridge', async () => {
    const { deeds, seen, newId, ari } = session
    const { id } = await comesIn()
    const bridge = newId('bridge')
    await deeds.answerChannel(id)
    const leg = await agent('answersAndHangsUp')
    await Promise.all([deeds.createBridge(bridge), deeds.addToBridge(bridge, [id, leg])])
    await seen.first('ChannelDestroyed', leg)
    expect(seen.storyOf(leg).slice(-4)).toEqual([
      'ChannelHangupRequest 16',
      'ChannelLeftBridge 1',
      'StasisEnd Up',
      'ChannelDestroyed 16',
    ])
    expect(await ari.client.getBridge(bridge)).toMatchObject({ channels: [id] })
    await deeds.destroyBridge(bridge)
  })

  test('keys pressed by a caller and by a phone', async () => {
    const { deeds, seen } = session
    const { id } = await comesIn('presses')
    await deeds.answerChannel(id)
    const leg = await agent('presses')
    for (const channel of [id, leg]) {
      await seen.first('ChannelDtmfReceived', (event) => event.channel.id === channel && event.digit === '#')
      const digits = seen.events.flatMap((event) =>
        event.type === 'ChannelDtmfReceived' && event.channel.id === channel ? [event.digit] : [],
      )
      expect(digits.join('')).toBe('12#')
    }
  })

  test('variables, the application, and leaving it', async () => {
    const { deeds, seen, ari } = session
    const { id } = await comesIn()
    expect(await deeds.setVariable(id, 'HOTLINE', '张三, "x" & 1')).toBe('done')
    expect(await ari.client.getVariable(id, 'HOTLINE')).toBe('张三, "x" & 1')
    expect(await ari.client.getVariable(id, 'NOSUCH')).toBe('gone')
    expect(await ari.client.getApplication('switchboard')).toMatchObject({ channel_ids: expect.arrayContaining([id]) })
    expect(await ari.client.getApplication('nosuch')).toBe('gone')
    expect((await ari.client.listChannels()).map((channel) => channel.id)).toContain(id)
    expect(await deeds.continueInDialplan(id)).toBe('done')
    await seen.first('StasisEnd', id)
    expect(await deeds.answerChannel(id)).toBe('gone')
  })

  test('the house: global variables, modules, endpoints', async () => {
    const { deeds, ari } = session
    expect(await deeds.setGlobalVariable('HEARTBEAT', '1')).toBe('done')
    expect(await deeds.reloadModule('res_pjsip.so')).toBe('done')
    expect(await deeds.reloadModule('nosuch.so')).toBe('gone')
    const endpoints = await ari.client.listEndpoints('PJSIP')
    expect(endpoints.find(({ resource }) => resource === 'peer')).toMatchObject({ state: 'online' })
    expect(endpoints.find(({ resource }) => resource === 'away')).toMatchObject({ state: 'offline' })
    expect((await ari.client.ping()).ping).toBe('pong')
  })
})
