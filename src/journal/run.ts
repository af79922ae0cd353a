/** What travels through the queue `facts`: a run of facts of one journal, in the order of the journal. */
import type { Fact } from './core/index.ts'

export const FACTS_QUEUE = 'facts'

export type Run = { readonly journal: string; readonly facts: readonly Fact[] }

/** The same run always has the same name, so that one that still waits in the queue is not put there twice. */
export function nameRun({ journal, facts }: Run): string {
  return `${journal}-${facts[0]?.seq ?? 0}-${facts.at(-1)?.seq ?? 0}`
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0

/** What came out of the queue, if it is a run. What is in a fact beside its name is not asked here. */
export function readRun(data: unknown): Run | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { journal, facts } = data as { journal?: unknown; facts?: unknown }
  if (typeof journal !== 'string' || !UUID.test(journal) || !Array.isArray(facts)) return undefined
  const named = facts.every(
    (fact: unknown) =>
      typeof fact === 'object' &&
      fact !== null &&
      isCount((fact as Fact).seq) &&
      isCount((fact as Fact).epoch) &&
      (fact as Fact).epoch < 2 ** 31,
  )
  return named ? { journal, facts: facts as Fact[] } : undefined
}
