/** The minimal controller through the npm package ari-client. */
import { connect } from 'ari-client'
import { readConfig } from '#platform/config'
import { agents } from '../lab/asterisk-etc.ts'
import { app, createController, unwanted, type WireEvent } from './controller.ts'

const { ari } = readConfig(process.env, 'ari')
const client = await connect(ari.url, ari.user, ari.password)
/** Operations that are younger than the types of ari-client; it learns them from Asterisk itself. */
type Younger = Record<'create' | 'dial' | 'filter', (params: object) => Promise<unknown>>
const channels = client.channels as unknown as Younger
/** Its errors carry nothing but Asterisk's text. */
const unlessGone = (error: unknown): void => {
  if (!/not found|not in Stasis/i.test(String(error))) throw error
}
const onEvent = createController(
  {
    ring: (channelId) => client.channels.ring({ channelId }).catch(unlessGone),
    create: (_, channelId, endpoint) =>
      channels.create({ channelId, endpoint, app, formats: 'alaw' }).catch(unlessGone),
    dial: (_, channelId) => channels.dial({ channelId, timeout: 20 }).catch(unlessGone),
    answer: (_, channelId) => client.channels.answer({ channelId }).catch(unlessGone),
    bridge: (_, bridgeId) => client.bridges.createWithId({ bridgeId, type: 'mixing' }).catch(unlessGone),
    add: (_, bridgeId, legs) => client.bridges.addChannel({ bridgeId, channel: [...legs] }).catch(unlessGone),
    hangUp: (_, channelId) => client.channels.hangup({ channelId }).catch(unlessGone),
    removeBridge: (_, bridgeId) => client.bridges.destroy({ bridgeId }).catch(unlessGone),
  },
  agents,
  false,
)
for (const type of ['StasisStart', 'ChannelStateChange', 'StasisEnd', 'ChannelDestroyed']) {
  client.on(type as 'StasisStart', (event: unknown) => onEvent(event as WireEvent))
}
await client.start(app)
await (client.applications as unknown as Younger).filter({
  applicationName: app,
  filter: { disallowed: unwanted.map((type) => ({ type })) },
})
console.log('ready')
process.once('SIGTERM', () => {
  client.stop()
  process.exit(0)
})
