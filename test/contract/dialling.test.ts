/** Making channels and dialling: what Asterisk answers, and which events follow. The fake must do as the real one does. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AriTrouble } from '#platform/asterisk/ari-client'
import { openSession, type Session } from '../kit/contract-session.ts'
import { type ContractWorld, type FarTemper, worlds } from '../kit/contract-world.ts'

const ways = worlds.flatMap(({ world, open }) => [
  { world, open, by: 'HTTP', commandSockets: 0 },
  { world, open, by: 'sockets', commandSockets: 4 },
])

describe.each(ways)('$world, commands by $by', ({ open, commandSockets }) => {
  let world: ContractWorld
  let session: Session
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    session = await openSession(world, { commandSockets })
  })
  afterEach(() => session.close())

  const create = (id: string, to: FarTemper) =>
    session.deeds.createChannel({
      channelId: id,
      endpoint: world.phone(to),
      app: 'switchboard',
      appArgs: 'dialled,one',
      formats: 'alaw',
      variables: { 'CALLERID(num)': '12345', 'PJSIP_HEADER(add,X-Hotline-Call)': 'call-1' },
    })

  test('create, dial and answer', async () => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    expect(await create(leg, 'rings')).toBe('done')
    const start = await seen.first('StasisStart', leg)
    expect(start.channel.state).toBe('Down')
    expect(start.args).toEqual(['dialled', 'one'])
    expect(await deeds.dial(leg)).toBe('done')
    await seen.first('Dial', (event) => event.peer.id === leg && event.dialstatus === 'RINGING')
    await seen.first('ChannelStateChange', (event) => event.channel.id === leg && event.channel.state === 'Ringing')
    await seen.first('Dial', (event) => event.peer.id === leg && event.dialstatus === '')
    expect(seen.storyOf(leg)[0]).toBe('StasisStart Down')

    const quick = newId('quick')
    await create(quick, 'answers')
    await deeds.dial(quick)
    await seen.first('Dial', (event) => event.peer.id === quick && event.dialstatus === 'ANSWER')
    // That it is dialled is told by the thread that dials, and may be overtaken by what the phone says to it.
    await seen.first('Dial', (event) => event.peer.id === quick && event.dialstatus === '')
    expect(seen.storyOf(quick).filter((line) => line !== 'Dial')).toEqual([
      'StasisStart Down',
      'ChannelStateChange Up',
      'Dial ANSWER',
    ])
    expect(await session.ari.client.getVariable(quick, 'CALLERID(num)')).toBe('12345')
  })

  test('a row of commands given at once is carried out in order', async () => {
    const { deeds, seen, newId } = session
    const [leg, bridge] = [newId('leg'), newId('bridge')]
    const answers = await Promise.all([
      create(leg, 'answers'),
      deeds.createBridge(bridge),
      deeds.addToBridge(bridge, [leg]),
      deeds.dial(leg),
    ])
    expect(answers).toEqual(['done', 'done', 'done', 'done'])
    await seen.first('ChannelStateChange', (event) => event.channel.id === leg && event.channel.state === 'Up')
    expect(await deeds.hangup(leg)).toBe('done')
    await seen.first('ChannelDestroyed', leg)
    await seen.first('Dial', (event) => event.peer.id === leg && event.dialstatus === '')
    expect(seen.storyOf(leg).filter((line) => line !== 'Dial')).toEqual([
      'StasisStart Down',
      'ChannelEnteredBridge 1',
      'ChannelStateChange Up',
      'Dial ANSWER',
      'ChannelHangupRequest soft',
      'ChannelLeftBridge 0',
      'StasisEnd Up',
      'ChannelDestroyed 16',
    ])
    await deeds.destroyBridge(bridge)
  })

  test.each([
    { status: 486, cause: 17 },
    { status: 603, cause: 21 },
    { status: 480, cause: 19 },
    { status: 404, cause: 1 },
    { status: 403, cause: 21 },
    { status: 503, cause: 34 },
  ])('a phone that refuses with $status: cause $cause', async ({ status, cause }) => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    await Promise.all([create(leg, status), deeds.dial(leg)])
    const destroyed = await seen.first('ChannelDestroyed', leg)
    expect(destroyed).toMatchObject({ cause, tech_cause: status })
    const request = await seen.first('ChannelHangupRequest', leg)
    expect(request).toMatchObject({ cause, tech_cause: status })
    const story = seen.storyOf(leg)
    // That it is dialled and that it is refused are told by two threads of Asterisk: a quick refusal may overtake.
    expect(story.slice(1, 3)).toContain('Dial')
    expect(story.filter((line) => line !== 'Dial')).toEqual([
      'StasisStart Down',
      `ChannelHangupRequest ${cause}`,
      'StasisEnd Down',
      `ChannelDestroyed ${cause}`,
    ])
    expect(await deeds.hangup(leg)).toBe('gone')
  })

  test('nobody answers in time', async () => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    await Promise.all([create(leg, 'rings'), deeds.dial(leg, { timeoutS: 1 })])
    const destroyed = await seen.first('ChannelDestroyed', leg)
    expect(destroyed.cause).toBe(19)
    expect(await seen.first('ChannelHangupRequest', leg)).toMatchObject({ soft: true })
    expect(seen.storyOf(leg).slice(-3)).toEqual([
      'ChannelHangupRequest soft',
      'StasisEnd Ringing',
      'ChannelDestroyed 19',
    ])
  })

  test('whether a channel has been dialled can be asked while its phone says nothing', async () => {
    const { deeds, seen, newId } = session
    const header = 'X-Hotline-Call'
    const [silent, rings] = [newId('silent'), newId('rings')]
    await create(silent, 'silent')
    await create(rings, 'rings')
    expect(await deeds.hasDialled(silent, header)).toBe(false)
    await Promise.all([deeds.dial(silent), deeds.dial(rings)])
    await seen.first('ChannelStateChange', rings)
    await seen.first('Dial', silent)
    expect((await session.ari.client.getChannel(silent)) as object).toMatchObject({ state: 'Down' })
    expect(await deeds.hasDialled(silent, header)).toBe(true)
    expect(await deeds.hasDialled(rings, header)).toBe(true)
    expect(await deeds.hasDialled(newId('nobody'), header)).toBe('gone')
    await deeds.hangup(silent)
    await deeds.hangup(rings)
  })

  test('a second dial: refused while it rings; before that it ends the channel', async () => {
    const { deeds, seen, newId } = session
    const [silent, rings] = [newId('silent'), newId('rings')]
    await Promise.all([create(rings, 'rings'), deeds.dial(rings)])
    await seen.first('ChannelStateChange', rings)
    await expect(deeds.dial(rings)).rejects.toMatchObject({ status: 409 })
    await Promise.all([create(silent, 'silent'), deeds.dial(silent)])
    await seen.first('Dial', silent)
    expect(await deeds.dial(silent)).toBe('done')
    await seen.first('ChannelDestroyed', silent)
    await deeds.hangup(rings)
  })

  test('we give up while it rings, somebody else having answered', async () => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    await Promise.all([create(leg, 'rings'), deeds.dial(leg)])
    await seen.first('ChannelStateChange', leg)
    expect(await deeds.hangup(leg, { reason: 'answered_elsewhere' })).toBe('done')
    expect(await seen.first('ChannelDestroyed', leg)).toMatchObject({ cause: 26 })
  })

  test('the phone hangs up after its answer', async () => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    await Promise.all([create(leg, 'answersAndHangsUp'), deeds.dial(leg)])
    await seen.first('ChannelDestroyed', leg)
    expect(seen.storyOf(leg).slice(-3)).toEqual(['ChannelHangupRequest 16', 'StasisEnd Up', 'ChannelDestroyed 16'])
  })

  test('an endpoint without a phone is unreachable', async () => {
    const { deeds, newId } = session
    const channel = { channelId: newId('leg'), endpoint: world.nobody, app: 'switchboard' }
    expect(await deeds.createChannel(channel)).toBe('unreachable')
    expect(await deeds.originate({ ...channel, channelId: newId('leg') })).toBe('unreachable')
    expect(await deeds.dial(channel.channelId)).toBe('gone')
  })

  test('an originated channel enters the application when it is answered', async () => {
    const { deeds, seen, newId } = session
    const leg = newId('leg')
    const made = { channelId: leg, endpoint: world.phone('answers'), app: 'switchboard', appArgs: 'a,b' }
    expect(await deeds.originate(made)).toBe('done')
    const start = await seen.first('StasisStart', leg)
    expect(start.channel.state).toBe('Up')
    expect(start.args).toEqual(['a', 'b'])
    expect(seen.storyOf(leg)).toEqual(['Dial', 'ChannelStateChange Up', 'Dial ANSWER', 'StasisStart Up'])
  })

  test('an id that exists is refused with 409; of a bridge it is done', async () => {
    const { deeds, newId } = session
    const [leg, bridge] = [newId('leg'), newId('bridge')]
    expect(await create(leg, 'rings')).toBe('done')
    await expect(create(leg, 'rings')).rejects.toMatchObject({
      status: 409,
      kind: 'refused',
    } satisfies Partial<AriTrouble>)
    expect(await deeds.createBridge(bridge)).toBe('done')
    expect(await deeds.createBridge(bridge)).toBe('done')
    expect(await deeds.destroyBridge(bridge)).toBe('done')
    expect(await deeds.destroyBridge(bridge)).toBe('gone')
  })

  test('what a channel that is not up yet refuses with 412, and that it may be in a bridge', async () => {
    const { deeds, seen, newId } = session
    const [leg, bridge] = [newId('leg'), newId('bridge')]
    await Promise.all([create(leg, 'rings'), deeds.dial(leg), deeds.createBridge(bridge)])
    await seen.first('ChannelStateChange', leg)
    const asked = [() => deeds.startMoh(leg), () => deeds.mute(leg), () => deeds.sendDtmf(leg, '1')]
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ status: 412 })
    await expect(deeds.play(leg, newId('p'), ['sound:hello-world'])).rejects.toMatchObject({ status: 412 })
    expect(await deeds.addToBridge(bridge, [leg])).toBe('done')
    await seen.first('ChannelEnteredBridge', leg)
    await expect(deeds.dial(leg)).rejects.toMatchObject({ status: 409 })
  })

  test('everything that is asked of a channel that has hung up is answered with gone', async () => {
    const { deeds, seen, newId } = session
    const [leg, bridge] = [newId('leg'), newId('bridge')]
    await Promise.all([create(leg, 'answers'), deeds.createBridge(bridge), deeds.hangup(leg)])
    await seen.first('ChannelDestroyed', leg)
    const answers = await Promise.all([
      deeds.addToBridge(bridge, [leg]),
      deeds.addToBridge(newId('nosuch'), [leg]),
      deeds.removeFromBridge(bridge, [leg]),
      deeds.answerChannel(leg),
      deeds.ring(leg),
      deeds.ringStop(leg),
      deeds.play(leg, newId('p'), ['sound:hello-world']),
      deeds.stopPlayback(newId('p')),
      deeds.startMoh(leg),
      deeds.stopMoh(leg),
      deeds.mute(leg),
      deeds.unmute(leg),
      deeds.hold(leg),
      deeds.sendDtmf(leg, '12'),
      deeds.setVariable(leg, 'A', 'b'),
      deeds.continueInDialplan(leg),
      deeds.dial(leg),
      deeds.hangup(leg),
      session.ari.client.getChannel(leg),
      session.ari.client.getVariable(leg, 'A'),
      session.ari.client.rtpStatistics(leg),
    ])
    expect(new Set(answers)).toEqual(new Set(['gone']))
    await deeds.destroyBridge(bridge)
  })
})
