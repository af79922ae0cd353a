import { expect, it } from 'vitest'
import { answersAtOnce } from '../outside/answerer.ts'
import type { Caller } from '../outside/caller.ts'
import { dial } from './kit/cast.ts'
import { onStage } from './kit/stage.ts'

const stage = onStage({ li: answersAtOnce })

it('three callers and one agent: each has a turn, in the order of their coming', async () => {
  const li = stage.actor('li')
  const callers: Caller[] = []
  for (const name of ['first', 'second', 'third']) {
    const caller = await stage.world.call(name, { to: dial.brisk, number: stage.number() })
    await caller.hearsMusic()
    callers.push(caller)
  }
  const began = Date.now()
  await li.desk.ready()
  for (const [turn, caller] of callers.entries()) {
    await Promise.all([caller.hearsOnly(li.phone), li.phone.hearsOnly(caller)])
    for (const waiting of callers.slice(turn + 1)) await waiting.hearsMusic()
    await caller.hangUp()
    await caller.gone()
  }
  const heard = li.phone.heard.filter(({ who, from }) => from > began && callers.some(({ name }) => name === who))
  expect(heard.map(({ who }) => who)).toEqual(['first', 'second', 'third'])
})

it('of two agents the one who has been idle longer is asked', async () => {
  const li = stage.actor('li')
  await li.desk.ready()
  const wang = await stage.world.call('wang', { to: dial.brisk, number: stage.number() })
  await wang.hears(li.phone)
  const chen = await stage.world.call('chen', { to: dial.brisk, number: stage.number() })
  await chen.hearsMusic()
  await wang.hangUp()
  await chen.hearsOnly(li.phone)
})
