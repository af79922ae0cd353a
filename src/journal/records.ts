/**
 * How a record lies in a file: length of the payload (4 bytes, little endian), CRC-32 of the payload (4 bytes), payload
 * (JSON, UTF-8). A record that was cut anywhere, or whose bytes changed, is told from a whole one.
 */
import { crc32 } from 'node:zlib'

const HEAD = 8
/** A length beyond this is not one of ours: the bytes are damaged. */
const LONGEST = 64 * 1024 * 1024

/** A buffer that a burst has made larger than this is not kept. */
const MOST_KEPT = 1024 * 1024

export type RecordBatch = { readonly bytes: Buffer; readonly records: number }

/**
 * Gathers records into one buffer, so that many cost one write. Two buffers take turns: a fresh one for each write would be
 * memory outside the heap, and V8 answers that with a full collection twice a second, on the path of calls.
 */
export function createRecordGatherer(expectedBytes = 64 * 1024) {
  let buffer = Buffer.allocUnsafe(expectedBytes)
  let other: Buffer<ArrayBuffer> | undefined
  let length = 0
  let records = 0

  function reserve(bytes: number): void {
    if (length + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }

  return {
    get length() {
      return length
    },
    add(json: string): void {
      reserve(HEAD + json.length * 3)
      const start = length + HEAD
      const size = buffer.write(json, start)
      if (size > LONGEST) throw new RangeError(`a record of ${size} bytes is too long for the journal`)
      buffer.writeUInt32LE(size, length)
      buffer.writeUInt32LE(crc32(buffer.subarray(start, start + size)), length + 4)
      length = start + size
      records += 1
    },
    /** Gives what was gathered and begins anew. The bytes are good until the next `take`. */
    take(): RecordBatch {
      const taken = { bytes: buffer.subarray(0, length), records }
      const next = other ?? Buffer.allocUnsafe(expectedBytes)
      other = buffer.length > MOST_KEPT ? undefined : buffer
      buffer = next
      length = 0
      records = 0
      return taken
    },
  }
}
export type RecordGatherer = ReturnType<typeof createRecordGatherer>

/** `cut`: the bytes end before the record does. `damaged`: they are not what was written. */
export type RecordRead = { readonly json: unknown; readonly end: number } | 'cut' | 'damaged'

/** Reads the record that begins at `offset`. */
export function readRecord(bytes: Buffer, offset: number): RecordRead {
  if (offset + HEAD > bytes.length) return 'cut'
  const size = bytes.readUInt32LE(offset)
  if (size === 0 || size > LONGEST) return 'damaged'
  const start = offset + HEAD
  if (start + size > bytes.length) return 'cut'
  const payload = bytes.subarray(start, start + size)
  if (crc32(payload) !== bytes.readUInt32LE(offset + 4)) return 'damaged'
  try {
    return { json: JSON.parse(payload.toString()), end: start + size }
  } catch {
    return 'damaged' // the checksum fits bytes that are no JSON: not written by us
  }
}

/** Bytes that are no record, with whole records behind them. */
export type Damage = { readonly from: number; readonly to: number }

export type Ending = {
  /** Where the last whole record ends. */
  readonly end: number
  /** What lies behind it: nothing, the beginning of a record, or bytes that are none. */
  readonly tail: 'whole' | 'cut' | 'damaged'
  readonly damage: readonly Damage[]
}

/**
 * Gives every whole record to `take`, also those behind damage: each has a checksum of its own, and is as good as any. `at`: where in the
 * file `bytes` begin; all places are told from the beginning of the file.
 */
export function readRecords(bytes: Buffer, take: (json: unknown) => void, at = 0): Ending {
  const damage: Damage[] = []
  for (let end = 0; ; ) {
    const next = readRecord(bytes, end)
    if (typeof next !== 'string') {
      take(next.json)
      end = next.end
      continue
    }
    if (end === bytes.length) return { end: at + end, tail: 'whole', damage }
    const to = findRecord(bytes, end)
    if (to === undefined) return { end: at + end, tail: next, damage }
    damage.push({ from: at + end, to: at + to })
    end = to
  }
}

/** Every record of a journal begins so. JSON has no raw NUL, and a length has one: no text holds what looks like a record. */
const BEGIN = Buffer.from('["')

/** Where the first whole record behind `offset` begins. */
export function findRecord(bytes: Buffer, offset: number): number | undefined {
  for (let at = bytes.indexOf(BEGIN, offset + HEAD + 1); at !== -1; at = bytes.indexOf(BEGIN, at + 1)) {
    if (typeof readRecord(bytes, at - HEAD) !== 'string') return at - HEAD
  }
  return undefined
}
