/** Reads facts back from the segments, for a relay that is far behind: memory holds only the newest. */
import { closeSync, openSync, readSync } from 'node:fs'
import type { Fact } from './core/index.ts'
import type { Unreadable } from './journal-folder.ts'
import { findRecord, readRecord } from './records.ts'
import { type SegmentRecord, toFacts } from './segment.ts'

export type SegmentPlace = {
  readonly number: number
  readonly path: string
  /** Facts from this seq up to the next segment's `firstSeq` are read here. */
  readonly firstSeq: number
  readonly epoch: number
  /** How many of its bytes are on disk; what lies behind them is being written. */
  readonly size: number
}

const CHUNK = 256 * 1024

/**
 * Gives facts after `afterSeq` and up to `lastSeq`, `atMost` of them; fewer only where there are no more.
 * Reading on where the last call ended costs one read of 256 KiB. Damaged bytes are told to `onDamage` and stepped over.
 */
export function createFactReader(onDamage: (unreadable: Unreadable) => void) {
  let mark = { number: -1, offset: 0, nextSeq: 0 }

  function readFrom(place: SegmentPlace, afterSeq: number, lastSeq: number, atMost: number): Fact[] {
    const isHere = mark.number === place.number && mark.nextSeq <= afterSeq + 1
    if (!isHere) mark = { number: place.number, offset: 0, nextSeq: place.firstSeq }
    const found: Fact[] = []
    const file = openSync(place.path, 'r')
    try {
      let offset = mark.offset
      const { size } = place
      let room = CHUNK
      while (found.length < atMost && offset < size) {
        const bytes = Buffer.allocUnsafe(Math.min(room, size - offset))
        const chunk = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
        const taken = takeChunk(place, chunk, { afterSeq, lastSeq, atMost }, found)
        if (chunk.length < bytes.length) throw new Error(`${place.path} is shorter than it was`)
        const rest = size - offset - chunk.length
        const damaged = taken.used > 0 || taken.full ? 0 : damagedBytes(chunk, rest)
        if (damaged > 0) onDamage({ path: place.path, offset, bytes: damaged })
        room = taken.used + damaged > 0 ? CHUNK : room * 2
        offset += taken.used + damaged
        mark = { number: place.number, offset, nextSeq: taken.nextSeq ?? mark.nextSeq }
        if (taken.full) break
      }
    } finally {
      closeSync(file)
    }
    return found
  }

  return {
    read(places: readonly SegmentPlace[], afterSeq: number, lastSeq: number, atMost: number): Fact[] {
      const found: Fact[] = []
      const start = Math.max(
        places.findLastIndex(({ firstSeq }) => firstSeq <= afterSeq + 1),
        0,
      )
      for (const [index, place] of places.entries()) {
        if (index < start) continue
        if (found.length === atMost) break
        const until = Math.min(lastSeq, (places[index + 1]?.firstSeq ?? Number.POSITIVE_INFINITY) - 1)
        const from = found.at(-1)?.seq ?? afterSeq
        if (until > from) found.push(...readFrom(place, from, until, atMost - found.length))
      }
      return found
    },
  }
}

type Wanted = { readonly afterSeq: number; readonly lastSeq: number; readonly atMost: number }

/** Goes through the whole records of a chunk. `full`: enough were found, and the last record may have more. */
function takeChunk(place: SegmentPlace, chunk: Buffer, wanted: Wanted, into: Fact[]) {
  let used = 0
  let nextSeq: number | undefined
  for (let next = readRecord(chunk, 0); typeof next !== 'string'; next = readRecord(chunk, used)) {
    const record = next.json as SegmentRecord
    if (record[0] === 'step') {
      const facts = toFacts(record[1], record[2], place.epoch)
      for (const fact of facts) {
        if (fact.seq <= wanted.afterSeq || fact.seq > wanted.lastSeq) continue
        if (into.length === wanted.atMost) return { used, nextSeq, full: true }
        into.push(fact)
      }
      nextSeq = record[1] + facts.length
    }
    used = next.end
  }
  return { used, nextSeq, full: false }
}

/** Where no whole record begins: how many bytes to step over; none when the chunk may be too small for the record. */
function damagedBytes(chunk: Buffer, rest: number): number {
  if (rest > 0 && readRecord(chunk, 0) === 'cut') return 0
  return findRecord(chunk, 0) ?? (rest > 0 ? 0 : chunk.length)
}
