import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test, vi } from 'vitest'
import { type Fact, type Journal, type JournalAlarm, JournalTaken, openJournal, type Room } from '#journal'
import { readJournalId, recover } from '../../../src/journal/journal-folder.ts'

let folder: string
let alarms: JournalAlarm[]
let opened: Journal[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
  alarms = []
  opened = []
})
afterEach(async () => {
  await Promise.all(opened.map((journal) => journal.close()))
  rmSync(folder, { recursive: true })
})

async function open(more: Partial<Parameters<typeof openJournal>[0]> = {}): Promise<Journal> {
  const journal = await openJournal({ folder, onAlarm: (alarm) => alarms.push(alarm), ...more })
  opened.push(journal)
  return journal
}
const fact = (n: number) => ({ type: 'call.queued', at: n as never, call: `call-${n}` as never, n })
const segments = (): string[] => readdirSync(folder).filter((name) => name.startsWith('segment-'))
const newest = (): string => join(folder, segments().toSorted().at(-1) ?? '')

/** Everything unconfirmed, taken in portions. */
function allFacts(journal: Journal, portion = 7): Fact[] {
  const facts: Fact[] = []
  for (;;) {
    const more = journal.unconfirmed(facts.at(-1)?.seq ?? 0, portion)
    if (more.length === 0) return facts
    facts.push(...more)
  }
}

test('a step is found again: facts with seq and epoch, and the last value of each key', async () => {
  const first = await open()
  await first.append({ facts: [fact(1), fact(2)], keep: { a: { state: 'waiting' }, b: 1 } })
  await first.append({ facts: [], keep: { a: { state: 'talking' }, b: null } })
  await first.close()

  const again = await open()
  deepEqual([first.epoch, again.epoch, again.id], [1, 2, first.id])
  deepEqual(Object.fromEntries(again.kept), { a: { state: 'talking' } })
  deepEqual(allFacts(again), [
    { ...fact(1), seq: 1, epoch: 1 },
    { ...fact(2), seq: 2, epoch: 1 },
  ])
  await again.append({ facts: [fact(3)], keep: {} })
  deepEqual(
    allFacts(again).map(({ seq, epoch }) => [seq, epoch]),
    [
      [1, 1],
      [2, 1],
      [3, 2],
    ],
  )
})

test('what is kept later changes nothing that was kept before', async () => {
  const journal = await open({ segmentBytes: 1 })
  const call = { state: 'waiting' }
  await journal.append({ facts: [], keep: { call } })
  call.state = 'spoilt'
  for (let n = 0; n < 20; n++) await journal.append({ facts: [fact(n)], keep: {} })
  ok(segments().length > 1)
  await journal.close()
  deepEqual(Object.fromEntries((await open()).kept), { call: { state: 'waiting' } })
})

test('given a crash at any byte of the last segment, exactly the steps before it are found, each whole', async () => {
  const journal = await open()
  const ends: number[] = [statSync(newest()).size]
  for (let n = 1; n <= 5; n++) {
    await journal.append({ facts: [fact(2 * n - 1), fact(2 * n)], keep: { last: n, [`key-${n}`]: '中文' } })
    ends.push(statSync(newest()).size)
  }
  await journal.close()
  const id = await readJournalId(folder)
  const size = ends.at(-1) ?? 0
  const copy = `${folder}-copy`
  for (let cut = ends[0] ?? 0; cut <= size; cut++) {
    cpSync(folder, copy, { recursive: true })
    truncateSync(join(copy, segments().at(-1) ?? ''), cut)
    const steps = ends.filter((end) => end <= cut).length - 1
    const found = await recover(copy, id)
    equal(found.lastSeq, 2 * steps)
    equal(found.kept.get('last'), steps === 0 ? undefined : steps)
    equal(found.tornBytes, cut - (ends[steps] ?? 0))
    equal(found.nextSeq, found.lastSeq + 1 + found.tornBytes)
    const again = await recover(copy, id)
    deepEqual([again.tornBytes, again.nextSeq], [found.tornBytes, found.nextSeq])
    await again.tidy()
    equal((await recover(copy, id)).tornBytes, 0)
    rmSync(copy, { recursive: true })
  }
})

