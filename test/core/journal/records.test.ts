import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { createRecordGatherer, readRecord } from '../../../src/journal/records.ts'

function readAll(bytes: Buffer): { records: unknown[]; end: number } {
  const records: unknown[] = []
  let end = 0
  for (let next = readRecord(bytes, 0); typeof next !== 'string'; next = readRecord(bytes, end)) {
    records.push(next.json)
    end = next.end
  }
  return { records, end }
}

function gather(values: readonly unknown[]): Buffer {
  const gatherer = createRecordGatherer(16)
  for (const value of values) gatherer.add(JSON.stringify(value))
  return gatherer.take().bytes
}

const values = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 })

test('what is written is read back', () => {
  fc.assert(
    fc.property(values, (written) => deepEqual(readAll(gather(written)).records, JSON.parse(JSON.stringify(written)))),
  )
})

test('text of any kind survives, also beyond the size of the buffer', () => {
  const text = '夜间施工噪音 🏗️ \u0000 '.repeat(5_000)
  deepEqual(readAll(gather([text, 1])).records, [text, 1])
})

test('given a cut at any byte, the records before it are read and nothing else', () => {
  const written = [{ 中: '文' }, [1, 2], 'three', null]
  const bytes = gather(written)
  const ends = written.map((_, count) => gather(written.slice(0, count + 1)).length)
  for (let cut = 0; cut <= bytes.length; cut++) {
    const whole = ends.filter((end) => end <= cut).length
    deepEqual(readAll(bytes.subarray(0, cut)), {
      records: written.slice(0, whole),
      end: whole === 0 ? 0 : ends[whole - 1],
    })
  }
})

test('given any changed bit, no record is read that was not written', () => {
  const written = [{ a: 1 }, { b: 'two' }, { c: [3] }]
  const bytes = gather(written)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const { records } = readAll(changed)
    ok(records.length < written.length)
    deepEqual(records, written.slice(0, records.length))
  }
})

test('a file filled up with zeros ends where the zeros begin', () => {
  const bytes = gather([1, 2])
  const { records, end } = readAll(Buffer.concat([bytes, Buffer.alloc(64)]))
  deepEqual(records, [1, 2])
  equal(end, bytes.length)
})
