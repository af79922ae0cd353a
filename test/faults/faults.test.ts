import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStack, type Stack } from './kit/stack.ts'
import { short } from './list.ts'
import { ordeal } from './ordeal.ts'

const load = { talking: 8, waiting: 6, rate: 4, beforeMs: 1_500 }
let stack: Stack

beforeAll(async () => {
  stack = await openStack({ agentCount: 24 })
})
afterAll(() => stack?.stop())

it.each(short)('$name: nobody is lost, doubled, cut off or overtaken', async (fault) => {
  const { failures, ...figures } = await ordeal(stack, fault, load)
  expect(failures.slice(0, 5).map(({ invariant, detail }) => `${invariant}: ${detail}`)).toEqual([])
  expect(figures.calls).toBeGreaterThan(load.talking + load.waiting)
})
