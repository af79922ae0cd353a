import { expect, test } from 'vitest'
import { type Sittings, satDown, stoodUp, whoSat } from '#acd/core'
import { toInstant } from '#kernel'
import { amina, bao } from '../../kit/builders.ts'

const at = toInstant
const changed = satDown(stoodUp(satDown([], amina, at(100)), amina, at(200)), bao, at(300))

test.each([
  [99, null],
  [100, amina],
  [199, amina],
  [200, null],
  [299, null],
  [300, bao],
  [9_000, bao],
])('at %i it was %s', (when, who) => {
  expect(whoSat(changed, at(when))).toBe(who)
})

test('who stands up leaves the sittings of others as they are', () => {
  expect(whoSat(stoodUp(changed, amina, at(400)), at(500))).toBe(bao)
})

test('what is too long ago is not known, and nobody is named in its place', () => {
  let sittings: Sittings = satDown([], amina, at(0))
  for (let n = 1; n < 20; n++) sittings = satDown(stoodUp(sittings, amina, at(n * 10)), amina, at(n * 10 + 5))
  expect(sittings.length).toBeLessThan(10)
  expect(whoSat(sittings, at(3))).toBeNull()
  expect(whoSat(sittings, at(199))).toBe(amina)
})
