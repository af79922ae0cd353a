import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lanes } from '../../../src/platform/asterisk/lanes.ts'

type Job = { lane: string | undefined; how: 'together' | 'alone' | 'ahead'; turns: number; fails: boolean }
const job = fc.record({
  lane: fc.constantFrom('a', 'b', undefined),
  how: fc.constantFrom('together' as const, 'alone' as const, 'ahead' as const),
  turns: fc.nat({ max: 4 }),
  fails: fc.boolean(),
})

/** Starts and ends in the order in which they happened. */
async function run(jobs: readonly Job[]): Promise<{ start: boolean; at: number }[]> {
  const lanes = new Lanes()
  const story: { start: boolean; at: number }[] = []
  const perform = async (at: number, { turns, fails }: Job): Promise<number> => {
    story.push({ start: true, at })
    for (let i = 0; i < turns; i++) await Promise.resolve()
    story.push({ start: false, at })
    if (fails) throw new Error('failed')
    return at
  }
  const settled = await Promise.allSettled(
    jobs.map((one, at) => {
      const work = (): Promise<number> => perform(at, one)
      return lanes[one.how](one.lane, work)
    }),
  )
  // Each answer goes to who asked for it.
  settled.forEach((result, at) => {
    expect(result.status).toBe(jobs[at]?.fails ? 'rejected' : 'fulfilled')
    if (result.status === 'fulfilled') expect(result.value).toBe(at)
  })
  return story
}

test('jobs of a lane start in order, what must be alone is, and what goes ahead is waited for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 20 }), async (jobs) => {
      const story = await run(jobs)
      for (const lane of ['a', 'b']) {
        const mine = story.filter(({ at }) => jobs[at]?.lane === lane)
        const starts = mine.filter(({ start }) => start).map(({ at }) => at)
        expect(starts).toEqual(starts.toSorted((a, b) => a - b))
        const running = new Set<number>()
        for (const { start, at } of mine) {
          if (!start) running.delete(at)
          else {
            const others = [...running]
            if (jobs[at]?.how === 'alone') expect(others).toEqual([])
            expect(others.filter((other) => jobs[other]?.how !== 'together')).toEqual([])
            running.add(at)
          }
        }
      }
    }),
  )
})

test('what may run together does, and without a lane nothing waits', async () => {
  const lanes = new Lanes()
  let open = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++open)
    await Promise.resolve()
    open -= 1
  }
  await Promise.all([lanes.together('a', work), lanes.together('a', work), lanes.together('a', work)])
  expect(most).toBe(3)
  most = 0
  await Promise.all([lanes.together('a', work), lanes.ahead('a', work)])
  expect(most).toBe(2)
  most = 0
  await Promise.all([lanes.alone(undefined, work), lanes.alone(undefined, work)])
  expect(most).toBe(2)
})