test('given a crash at any byte of the head of a new segment, the one before it counts', async () => {
  const first = await open()
  await first.append({ facts: [fact(1)], keep: { a: 1, b: { deep: ['中'] } } })
  await first.close()
  const before = segments().length
  const second = await open()
  await second.close()
  const id = await readJournalId(folder)
  const copy = `${folder}-copy`
  const head = statSync(newest()).size
  for (let cut = 0; cut < head; cut++) {
    cpSync(folder, copy, { recursive: true })
    truncateSync(join(copy, segments().at(-1) ?? ''), cut)
    const found = await recover(copy, id)
    deepEqual([found.epoch, found.places.length, found.nextSeq], [1, before, 2])
    deepEqual(Object.fromEntries(found.kept), { a: 1, b: { deep: ['中'] } })
    rmSync(copy, { recursive: true })
  }
})

test('segments follow one another under load, and a new process needs only the newest for its state', async () => {
  const journal = await open({ segmentBytes: 4_000, mostFactsInMemory: 20 })
  const steps = Array.from({ length: 500 }, (_, n) => n + 1)
  for (const n of steps) {
    const written = journal.append({ facts: [fact(n)], keep: { [`call-${n % 10}`]: { n }, [`gone-${n}`]: null } })
    if (n % 7 === 0) await written
  }
  await journal.append({ facts: [], keep: { end: true } })
  ok(segments().length > 5)
  deepEqual(
    allFacts(journal).map(({ seq }) => seq),
    steps,
  )
  deepEqual(
    journal.unconfirmed(250, 3).map(({ seq, n }) => [seq, n]),
    [
      [251, 251],
      [252, 252],
      [253, 253],
    ],
  )
  await journal.close()

  const again = await open()
  equal(again.kept.size, 11)
  deepEqual(again.kept.get('call-0'), { n: 500 })
  deepEqual(
    allFacts(again, 33).map(({ seq, epoch }) => [seq, epoch]),
    steps.map((seq) => [seq, 1]),
  )
})

test('when much is kept, a segment is as long behind its head as the head is', async () => {
  const journal = await open({ segmentBytes: 100 })
  await journal.append({ facts: [], keep: { much: 'x'.repeat(10_000) } })
  const [steps, stepBytes] = [40, 600]
  for (let n = 1; n <= steps; n++)
    await journal.append({ facts: [fact(n)], keep: { last: 'y'.repeat(stepBytes - 100) } })
  const most = 2 + Math.ceil((steps * stepBytes) / 10_000) // the first one had no long head
  ok(segments().length > 2 && segments().length <= most, `${segments().length} segments`)
})

test('segments go when their facts are confirmed, and what is confirmed is remembered', async () => {
  const journal = await open({ segmentBytes: 2_000 })
  for (let n = 1; n <= 200; n++) await journal.append({ facts: [fact(n)], keep: { n } })
  const full = segments().length
  equal(journal.behind(), 200)
  journal.confirm(150)
  equal(journal.behind(), 50)
  equal(journal.unconfirmed(0, 1)[0]?.seq, 151)
  journal.confirm(100) // late news
  equal(journal.behind(), 50)
  journal.confirm(10_000) // nobody can have what is not written
  equal(journal.behind(), 0)
  await journal.append({ facts: [fact(201)], keep: {} })
  await journal.close()
  ok(segments().length < full && segments().length <= 2)

  const again = await open()
  deepEqual([again.behind(), again.kept.get('n')], [1, 200])
  deepEqual(
    allFacts(again).map(({ seq }) => seq),
    [201],
  )
})

test('one process at a time has a journal', async () => {
  const journal = await open()
  await rejects(open({ lockWaitMs: 10 }), JournalTaken)
  await journal.close()
  await open()
})

test('listeners hear of facts once they are on disk', async () => {
  const journal = await open()
  const heard = Promise.withResolvers<number>()
  journal.onFacts(() => heard.resolve(journal.unconfirmed(0, 10).length))
  await journal.append({ facts: [], keep: { a: 1 } })
  await journal.append({ facts: [fact(1)], keep: {} })
  equal(await heard.promise, 1)
})

