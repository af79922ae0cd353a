/** The fake's events and answers hold the same fields, of the same kinds, as those of the real Asterisk. */
import { expect, test } from 'vitest'
import { openSession } from '../kit/contract-session.ts'
import { type ContractWorld, openFakeWorld, openRealWorld } from '../kit/contract-world.ts'

/** `channel.caller.number: string` and so on; of a list, what its first member holds. */
function pathsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : pathsOf(value[0], `${at}[]`)
  if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`]
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, at === '' ? key : `${at}.${key}`))
}

/** One call of everything; answers the fields by event, and by question. */
async function shapesOf(world: ContractWorld): Promise<Record<string, string[]>> {
  const { deeds, seen, newId, newNumber, close, ari } = await openSession(world)
  const number = newNumber()
  const far = await world.call(number, 'presses')
  const { channel } = await seen.first('StasisStart', (event) => event.channel.caller.number === number)
  const [caller, agent, busy] = [channel.id, newId('agent'), newId('busy')]
  const [bridge, prompt] = [newId('bridge'), newId('prompt')]
  await deeds.answerChannel(caller)
  await seen.first('ChannelDtmfReceived', caller)
  await deeds.play(caller, prompt, ['sound:beep', 'sound:beep'])
  await seen.first('PlaybackFinished', prompt)
  const made = { app: 'switchboard', appArgs: 'dialled,x', formats: 'alaw' }
  await Promise.all([
    deeds.createChannel({ ...made, channelId: busy, endpoint: world.phone(486) }),
    deeds.dial(busy),
    deeds.createChannel({ ...made, channelId: agent, endpoint: world.phone('answers') }),
    deeds.dial(agent),
  ])
  await seen.first('ChannelDestroyed', busy)
  await seen.first('ChannelStateChange', (event) => event.channel.id === agent && event.channel.state === 'Up')
  await Promise.all([deeds.createBridge(bridge), deeds.addToBridge(bridge, [caller, agent])])
  await seen.first('ChannelEnteredBridge', agent)
  const questions = {
    channel: await ari.client.getChannel(agent),
    bridge: await ari.client.getBridge(bridge),
    application: await ari.client.getApplication('switchboard'),
    endpoint: (await ari.client.listEndpoints('PJSIP')).find(({ resource }) => resource === 'peer'),
    ping: await ari.client.ping(),
  }
  await deeds.hangup(agent)
  await far.hangUp()
  await seen.first('StasisEnd', caller)
  await deeds.destroyBridge(bridge)
  await seen.first('BridgeDestroyed', bridge)
  await close()
  const shapes = new Map<string, Set<string>>()
  const add = (name: string, value: unknown): void => {
    const paths = shapes.get(name) ?? new Set()
    for (const path of pathsOf(value)) paths.add(path)
    shapes.set(name, paths)
  }
  for (const event of seen.events) add(event.type, event)
  for (const [name, answer] of Object.entries(questions)) add(`answer: ${name}`, answer)
  return Object.fromEntries([...shapes].map(([name, paths]) => [name, [...paths].toSorted()]))
}

test('the same fields everywhere', async () => {
  const [real, fake] = [await openRealWorld(), await openFakeWorld()]
  try {
    expect(await shapesOf(fake)).toEqual(await shapesOf(real))
  } finally {
    await Promise.all([real.close(), fake.close()])
  }
})
