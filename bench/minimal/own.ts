/** The minimal controller through our own client. `HOTLINE_BENCH_SOCKETS`: how many websockets for commands (0: HTTP). */
import { openAri } from '#platform/asterisk/ari'
import { readConfig } from '#platform/config'
import { agents } from '../lab/asterisk-etc.ts'
import { app, createController, unwanted } from './controller.ts'

const { ari: address } = readConfig(process.env, 'ari')
const commandSockets = Number(process.env.HOTLINE_BENCH_SOCKETS ?? 0)
const { client, connection, close } = openAri({ address, app, commandSockets, unwanted })
const onEvent = createController(
  {
    ring: (channel) => client.lane(channel).ring(channel),
    create: (call, channelId, endpoint) =>
      client.lane(call).createChannel({ channelId, endpoint, app, formats: 'alaw' }),
    dial: (call, channel) => client.lane(call).dial(channel, { timeoutS: 20 }),
    answer: (call, channel) => client.lane(call).answerChannel(channel),
    bridge: (call, bridge) => client.lane(call).createBridge(bridge),
    add: (call, bridge, channels) => client.lane(call).addToBridge(bridge, channels),
    hangUp: (call, channel) => client.lane(call).hangup(channel),
    removeBridge: (call, bridge) => client.lane(call).destroyBridge(bridge),
  },
  agents,
  true,
)
connection.onEvent((event) => onEvent(event as Parameters<typeof onEvent>[0]))
connection.onUp(() => console.log('ready'))
connection.start()
process.once('SIGTERM', () => void close().finally(() => process.exit(0)))
