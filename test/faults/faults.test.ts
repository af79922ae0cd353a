import { rmSync } from 'node:fs'
import { join } from 'node:path'
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

// The last: nobody is at work afterwards.
it("the journal's folder is lost while calls are up, and each has one record, one ticket and an end", async () => {
  stack ??= await openStack(hallSize)
  const { ask, callers, system, phones, ensure } = stack
  const up = [...Array(4).fill(numbers.brisk), ...Array(3).fill(numbers.slow)].map((number) => callers.call(number))
  const ids = up.map(({ number }) => number)
  const records = (): Promise<CallRow[]> =>
    ask<CallRow>(
      `select c.caller_number as caller, c.state, array_agg(t.ticket_no) as tickets from calls c
         left join tickets t on t.call = c.id where c.caller_number = any($1) group by c.id, c.caller_number, c.state`,
      [ids],
    )
  const allOf = (wanted: (record: CallRow) => boolean) => async (): Promise<string[]> =>
    (await records())
      .filter(wanted)
      .map(({ caller }) => caller)
      .toSorted()
  // Before that nobody but the journal knows of them.
  await expect
    .poll(
      allOf(({ state }) => state === 'live'),
      { timeout: 20_000 },
    )
    .toEqual(ids.toSorted())
  await callers.watch.until(
    () => up.filter((caller) => caller.connectedAt !== null).length >= 4,
    20_000,
    () => 'talks',
  )
  await system.kill('switchboard')
  rmSync(join(system.options.dir, 'switchboard/journal'), { recursive: true })
  await ensure('switchboard')
  const health = async (): Promise<{ wrong: string[]; calls: number }> =>
    (await fetch(`http://127.0.0.1:${system.options.ports.switchboardHealth}/health/ready`)).json() as never
  await expect.poll(async () => (await health()).calls, { timeout: 20_000 }).toBe(up.length)
  expect((await health()).wrong).toContain('journalWhole')
  for (const caller of up) callers.hangUp(caller)
  phones.putDown()
  await expect
    .poll(
      allOf(({ state }) => state === 'ended'),
      { timeout: 30_000 },
    )
    .toEqual(ids.toSorted())
  for (const { tickets } of await records()) expect(tickets).toHaveLength(1)
  // Each is known by the number that its agent has seen before.
  const given = await ask<{ call: string; numbers: string[]; times: string }>(
    `select call, array_agg(distinct body ->> 'ticket') as numbers, count(*) as times from facts
       where type = 'call.accepted' and call in (select id from calls where caller_number = any($1)) group by call`,
    [ids],
  )
  expect(given.map(({ numbers, times }) => [numbers.length, Number(times)])).toEqual(ids.map(() => [1, 2]))
  expect(await ask('select * from quarantined_jobs')).toEqual([])
  await stack.stop()
  stack = undefined
}, 120_000)

type CallRow = { readonly caller: string; readonly state: string; readonly tickets: string[] }
