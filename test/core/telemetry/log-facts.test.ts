/** What the log and the counts tell of calls. */
import { expect, test } from 'vitest'
import type { NewFact } from '#journal'
import { logFacts } from '../../../src/main/log-facts.ts'
import { createCounts } from '../../../src/main/switchboard-figures.ts'

const facts = [
  { type: 'call.accepted', call: 'c1', ticket: 'CZ1', number: '13800138000', name: '王', at: 1 },
  { type: 'call.offered', call: 'c1', agent: '1001', at: 2 },
  { type: 'call.ended', call: 'c1', reason: 'callerHungUp', at: 3 },
  { type: 'call.refused', call: 'c2', number: '13800138001', reason: 'overload', why: 'callers', at: 4 },
  { type: 'agent.ready', agent: '1001', at: 5 },
] as unknown as NewFact[]

test('each step of a call is told by its id, the few that matter at info, and never whose call it is', () => {
  const told: unknown[] = []
  const to = (level: string) => (about: object, what: string) => void told.push([level, what, about])
  logFacts({ info: to('info'), debug: to('debug'), isLevelEnabled: () => true } as never)(facts)
  expect(told).toEqual([
    ['info', 'call.accepted', { call: 'c1', ticket: 'CZ1' }],
    ['debug', 'call.offered', { call: 'c1', agent: '1001' }],
    ['info', 'call.ended', { call: 'c1', reason: 'callerHungUp' }],
    ['info', 'call.refused', { call: 'c2', reason: 'overload', why: 'callers' }],
  ])
})

test('who is refused is counted by why, and told of for a while', () => {
  const counts = createCounts()
  expect(counts.refusedOfLate()).toBeUndefined()
  counts.facts(facts)
  expect([...counts.refusals]).toEqual([['callers', 1]])
  expect(counts.refusedOfLate()).toBe('callers')
})
