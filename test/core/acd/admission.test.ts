import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Admission, type AdmissionLimits, admitCall, type Load, openAdmission } from '#acd/core'
import { toInstant } from '#kernel'

const limits: AdmissionLimits = { callers: 100, perSecond: 10, burst: 20, loopDelayMs: 200, asteriskMs: 1_000 }
const calm: Load = { callers: 0, loopDelayMs: 0, asteriskMs: 0 }
const fresh = openAdmission(limits, toInstant(0))
const ask = (before: Admission, load: Partial<Load>, at = 0, isEmergency = false) =>
  admitCall(before, limits, { ...calm, ...load }, isEmergency, toInstant(at))

test.each([
  ['callers', { callers: 99 }, { callers: 100 }, { callers: 90 }, { callers: 89 }],
  ['eventLoop', { loopDelayMs: 199 }, { loopDelayMs: 200 }, { loopDelayMs: 180 }, { loopDelayMs: 179 }],
  ['asterisk', { asteriskMs: 999 }, { asteriskMs: 1_000 }, { asteriskMs: 900 }, { asteriskMs: 899 }],
] as const)('%s: shut at the limit, and open again only well below it', (reason, below, reached, near, far) => {
  expect(ask(fresh, below).refused).toBeNull()
  const shut = ask(fresh, reached)
  expect(shut.refused).toBe(reason)
  expect(ask(shut.admission, near).refused).toBe(reason)
  const opened = ask(shut.admission, far)
  expect(opened.refused).toBeNull()
  expect(ask(opened.admission, near).refused).toBeNull()
})

test('one reason that is over does not open the gate while there is another', () => {
  const shut = ask(fresh, { callers: 100, asteriskMs: 2_000 })
  expect(ask(shut.admission, { callers: 10, asteriskMs: 2_000 }).refused).toBe('asterisk')
})

test('a burst is let in, then so many a second; who is refused uses nothing up', () => {
  let admission = fresh
  const admitted = (count: number, at: number): number =>
    Array.from({ length: count }).filter(() => {
      const answer = ask(admission, {}, at)
      admission = answer.admission
      return answer.refused === null
    }).length
  expect(admitted(1_000, 0)).toBe(20)
  expect(admitted(1_000, 500)).toBe(5)
  expect(admitted(1_000, 400)).toBe(0) // a clock that was set back
  expect(admitted(1_000, 60_000)).toBe(20)
})

test('an emergency is let in whatever the load, and the gate stays shut for the others', () => {
  const full = { callers: 1_000, loopDelayMs: 9_000, asteriskMs: 9_000 }
  const { admission, refused } = ask({ ...fresh, tokens: 0 }, full, 0, true)
  expect([refused, admission.tokens]).toEqual([null, 0])
  expect(ask(admission, full).refused).toBe('callers')
})

test('whatever the load does, no more are let in than rate and burst allow, and nobody while a limit is reached', () => {
  const arrivals = fc.array(
    fc.record({
      afterMs: fc.integer({ min: -200, max: 2_000 }),
      callers: fc.integer({ min: 0, max: 150 }),
      loopDelayMs: fc.integer({ min: 0, max: 400 }),
      asteriskMs: fc.integer({ min: 0, max: 2_000 }),
    }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(arrivals, (calls) => {
      let [at, gone, admitted, admission] = [0, 0, 0, fresh]
      for (const { afterMs, ...load } of calls) {
        at += afterMs
        gone += Math.max(0, afterMs)
        const answer = ask(admission, load, at)
        admission = answer.admission
        if (answer.refused === null) admitted += 1
        const isReached = load.callers >= 100 || load.loopDelayMs >= 200 || load.asteriskMs >= 1_000
        if (isReached && answer.refused === null) return false
      }
      return admitted <= 20 + (gone / 1_000) * 10
    }),
  )
})
