/**
 * One file of the journal. It stands on its own: at its head is all the state that was kept when it began, so that an
 * older segment is needed only for facts that Postgres does not have yet.
 *
 *   segment  who and where in the row: journal, epoch, number, next seq, confirmed seq
 *   kept …   one record a key
 *   step …   those taken while the head was being written
 *   open     from here on the segment counts; without this record it is a torso, and the one before it is the newest. Says again
 *            what `segment` says, so that no single damage takes away whose it is
 *   step … confirmed … step …
 */
import { join } from 'node:path'
import type { Fact, NewFact } from './core/index.ts'
import type { Step } from './journal.ts'
import { type Ending, type RecordGatherer, readRecords } from './records.ts'

const VERSION = 1

export type SegmentHead = {
  readonly version: number
  readonly journal: string
  readonly epoch: number
  readonly number: number
  /** The first fact of this segment has this seq, or a higher one. */
  readonly nextSeq: number
  readonly confirmed: number
}
export type SegmentRecord =
  | readonly ['segment', SegmentHead]
  | readonly ['kept', string, unknown]
  | readonly ['step', number, readonly NewFact[], Readonly<Record<string, unknown>>]
  | readonly ['open', SegmentHead?]
  | readonly ['confirmed', number]

/** Kept state as JSON text: it is written again in each segment, and no later change of an object can reach it. */
export type KeptText = Map<string, string>

const PATTERN = /^segment-(\d{10})\.log$/
export const segmentPath = (folder: string, number: number): string =>
  join(folder, `segment-${String(number).padStart(10, '0')}.log`)
export const segmentNumber = (file: string): number | undefined => {
  const digits = PATTERN.exec(file)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export type NewHead = Omit<SegmentHead, 'version'>

export function addHead(to: RecordGatherer, head: NewHead, kept: KeptText): void {
  to.add(JSON.stringify(['segment', { version: VERSION, ...head }]))
  for (const [key, text] of kept) to.add(`["kept",${JSON.stringify(key)},${text}]`)
}

export const addOpen = (to: RecordGatherer, head: NewHead): void =>
  to.add(JSON.stringify(['open', { version: VERSION, ...head }]))
export const addConfirmed = (to: RecordGatherer, seq: number): void => to.add(JSON.stringify(['confirmed', seq]))

/** Adds a step, and brings `kept` to what it says. Throws, and changes nothing, when something in it is not JSON. */
export function addStep(to: RecordGatherer, firstSeq: number, step: Step, kept: KeptText): void {
  const changes = Object.entries(step.keep).map(([key, value]) => [key, toText(key, value)] as const)
  const keep = changes.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')
  to.add(`["step",${firstSeq},${JSON.stringify(step.facts)},{${keep}}]`)
  for (const [key, text] of changes) {
    if (text === 'null') kept.delete(key)
    else kept.set(key, text)
  }
}

function toText(key: string, value: unknown): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`what is kept under ${key} is not JSON`)
  return text
}

export const toFacts = (firstSeq: number, facts: readonly NewFact[], epoch: number): Fact[] =>
  facts.map((fact, index) => ({ ...fact, seq: firstSeq + index, epoch }))

export type NumberedFacts = readonly [firstSeq: number, facts: readonly NewFact[]]

export type SegmentRead = Ending & {
  /** `undefined`: neither of the two records that tell it can be read. */
  readonly head: SegmentHead | undefined
  /** The segment counts. */
  readonly opened: boolean
  readonly kept: Map<string, unknown>
  readonly steps: readonly NumberedFacts[]
  /** Seq of the next fact after the last one read. */
  readonly nextSeq: number
  readonly confirmed: number
  readonly size: number
}

/**
 * Reads a segment whole, or the rest of it: `bytes` follow `before.end`, and what was kept then (`before.kept`) is brought to what it is now.
 * `steps` are those in `bytes`. Throws for a version that we do not know.
 */
export function readSegment(path: string, bytes: Buffer, before?: SegmentRead): SegmentRead {
  const { head: headBefore, opened = false, kept = new Map(), confirmed = 0 } = before ?? {}
  const read: Reading = { head: headBefore, opened, kept, steps: [], confirmed }
  const from = before?.end ?? 0
  const ending = readRecords(bytes, (json) => take(read, json as SegmentRecord), from)
  const { head, steps } = read
  if (head && head.version !== VERSION)
    throw new Error(`${path} was written by another version (${head.version}) of the journal`)
  return {
    ...{ head, kept, steps, size: from + bytes.length, ...ending },
    // Whole records behind damaged ones: what was damaged may have been the record that says so.
    opened: read.opened || ending.damage.length > 0,
    nextSeq: steps.reduce(
      (next, [firstSeq, facts]) => Math.max(next, firstSeq + facts.length),
      Math.max(before?.nextSeq ?? 1, head?.nextSeq ?? 1),
    ),
    confirmed: Math.max(head?.confirmed ?? 0, read.confirmed),
  }
}

type Reading = {
  head: SegmentHead | undefined
  opened: boolean
  readonly kept: Map<string, unknown>
  readonly steps: NumberedFacts[]
  confirmed: number
}

function take(into: Reading, record: SegmentRecord): void {
  switch (record[0]) {
    case 'segment':
      into.head = record[1]
      return
    case 'kept':
      into.kept.set(record[1], record[2])
      return
    case 'open':
      into.opened = true
      into.head ??= record[1]
      return
    case 'confirmed':
      into.confirmed = Math.max(into.confirmed, record[1])
      return
    case 'step': {
      const [, firstSeq, facts, keep] = record
      into.steps.push([firstSeq, facts])
      for (const [key, value] of Object.entries(keep)) {
        if (value === null) into.kept.delete(key)
        else into.kept.set(key, value)
      }
    }
  }
}
