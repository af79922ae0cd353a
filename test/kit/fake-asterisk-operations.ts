/** The operations that the fake knows, with the codes and texts that Asterisk answers. Anything else is "not found". */
import type { OperationName } from '#platform/asterisk/ari-client'
import type { FakeModel } from './fake-asterisk-model.ts'
import { causeOfReason, type FakeBridge, type FakeChannel, type FarEnd, wireTime } from './fake-asterisk-state.ts'

export type Reply = { readonly status: number; readonly body?: unknown }
export type Asked = {
  readonly args: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** Who is behind `PJSIP/user@endpoint`; undefined: nobody. */
export type Reach = (
  endpoint: string,
) => { readonly far: FarEnd; readonly resource: string; readonly user: string } | undefined

export type World = {
  readonly model: FakeModel
  readonly reach: Reach
  readonly endpoints: () => readonly { readonly resource: string; readonly online: boolean }[]
  readonly apps: () => readonly string[]
  readonly filterOf: (app: string) => readonly string[]
  readonly setFilter: (app: string, disallowed: readonly string[]) => void
  readonly subscribe: (app: string, sources: readonly string[]) => void
  readonly tell: (app: string, eventName: string) => void
}

type Handler = (world: World, asked: Asked) => Reply | Promise<Reply>

const done: Reply = { status: 204 }
const noChannel: Reply = { status: 404, body: { message: 'Channel not found' } }
const notInStasis: Reply = { status: 409, body: { message: 'Channel not in Stasis application' } }
const invalidState: Reply = { status: 412, body: { message: 'Channel in invalid state' } }
const noBridge: Reply = { status: 404, body: { message: 'Bridge not found' } }
const noPlayback: Reply = { status: 404, body: { message: 'Playback not found' } }
const idTaken: Reply = { status: 409, body: { message: 'Channel with given unique ID already exists' } }
const unreadable: Reply = { status: 500, body: { message: 'Unable to read provided function' } }
const allocationFailed: Reply = { status: 500, body: { error: 'Allocation failed' } }

const channelOf = ({ model }: World, { args }: Asked): FakeChannel | undefined =>
  model.channels.get(args.channelId ?? '')

/** For commands to a channel that is in Stasis. */
const onChannel =
  (act: (channel: FakeChannel, world: World, asked: Asked) => Reply | Promise<Reply>, mustBeUp = true): Handler =>
  (world, asked) => {
    const channel = channelOf(world, asked)
    if (channel === undefined) return noChannel
    if (channel.app === undefined) return notInStasis
    if (mustBeUp && (channel.state === 'Down' || channel.state === 'Ringing')) return invalidState
    return act(channel, world, asked)
  }

/** Queued for the channel's thread and answered at once. */
const queued = (act: (channel: FakeChannel, asked: Asked) => void): Handler =>
  onChannel((channel, _world, asked) => {
    void channel.run(() => act(channel, asked))
    return done
  })

/** Answered when the channel's thread has done it; gone when the channel hung up meanwhile. */
const awaited = async (channel: FakeChannel, act: () => void): Promise<boolean> => {
  await channel.run(() => {
    if (channel.alive) act()
  })
  return channel.alive
}

function makeChannel({ model, reach }: World, { args, body }: Asked): FakeChannel | Reply {
  const id = args.channelId
  if (id !== undefined && model.channels.has(id)) return idTaken
  const reached = reach(args.endpoint ?? '')
  if (reached === undefined) return allocationFailed
  const variables = (body.variables ?? {}) as Record<string, string>
  const channel = model.addChannel({
    ...(id !== undefined && { id }),
    endpoint: reached.resource,
    far: reached.far,
    state: 'Down',
    exten: reached.user,
    caller: { name: variables['CALLERID(name)'] ?? '', number: variables['CALLERID(num)'] ?? '' },
  })
  for (const [name, value] of Object.entries(variables)) channel.variables.set(name, value)
  channel.watchedBy = args.app
  channel.args = args.appArgs === undefined ? [] : args.appArgs.split(',')
  return channel
}

const create: Handler = (world, asked) => {
  const channel = makeChannel(world, asked)
  if ('status' in channel) return channel
  // Its thread enters the application a moment after the answer; until then it is "not in Stasis".
  setImmediate(() => world.model.enterApp(channel, asked.args.app ?? '', channel.args))
  return { status: 200, body: channel.toWire() }
}

const originate: Handler = (world, asked) => {
  const channel = makeChannel(world, asked)
  if ('status' in channel) return channel
  const seconds = Number(asked.args.timeout ?? 30)
  setImmediate(() => {
    if (channel.alive) world.model.dial(channel, seconds * 1000)
  })
  return { status: 200, body: channel.toWire() }
}

const dial = onChannel((channel, { model }, { args }) => {
  if (channel.state !== 'Down') {
    return { status: 409, body: { message: "Channel is not in the 'Down' state" } }
  }
  void channel.run(() => {
    if (!channel.alive) return
    // A second dial before the phone has said anything ends the channel.
    if (channel.dialled) model.hangUp(channel, { cause: 16 })
    else model.dial(channel, Number(args.timeout ?? 0) * 1000)
  })
  return done
}, false)

const hangUp: Handler = (world, asked) => {
  const channel = channelOf(world, asked)
  if (channel === undefined) return noChannel
  const { reason, reason_code: code } = asked.args
  const cause = code === undefined ? causeOfReason[reason ?? 'normal'] : Number(code)
  if (cause === undefined) return { status: 400, body: { message: 'Invalid Reason' } }
  world.model.hangUp(channel, { cause, soft: true })
  return done
}

const answer = onChannel(async (channel, { model }) => {
  const there = await awaited(channel, () => {
    if (channel.state === 'Up') return
    model.setState(channel, 'Up')
    channel.far.answered(channel)
  })
  return there ? done : noChannel
})

const play = onChannel((channel, { model }, { args }) => {
  const id = args.playbackId ?? ''
  model.play(channel, id, (args.media ?? '').split(','))
  return { status: 201, body: model.playbacks.get(id)?.toWire() }
})

const setDirection = (on: boolean): Handler =>
  queued((channel, { args }) => {
    for (const way of args.direction === 'in' || args.direction === 'out' ? [args.direction] : ['in', 'out']) {
      if (on) channel.muted.add(way)
      else channel.muted.delete(way)
    }
  })

const setMusic = (on: boolean): Handler =>
  queued((channel) => {
    channel.music = on
  })

const setHeld = (on: boolean): Handler =>
  queued((channel) => {
    channel.held = on
  })

const channels: Partial<Record<OperationName, Handler>> = {
  'channels.list': ({ model }) => ({ status: 200, body: [...model.channels.values()].map((c) => c.toWire()) }),
  'channels.get': (world, asked) => {
    const channel = channelOf(world, asked)
    return channel === undefined ? noChannel : { status: 200, body: channel.toWire() }
  },
  'channels.create': create,
  'channels.originateWithId': originate,
  'channels.dial': dial,
  'channels.hangup': hangUp,
  'channels.answer': answer,
  'channels.ring': queued(() => {}),
  'channels.ringStop': queued(() => {}),
  'channels.playWithId': play,
  'channels.startMoh': setMusic(true),
  'channels.stopMoh': setMusic(false),
  'channels.mute': setDirection(true),
  'channels.unmute': setDirection(false),
  'channels.hold': setHeld(true),
  'channels.unhold': setHeld(false),
  'channels.sendDTMF': queued(() => {}),
  'channels.continueInDialplan': onChannel((channel, { model }) => {
    model.leaveApp(channel)
    return done
  }),
  'channels.setChannelVar': onChannel(async (channel, _world, { args }) => {
    const there = await awaited(channel, () => channel.variables.set(args.variable ?? '', args.value ?? ''))
    return there ? done : noChannel
  }, false),
  'channels.getChannelVar': (world, asked) => {
    const channel = channelOf(world, asked)
    if (channel === undefined) return noChannel
    const name = asked.args.variable ?? ''
    const header = /^PJSIP_HEADER\(read,(.+)\)$/.exec(name)?.[1]
    if (header !== undefined) {
      // It stands on the channel until the INVITE takes it along.
      const waiting = channel.dialled ? undefined : channel.variables.get(`PJSIP_HEADER(add,${header})`)
      return waiting === undefined ? unreadable : { status: 200, body: { value: waiting } }
    }
    const { globals, netRecords } = world.model
    const keys = name === 'DB_KEYS(net)' ? [...netRecords].join(',') : undefined
    const value = channel.variables.get(name) ?? globals.get(name) ?? keys
    if (value === undefined) return { status: 404, body: { message: 'Provided channel variable was not found' } }
    return { status: 200, body: { value } }
  },
  'channels.rtpstatistics': (world, asked) => {
    const channel = channelOf(world, asked)
    if (channel === undefined) return noChannel
    if (channel.far.isSilent?.() !== true) channel.packets += 50 // by the next question
    return { status: 200, body: { txcount: 0, rxcount: channel.packets, channel_uniqueid: channel.id } }
  },
}

/** Every channel of a request must be there and in Stasis, or nothing is done. */
function membersOf({ model }: World, { args }: Asked): FakeChannel[] | Reply {
  const found: FakeChannel[] = []
  for (const id of (args.channel ?? '').split(',')) {
    const channel = model.channels.get(id)
    if (channel === undefined) return { status: 400, body: { message: 'Channel not found' } }
    if (channel.app === undefined) return { status: 422, body: { message: 'Channel not in Stasis application' } }
    found.push(channel)
  }
  return found
}

const ofBridge =
  (act: (bridge: FakeBridge, world: World, asked: Asked) => Reply | Promise<Reply>): Handler =>
  (world, asked) => {
    const bridge = world.model.bridges.get(asked.args.bridgeId ?? '')
    return bridge === undefined ? noBridge : act(bridge, world, asked)
  }

const bridges: Partial<Record<OperationName, Handler>> = {
  'bridges.list': ({ model }) => ({ status: 200, body: [...model.bridges.values()].map((b) => b.toWire()) }),
  'bridges.get': ofBridge((bridge) => ({ status: 200, body: bridge.toWire() })),
  'bridges.createWithId': ({ model }, { args }) => {
    const id = args.bridgeId ?? ''
    if (model.bridges.has(id)) return { status: 409, body: { message: `Bridge with id '${id}' already exists` } }
    const holding = (args.type ?? '').split(',').includes('holding')
    return { status: 200, body: model.addBridge(id, holding ? 'holding' : 'mixing').toWire() }
  },
  'bridges.destroy': ofBridge((bridge, { model }) => {
    model.destroyBridge(bridge)
    return done
  }),
  'bridges.addChannel': ofBridge(async (bridge, world, asked) => {
    const members = membersOf(world, asked)
    if ('status' in members) return members
    await Promise.all(members.map((m) => awaited(m, () => world.model.enterBridge(m, bridge))))
    return done
  }),
  'bridges.removeChannel': ofBridge(async (bridge, world, asked) => {
    const members = membersOf(world, asked)
    if ('status' in members) return members
    if (members.some((member) => member.bridge !== bridge)) {
      return { status: 422, body: { message: 'Channel not in this bridge' } }
    }
    await Promise.all(members.map((m) => awaited(m, () => world.model.leaveBridge(m, false))))
    return done
  }),
}

const playbacks: Partial<Record<OperationName, Handler>> = {
  'playbacks.get': ({ model }, { args }) => {
    const playback = model.playbacks.get(args.playbackId ?? '')
    return playback === undefined ? noPlayback : { status: 200, body: playback.toWire() }
  },
  'playbacks.stop': ({ model }, { args }) => {
    const playback = model.playbacks.get(args.playbackId ?? '')
    if (playback === undefined) return noPlayback
    model.stopPlayback(playback)
    return done
  },
}

const appToWire = (world: World, name: string) => ({
  name,
  channel_ids: [...world.model.channels.values()]
    .filter((c) => c.app === name || c.watchedBy === name)
    .map((c) => c.id),
  bridge_ids: [...world.model.bridges.values()].filter((b) => b.watchers.has(name)).map((b) => b.id),
  endpoint_ids: [],
  device_names: [],
  events_allowed: [],
  events_disallowed: world.filterOf(name).map((type) => ({ type })),
})

const ofApp =
  (act: (name: string, world: World, asked: Asked) => void): Handler =>
  (world, asked) => {
    const name = asked.args.applicationName ?? ''
    if (!world.apps().includes(name)) return { status: 404, body: { message: 'Application not found' } }
    act(name, world, asked)
    return { status: 200, body: appToWire(world, name) }
  }

const endpointsToWire = ({ model, endpoints }: World) =>
  endpoints().map(({ resource, online }) => ({
    technology: 'PJSIP',
    resource,
    state: online ? 'online' : 'offline',
    channel_ids: [...model.channels.values()].filter((c) => c.endpoint === resource).map((c) => c.id),
  }))

const house: Partial<Record<OperationName, Handler>> = {
  'applications.list': (world) => ({ status: 200, body: world.apps().map((name) => appToWire(world, name)) }),
  'applications.get': ofApp(() => {}),
  'applications.filter': ofApp((name, world, { body }) => {
    const list = (body.disallowed ?? []) as { type: string }[]
    world.setFilter(
      name,
      list.map(({ type }) => type),
    )
  }),
  'applications.subscribe': ofApp((name, world, { args }) =>
    world.subscribe(name, (args.eventSource ?? '').split(',')),
  ),
  'events.userEvent': (world, { args }) => {
    const app = args.application ?? ''
    if (!world.apps().includes(app)) return { status: 404, body: { message: 'Application not found' } }
    world.tell(app, args.eventName ?? '')
    return done
  },
  'endpoints.list': (world) => ({ status: 200, body: endpointsToWire(world) }),
  'endpoints.listByTech': (world) => ({ status: 200, body: endpointsToWire(world) }),
  'asterisk.getInfo': ({ model }) => ({
    status: 200,
    body: {
      system: { version: '22.10.1', entity_id: '02:00:00:00:fa:ce' },
      config: { name: 'fake', default_language: 'en' },
      status: { startup_time: wireTime(model.startedAt), last_reload_time: wireTime(model.startedAt) },
    },
  }),
  'asterisk.ping': () => ({
    status: 200,
    body: { ping: 'pong', timestamp: wireTime(new Date()), asterisk_id: '02:00:00:00:fa:ce' },
  }),
  'asterisk.setGlobalVar': ({ model }, { args }) => {
    const { variable = '', value = '' } = args
    model.globals.set(variable, value)
    const deleted = /^DB_DELETE\(net\/(.*)\)$/.exec(variable)?.[1]
    if (deleted !== undefined) model.netRecords.delete(deleted)
    return done
  },
  'asterisk.getGlobalVar': ({ model }, { args }) => ({
    status: 200,
    body: { value: model.globals.get(args.variable ?? '') ?? '' },
  }),
  'asterisk.reloadModule': (_world, { args }) =>
    (args.moduleName ?? '').startsWith('res_') ? done : { status: 404, body: { message: 'Module could not be found' } },
}

export const handlers: Partial<Record<OperationName, Handler>> = {
  ...channels,
  ...bridges,
  ...playbacks,
  ...house,
}
