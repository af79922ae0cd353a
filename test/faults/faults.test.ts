import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openCrashStories } from './crash-story.ts'
import type { Fault } from './fault.ts'
import { judge } from './judge.ts'
import type { Caller } from './kit/callers.ts'
import { numbers, openStack, type Stack } from './kit/stack.ts'
import { short } from './list.ts'
import { ordeal } from './ordeal.ts'

const load = { talking: 8, tones: 4, waiting: 6, ringing: 4, rate: 4, blows: 1, beforeMs: () => 1_500 }
/** All of them are gone through by `scripts/soak --crash-points`. */
const samples = 12
const hallSize = { agentCount: 33, lateCount: 6 }
let stack: Stack | undefined

const told = (failures: readonly { invariant: string; detail: string }[]): string[] =>
  failures.slice(0, 5).map(({ invariant, detail }) => `${invariant}: ${detail}`)

async function endure(fault: Fault): Promise<void> {
  stack ??= await openStack(hallSize)
  const { failures, ...figures } = await ordeal(stack, fault, load)
  console.info(JSON.stringify(figures))
  expect(told(failures)).toEqual([])
  expect(figures.calls).toBeGreaterThan(load.talking + load.waiting)
}

/** Nobody should have to judge a system in which something is wrong already. */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  await stack?.stop()
  stack = undefined
})
afterAll(() => stack?.stop())

describe('nobody is lost, doubled, cut off, unheard or overtaken', () => {
  for (const fault of short) it.skipIf(fault.possible?.() === false)(fault.name, () => endure(fault))
})

it('the switchboard dies at points between offer and wrap-up, and every story is told to its end', async () => {
  stack ??= await openStack(hallSize)
  const stories = await openCrashStories(stack)
  try {
    const whole = await stories.tell(0)
    expect(whole).toMatchObject({ refused: [], failures: [] })
    const { length } = whole.points
    expect(length).toBeGreaterThanOrEqual(40)
    const surely = 0.9 * length // what is written together differs, and with it their number
    for (let n = 0; n < samples; n++) {
      const at = 1 + Math.floor(((n + 0.5) * surely) / samples)
      const { points, failures } = await stories.tell(at)
      expect(told(failures)).toEqual([])
      expect(points).toHaveLength(at)
    }
  } finally {
    await stories.close()
  }
}, 240_000)

it('who hangs up at the first ring, while the dialplan goes on, is written down', async () => {
  stack ??= await openStack(hallSize)
  const { callers } = stack
  const hasty: Caller[] = []
  for (let second = 0; second < 4; second++) {
    const now = Array.from({ length: 36 }, () => callers.call(numbers.brisk))
    await Promise.all(
      now.map(async (caller) => {
        const isHeard = (): boolean => caller.heardAt !== null
        await callers.watch.until(isHeard, 5_000, () => 'a ring')
        callers.hangUp(caller)
      }),
    )
    hasty.push(...now)
    await pause(1_000) // no more than that are let in within a second (HOTLINE_CALLS_PER_S)
  }
  const failures: string[] = []
  const how = { settleMs: 45_000, mayBeForgotten: () => false, arrivalsAreLate: false }
  const { lost } = await judge(stack, hasty, how, (invariant, detail) => failures.push(`${invariant}: ${detail}`))
  expect({ lost, failures }).toEqual({ lost: 0, failures: [] })
}, 90_000)
