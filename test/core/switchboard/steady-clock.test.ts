import { expect, test } from 'vitest'
import { toInstant } from '../../../src/kernel/index.ts'
import { createSteadyClock, timeKept } from '../../../src/switchboard/steady-clock.ts'

const hourMs = 3_600_000

function clocks(kept = { offsetMs: 0, notBefore: toInstant(0) }) {
  let wall = 10 * hourMs
  let ran = 5
  const clock = createSteadyClock(
    () => toInstant(wall),
    () => ran,
    kept,
  )
  return {
    clock,
    pass(ms: number) {
      wall += ms
      ran += ms
    },
    step(ms: number) {
      wall += ms
    },
  }
}

test('a moment by the wall is the same by ours, however long ago the time was asked for', () => {
  const { clock, pass } = clocks()
  clock.now()
  pass(250)
  expect(clock.fromWall(10 * hourMs + 200)).toBe(10 * hourMs + 200)
})

test('it shows what the clock on the wall shows', () => {
  const { clock, pass } = clocks()
  pass(1_234)
  expect(clock.now()).toBe(10 * hourMs + 1_234)
  expect(clock.offsetMs()).toBe(0)
})

test('moments of the wall keep their order, whatever the fractions of a millisecond at which they are asked for', () => {
  let ran = 0
  const clock = createSteadyClock(
    () => toInstant(10 * hourMs + Math.floor(ran)),
    () => ran,
    { offsetMs: 0, notBefore: toInstant(0) },
  )
  const shown = [0.1, 0.95, 1.05, 1.6, 2.4, 3.5].map((at) => {
    ran = at
    clock.now()
    return clock.fromWall(10 * hourMs)
  })
  expect(new Set(shown)).toEqual(new Set([10 * hourMs]))
})

test.each([-hourMs, hourMs])('a moment of a wall that was set by %i ms is where it was by our time', (by) => {
  const { clock, pass, step } = clocks()
  pass(1_000)
  const before = clock.now()
  step(by)
  clock.now()
  expect(clock.fromWall(before + by)).toBe(before)
})

test.each([-hourMs, hourMs])('a step of the wall by %i ms is none of ours: we drift towards it', (by) => {
  const { clock, pass, step } = clocks()
  const before = clock.now()
  step(by)
  expect(clock.now()).toBe(before)
  pass(60_000)
  expect(clock.now() - before).toBe(60_000 + Math.sign(by) * 3_000)
  for (let minutes = 0; minutes < 21 * 60; minutes++) {
    pass(60_000)
    clock.now()
  }
  expect(clock.offsetMs()).toBe(0)
  expect(clock.now()).toBe(10 * hourMs + by + 60_000 * (21 * 60 + 1))
})

test('what the wall tells of after it was set back unseen came after all that is written down', () => {
  const setBack = clocks({ offsetMs: 0, notBefore: toInstant(10 * hourMs + 40_000) })
  setBack.pass(5_000)
  expect(setBack.clock.fromWall(10 * hourMs - 20_000)).toBe(10 * hourMs + 40_000)
  expect(setBack.clock.fromWall(10 * hourMs + 4_000)).toBeGreaterThan(10 * hourMs + 40_000)
  const agreed = clocks({ offsetMs: 0, notBefore: toInstant(10 * hourMs + 900) })
  expect(agreed.clock.fromWall(10 * hourMs - 20_000)).toBeLessThan(10 * hourMs)
})

test('a new process goes on with the time of the calls it finds, and without a call takes it from the wall', () => {
  const call = { arrivedAt: toInstant(10 * hourMs), since: toInstant(10 * hourMs + 5) }
  const kept = timeKept(new Map([['a', call]]) as never, new Map([['clock', hourMs]]))
  expect(kept).toEqual({ offsetMs: hourMs, notBefore: 10 * hourMs + 5 })
  expect(clocks(kept).clock.now()).toBe(11 * hourMs)
  expect(clocks({ ...kept, offsetMs: -hourMs }).clock.now()).toBe(10 * hourMs + 5)
  expect(timeKept(new Map(), new Map([['clock', hourMs]]))).toEqual({ offsetMs: 0, notBefore: 0 })
})
