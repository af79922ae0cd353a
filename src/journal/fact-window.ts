/** The newest facts in memory, the rest on disk. */
import type { Fact } from './core/index.ts'
import type { createFactReader, SegmentPlace } from './fact-reader.ts'

export function createFactWindow(mostInMemory: number, reader: ReturnType<typeof createFactReader>) {
  let facts: Fact[] = []

  return {
    /** Facts that have reached the disk, in order. */
    add(fresh: readonly Fact[]): void {
      for (const fact of fresh) facts.push(fact)
      if (facts.length > mostInMemory) facts = facts.slice(facts.length - Math.ceil(mostInMemory / 2))
    },
    forget(upToSeq: number): void {
      const first = facts[0]
      if (!first || first.seq > upToSeq) return
      const keep = facts.findIndex(({ seq }) => seq > upToSeq)
      facts = keep === -1 ? [] : facts.slice(keep)
    },
    /** Facts after `afterSeq`, `atMost` of them; fewer only where there are no more. */
    read(places: readonly SegmentPlace[], afterSeq: number, lastSeq: number, atMost: number): readonly Fact[] {
      if (afterSeq >= lastSeq || atMost <= 0) return []
      const first = facts[0]
      const old =
        first && first.seq <= afterSeq + 1
          ? []
          : reader.read(places, afterSeq, Math.min(lastSeq, (first?.seq ?? Number.POSITIVE_INFINITY) - 1), atMost)
      if (!first || old.length === atMost) return old
      const start = Math.max(afterSeq + 1 - first.seq, 0) // facts of one life of the process have no gaps
      return [...old, ...facts.slice(start, start + atMost - old.length)]
    },
  }
}