test('what is no JSON is refused, and the journal goes on', async () => {
  const journal = await open()
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  await rejects(journal.append({ facts: [], keep: { loop } }), TypeError)
  await rejects(journal.append({ facts: [], keep: { nothing: undefined } }), TypeError)
  await journal.append({ facts: [fact(1)], keep: { a: 1 } })
  await journal.close()
  const again = await open()
  deepEqual([again.kept.size, again.behind()], [1, 1])
})

test('a journal that nobody empties is told of, refuses in order, takes what is in hand to the end, and all when confirmed', async () => {
  const journal = await open({ segmentBytes: 2_000, mostBytes: 20_000, reserveBytes: 3_000 })
  const takes = () => [journal.takes('agentState'), journal.takes('newWork'), journal.takes('inHand')]
  let written = 0
  const fillUntil = async (room: Room): Promise<void> => {
    while (journal.room().room !== room) await journal.append({ facts: [fact(++written)], keep: {} })
  }
  deepEqual(takes(), [true, true, true])
  await fillUntil('reserved')
  deepEqual(takes(), [false, true, true])
  await fillUntil('closed')
  deepEqual(takes(), [false, false, true])
  await journal.append({ facts: [fact(++written)], keep: {} })
  equal(allFacts(journal).length, written)

  journal.confirm(written)
  deepEqual(takes(), [true, true, true])
  deepEqual(
    alarms.map((alarm) => (alarm.alarm === 'room' ? alarm.room : alarm.alarm)),
    ['filling', 'reserved', 'closed', 'emptied', 'roomy'],
  )
  await journal.append({ facts: [fact(written + 1)], keep: {} })
  equal(journal.unconfirmed(0, 10)[0]?.seq, written + 1)
})

test('a journal that was full when its process died is full for the next one, until it is confirmed', async () => {
  const small = { segmentBytes: 2_000, mostBytes: 20_000, reserveBytes: 3_000 }
  const first = await open(small)
  let written = 0
  while (first.room().room !== 'closed') await first.append({ facts: [fact(++written)], keep: {} })
  await first.close()
  const again = await open(small)
  equal(again.takes('newWork'), false)
  again.confirm(written)
  equal(again.takes('newWork'), true)
})

test('while the disk has taken nothing for long, nothing is begun; what is in hand waits, and all goes on when it takes again', async () => {
  const times: number[] = []
  const journal = await open({ onWritten: (ms) => times.push(ms) })
  let lateMs = 0
  const clock = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => clock() + lateMs)
  try {
    const written = journal.append({ facts: [fact(1)], keep: {} })
    lateMs = 5_000 // no write ends within this turn of the loop
    deepEqual([journal.takes('newWork'), journal.takes('inHand'), journal.room().isStuck], [false, true, true])
    await written
    deepEqual([journal.takes('newWork'), journal.room().waitingMs, allFacts(journal).length], [true, 0, 1])
    ok((times[0] ?? 0) >= 5_000)
  } finally {
    vi.restoreAllMocks()
  }
})

test('bounds that could not be kept are refused', async () => {
  await rejects(open({ segmentBytes: 2_000, mostBytes: 9_000, reserveBytes: 2_000 }), RangeError)
})

function flip(path: string, ...places: number[]): void {
  const bytes = readFileSync(path)
  for (const at of places) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}
const damages = () => alarms.filter(({ alarm }) => alarm === 'damaged')

test('given a damaged old segment, the state is whole, all facts but those of one record are there, and it is told once', async () => {
  const journal = await open({ segmentBytes: 3_000 })
  for (let n = 1; n <= 100; n++) await journal.append({ facts: [fact(n)], keep: { n } })
  await journal.close()
  const path = join(folder, segments().toSorted()[1] ?? '')
  flip(path, Math.floor(statSync(path).size / 2))

  const again = await open()
  equal(again.kept.get('n'), 100)
  for (const portion of [7, 1, 1_000]) {
    const seqs = allFacts(again, portion).map(({ seq }) => seq)
    deepEqual([seqs.length, seqs[0], seqs.at(-1)], [99, 1, 100])
  }
  equal(damages().length, 1)
  again.confirm(100)
  await again.close()
  const aside = readdirSync(folder).filter((name) => name.startsWith('damaged-'))
  deepEqual([aside, segments().length], [[path.replace(/.*segment-/, 'damaged-')], 1])
})

