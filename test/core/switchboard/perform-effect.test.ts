import { expect, test } from 'vitest'
import type { Effect } from '#calls/core'
import { AriTrouble } from '#platform/asterisk/ari-client'
import { createLegRegister } from '../../../src/switchboard/leg-register.ts'
import { createPerformEffect } from '../../../src/switchboard/perform-effect.ts'
import { aWaitingCall } from '../../kit/builders.ts'

const refused = new AriTrouble({ kind: 'failed', status: 500, op: 'channels.playWithId', id: 'c', message: 'no' })
const greeting: Effect = { do: 'play', leg: 'caller' as never, playback: 'greeting' as never, prompts: ['greeting'] }

/** What is told of a prompt whose order got no good answer, when Asterisk then says this of it. */
async function toldOf(there: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = []
  const client = { lane: () => ({ play: () => Promise.reject(refused) }), getPlayback: there }
  const perform = createPerformEffect({
    client: client as never,
    app: 'switchboard',
    legs: createLegRegister(),
    dialString: () => null,
    unreachable: () => undefined,
    unplayed: (_call, playback) => told.push(`unplayed ${playback}`),
    rings: { ring: () => Promise.resolve() },
    joins: { expect: () => undefined, parted: () => undefined },
    trouble: (_error, _call, what) => told.push(`trouble ${what}`),
  })
  perform(aWaitingCall(), greeting)
  for (let n = 0; n < 10; n++) await Promise.resolve()
  return told
}

test('a greeting that could not be begun is over at once, or the caller would stay in it for ever', async () => {
  expect(await toldOf(() => Promise.resolve('gone'))).toEqual(['unplayed greeting', 'trouble play'])
  expect(await toldOf(() => Promise.reject(refused))).toEqual(['unplayed greeting', 'trouble play'])
})

test('a greeting of which only the answer was lost goes on', async () => {
  expect(await toldOf(() => Promise.resolve({ id: 'greeting', state: 'playing' }))).toEqual(['trouble play'])
})
