/** A disk that takes nothing for a while: what waits for it is done later, and nobody is blamed for that. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withAgent } from '#acd/core'
import { limits, toInstant } from '#kernel'
import { createConductor } from '../../../src/switchboard/conductor.ts'
import { emptyHall } from '../../../src/switchboard/hall-state.ts'
import { createLegRegister } from '../../../src/switchboard/leg-register.ts'
import { createTimers } from '../../../src/switchboard/timers.ts'
import { anAgent, at, aWaitingCall } from '../../kit/builders.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An offer whose step is on disk after so long. Answers when its time was up, from the moment in which it was made. */
async function offerOn(syncMs: number): Promise<number> {
  const hall = emptyHall(1)
  hall.board = withAgent(hall.board, anAgent())
  const now = () => toInstant(at + performance.now() - begun)
  const begun = performance.now()
  const due = Promise.withResolvers<number>()
  const conductor = createConductor({
    ...{ hall, legs: createLegRegister(), timers: createTimers(), ringAtMostMs: 60_000 },
    journal: {
      kept: new Map(),
      append: () => new Promise<void>((resolve) => setTimeout(resolve, syncMs)),
    } as never,
    clock: { now, offsetMs: () => 0, fromWall: toInstant },
    directory: () => ({ agents: [], seats: [], queues: [], numbers: [], lines: [] }),
    perform: () => {},
    offerDue: () => due.resolve(performance.now() - begun),
    changed: () => {},
    isOver: () => true,
    trouble: due.reject,
  })
  const call = aWaitingCall()
  hall.calls.set(call.id, call)
  conductor.take((turn) =>
    turn.tell({ type: 'callWaiting', call: call.id, queue: call.queue, since: call.since, front: false, at: now() }),
  )
  expect(hall.calls.get(call.id)?.state).toBe('offering')
  await vi.runAllTimersAsync()
  return due.promise
}

test('a phone rings as long as it should, however late its call was on the disk', async () => {
  expect(await offerOn(10)).toBe(limits.offerRingMs)
  expect(await offerOn(12_000)).toBe(12_000 + limits.offerRingMs)
})

test('what was not written within the time of an offer has not rung', async () => {
  expect(await offerOn(limits.offerRingMs + 5_000)).toBe(limits.offerRingMs)
})
