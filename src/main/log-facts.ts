/** The log tells what becomes of each call, by its id: the few steps that everybody asks for at `info`, all at `debug`. Never who called. */
import type { NewFact } from '#journal'
import type { Log } from '#platform/telemetry/log'

const milestones: ReadonlySet<string> = new Set([
  'call.accepted',
  'call.connected',
  'call.recovered',
  'call.ended',
  'call.refused',
])
const told = ['ticket', 'agent', 'seat', 'queue', 'state', 'outcome', 'reason', 'why', 'line'] as const

export const logFacts =
  (log: Pick<Log, 'info' | 'debug' | 'isLevelEnabled'>) =>
  (facts: readonly NewFact[]): void => {
    for (const fact of facts) {
      const level = milestones.has(fact.type) ? 'info' : 'debug'
      if (typeof fact.call !== 'string' || !log.isLevelEnabled(level)) continue // some twenty come with each call
      const about = Object.fromEntries(told.flatMap((key) => (fact[key] === undefined ? [] : [[key, fact[key]]])))
      log[level]({ call: fact.call, ...about }, fact.type)
    }
  }
