/** What a running switchboard shows of a call, from its offer to its wrap-up, is what the API document says of the frames. */
import { expect, test } from 'vitest'
import type { DeskPush } from '#acd/core'
import { sentFrames } from '../../../src/realtime/core/index.ts'
import { strayFrom } from '../../kit/exact-shape.ts'
import { startHall } from '../../kit/hall-on-fake.ts'

const nameOf = { agent: 'LiveAgentFrame', hall: 'LiveHallFrame' } as const
const shapes = JSON.parse(JSON.stringify(sentFrames))

test('every screen from offer to wrap-up has the documented shape, and every state is among them', async () => {
  const pushes: DeskPush[] = []
  const hall = await startHall({}, { push: (push) => pushes.push(structuredClone(push)) })
  const shown = (holds: (push: DeskPush) => boolean) => hall.until(() => pushes.some(holds))
  const inState = (state: string) =>
    shown((push) => push.push === 'agent' && (push.view.call?.state === state || push.view.status.state === state))
  try {
    for (const [agent, seat] of [
      ['1001', '8001'],
      ['1002', '8002'],
    ] as const) {
      await hall.order(agent, { name: 'logIn', seat: seat as never })
      await shown((push) => push.push === 'agent' && push.view.agent === agent && push.view.phone === 'reachable')
    }
    await hall.order('1001', { name: 'ready' })
    const caller = hall.call()
    await inState('offering')
    ;(await hall.phone('8001').nextLeg()).answer()
    await inState('talking')
    await hall.order('1001', { name: 'notReady', reason: 'meal' })
    await hall.order('1001', { name: 'consult', party: { kind: 'agent', agent: '1002' as never } })
    await inState('consulting')
    ;(await hall.phone('8002').nextLeg()).answer()
    await shown((push) => push.push === 'agent' && push.view.call?.target?.state === 'talking')
    await hall.order('1001', { name: 'join' })
    await inState('threeWay')
    await hall.order('1001', { name: 'dropParty' })
    caller.hangUp()
    await shown((push) => push.push === 'agent' && push.view.agent === '1001' && push.view.status.state === 'wrapUp')
    await hall.order('1001', { name: 'logOut' })
  } finally {
    await hall.close()
  }
  const states = new Set(pushes.flatMap((push) => (push.push === 'agent' ? [push.view.status.state] : [])))
  expect([...states].toSorted()).toEqual(['busy', 'loggedOut', 'notReady', 'offered', 'ready', 'wrapUp'])
  const wrong = pushes.flatMap(({ push: type, view }) => strayFrom(nameOf[type], shapes, { type, view }))
  expect(wrong).toEqual([])
})

test('a field that is not documented would be found', () => {
  expect(strayFrom('LiveLinkFrame', shapes, { type: 'link', up: true })).toEqual([])
  expect(strayFrom('LiveLinkFrame', shapes, { type: 'link', up: true, since: 1 })).not.toEqual([])
  expect(strayFrom('LiveDoneFrame', shapes, { type: 'reply', id: 'x', ok: true })).not.toEqual([])
})
