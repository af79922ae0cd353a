/**
 * The only place where a call meets ARI. Orders of one call go down one lane: Asterisk gets them in order without our
 * waiting between them. What cannot be done because a leg is gone needs no word: its leaving is news of its own.
 */
import type { Call, Effect } from '#calls/core'
import type { CallId, LegId, PlaybackId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import type { DialPlan } from './dial-string.ts'
import type { JoinWatch } from './join-watch.ts'
import type { LegRegister } from './leg-register.ts'
import { mediaOf } from './prompt-media.ts'
import type { RingWatch } from './ring-watch.ts'

export type PerformDeps = {
  readonly client: AriClient
  readonly app: string
  readonly legs: LegRegister
  /** How a party is dialled; `null`: there is no way (seat gone from the directory). */
  readonly dialString: (call: Call, effect: Extract<Effect, { do: 'dial' }>) => DialPlan | null
  readonly unreachable: (call: CallId, leg: LegId) => void
  readonly joins: Pick<JoinWatch, 'expect' | 'parted'>
  readonly rings: Pick<RingWatch, 'ring'>
  /** This prompt has not begun, and will not. */
  readonly unplayed: (call: CallId, playback: PlaybackId) => void
  readonly trouble: (error: unknown, call: CallId, effect: Effect['do']) => void
}

/** The dialplan remembers when and how the leg hung up, for we may be dead by then (asterisk-config/extensions.conf). */
const tellsItsEnd = { 'CHANNEL(hangup_handler_push)': 'leg-left,s,1' }

export type PerformEffect = ReturnType<typeof createPerformEffect>

export function createPerformEffect({
  client,
  app,
  legs,
  dialString,
  unreachable,
  unplayed,
  joins,
  rings,
  trouble,
}: PerformDeps) {
  function dial(call: Call, effect: Extract<Effect, { do: 'dial' }>): Promise<unknown> {
    const to = dialString(call, effect)
    legs.addLeg(effect.leg, call.id)
    if (!to) {
      unreachable(call.id, effect.leg)
      return Promise.resolve()
    }
    const deeds = client.lane(call.id)
    const made = deeds.createChannel({
      channelId: effect.leg,
      endpoint: to.endpoint,
      app,
      appArgs: `dialled,${call.id}`,
      variables: { ...to.variables, ...tellsItsEnd },
      formats: 'alaw',
    })
    const rung = rings.ring(call.id, effect.leg)
    return Promise.all([
      made.then((answer) => {
        if (answer !== 'done') unreachable(call.id, effect.leg)
      }),
      rung,
    ])
  }

  function connect(call: Call, { bridge, legs: members }: Extract<Effect, { do: 'connect' }>): Promise<unknown> {
    const deeds = client.lane(call.id)
    for (const leg of members) joins.expect(bridge, leg, () => client.lane(call.id).addToBridge(bridge, [leg]))
    return Promise.all([deeds.createBridge(bridge), deeds.addToBridge(bridge, [...members])])
  }

  /** Whoever waits for the end of a prompt that could not be begun would wait for ever. */
  function play(call: Call, { leg, playback, prompts }: Extract<Effect, { do: 'play' }>): Promise<unknown> {
    legs.addPlayback(playback, call.id)
    const played = client.lane(call.id).play(leg, playback, prompts.flatMap(mediaOf))
    void played.then(
      () => legs.playbackBegan(playback),
      () => {},
    )
    return played.catch(async (error: unknown) => {
      const there = await client.getPlayback(playback).catch(() => 'gone' as const)
      if (there === 'gone') unplayed(call.id, playback)
      throw error
    })
  }

  function perform(call: Call, effect: Effect): Promise<unknown> {
    const deeds = client.lane(call.id)
    switch (effect.do) {
      case 'answer':
        return deeds.answerChannel(effect.leg)
      case 'indicateRinging':
      case 'startRingback':
        return deeds.ring(effect.leg)
      case 'stopRingback':
        return deeds.ringStop(effect.leg)
      case 'play':
        return play(call, effect)
      case 'stopPlayback':
        return deeds.stopPlayback(effect.playback)
      case 'startMusic':
        return deeds.startMoh(effect.leg)
      case 'stopMusic':
        return deeds.stopMoh(effect.leg)
      case 'dial':
        return dial(call, effect)
      case 'hangUp':
        return deeds.hangup(effect.leg, {
          reason: effect.because === 'answeredElsewhere' ? 'answered_elsewhere' : 'normal',
        })
      case 'connect':
        return connect(call, effect)
      case 'takeOut':
        joins.parted(effect.leg)
        return deeds.removeFromBridge(effect.bridge, [effect.leg])
      case 'removeBridge':
        return deeds.destroyBridge(effect.bridge)
      case 'mute':
        return deeds.mute(effect.leg)
      case 'unmute':
        return deeds.unmute(effect.leg)
      case 'sendDigits':
        return deeds.sendDtmf(effect.leg, effect.digits)
      case 'startTimer': // kept by the conductor, never sent
      case 'stopTimer':
        return Promise.resolve()
    }
  }

  return (call: Call, effect: Effect): void => {
    perform(call, effect).catch((error: unknown) => trouble(error, call.id, effect.do))
  }
}