test('given any damaged byte of the newest segment, no name is given twice, and all else is read', async () => {
  const journal = await open()
  for (let n = 1; n <= 6; n++) await journal.append({ facts: [fact(n)], keep: { [`key-${n}`]: n } })
  await journal.close()
  const second = await open() // its segment has state at its head, and steps
  for (let n = 7; n <= 9; n++) await second.append({ facts: [fact(n)], keep: { [`key-${n}`]: n } })
  await second.close()
  const whole = readFileSync(newest())
  const given = new Set(allFacts(second).map(({ seq }) => seq))
  const copy = `${folder}-copy`
  for (let at = 0; at < whole.length; at++) {
    alarms = []
    rmSync(copy, { recursive: true, force: true })
    cpSync(folder, copy, { recursive: true })
    flip(join(copy, segments().toSorted().at(-1) ?? ''), at)
    const { lastSeq, nextSeq, kept, unreadable, tornBytes, epoch } = await recover(copy, journal.id)
    ok(unreadable.length + tornBytes > 0, `byte ${at}: told`)
    ok(lastSeq >= 8 && nextSeq > 9 && kept.size >= 8 && epoch === 2, `byte ${at}: ${lastSeq}, ${kept.size} keys`)
    if (at % 29 > 0) continue // opening takes longer
    const again = await open({ folder: copy })
    ok(allFacts(again).length >= 8, `byte ${at}`)
    await again.append({ facts: [fact(0)], keep: {} })
    const fresh = allFacts(again).at(-1)
    ok(!given.has(fresh?.seq ?? 0) && fresh?.epoch === 3, `byte ${at}: ${JSON.stringify(fresh)} is new`)
    again.confirm(9)
    again.confirm(fresh?.seq ?? 0)
    equal(again.behind(), 0)
    await again.close()
  }
  rmSync(copy, { recursive: true })
})

test('a newest segment of which nobody can tell whose it is is put aside; the one before it counts', async () => {
  const journal = await open()
  await journal.append({ facts: [fact(1)], keep: { a: 1 } })
  await journal.close()
  const second = await open()
  await second.append({ facts: [fact(2)], keep: { b: 2 } })
  await second.close()
  const bytes = readFileSync(newest())
  flip(newest(), 20, bytes.indexOf('["open"') + 20)

  const again = await open()
  deepEqual([Object.fromEntries(again.kept), again.epoch, again.id], [{ a: 1 }, 3, journal.id])
  await again.append({ facts: [fact(3)], keep: {} })
  const seqs = allFacts(again).map(({ seq }) => seq)
  ok(seqs.length === 2 && (seqs[1] ?? 0) > 2)
  deepEqual(damages().length, 1)
  ok(readdirSync(folder).some((name) => name.startsWith('damaged-')))
})

test('a journal of which nothing can be read goes on under another name', async () => {
  const journal = await open()
  await journal.append({ facts: [fact(1)], keep: { a: 1 } })
  await journal.close()
  flip(newest(), 20, readFileSync(newest()).indexOf('["open"') + 20)
  const again = await open()
  deepEqual([again.kept.size, again.id === journal.id, damages().length], [0, false, 1])
})

test.each(['', 'no name\n', null])('when the file that says its name holds %j, the segments say it', async (text) => {
  const journal = await open()
  await journal.append({ facts: [fact(1)], keep: { a: 1 } })
  await journal.close()
  const path = join(folder, 'id')
  if (text === null) rmSync(path)
  else writeFileSync(path, text)
  const again = await open()
  deepEqual([again.id, again.epoch, again.kept.get('a'), allFacts(again).length], [journal.id, 2, 1, 1])
  deepEqual(alarms, [{ alarm: 'damaged', path, offset: 0, bytes: text?.length ?? 0 }])
  equal(readFileSync(path, 'utf8'), `${journal.id}\n`)
})

test('a segment of another journal is not taken for ours, and it is told what to look at', async () => {
  const journal = await open()
  await journal.append({ facts: [fact(1)], keep: {} })
  await journal.close()
  const other = '6d1f1c2e-0000-4000-8000-000000000000'
  writeFileSync(join(folder, 'id'), `${other}\n`)
  await rejects(open(), {
    message: new RegExp(`another journal, ${journal.id}, than .*/id says, ${other}: one of the`),
  })
})
