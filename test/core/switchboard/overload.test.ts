/** More callers than the hall can carry. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FakeCaller, startFakeAsterisk } from '../../kit/fake-asterisk.ts'
import { HallOnFake, smallDirectory } from '../../kit/hall-on-fake.ts'

const [emergencyNumber, emergencyCaller] = ['12320', '13911000110']
let load = { loopDelayMs: 0, asteriskMs: 0 }
let hall: HallOnFake
let announcementMs = 10
beforeEach(async () => {
  announcementMs = 10
  load = { loopDelayMs: 0, asteriskMs: 0 }
  const { numbers, lines, queues } = smallDirectory()
  const [line] = lines
  hall = await new HallOnFake(
    await startFakeAsterisk({ mediaMs: () => announcementMs }),
    smallDirectory({
      queues: queues.map((queue) => ({ ...queue, manner: { answer: 'onArrival' } })),
      numbers: [...numbers, { number: emergencyNumber, queue: 'general' as never, emergency: true }],
      lines: line ? [...lines, { ...line, code: '110' as never, mode: 'emergency' }] : [],
    }),
    {
      capacity: {
        limits: { callers: 2, perSecond: 1_000, burst: 1_000, loopDelayMs: 200, asteriskMs: 1_000 },
        load: () => load,
        emergencyCallers: [emergencyCaller],
      },
    },
  ).start()
})
afterEach(() => hall.close())

const admitted = async (caller: FakeCaller): Promise<FakeCaller> => {
  await hall.has(caller, 'call.queued')
  return caller
}
const asked = (op: string, { channelId }: FakeCaller) =>
  hall.fake.requests.filter((request) => request.op === op && request.args.channelId === channelId)
const fill = async () => [await admitted(hall.call('13800000001')), await admitted(hall.call('13800000002'))] as const

test('who comes to a full hall hears why, unanswered, and is then refused with 503; it is written down; the others stay', async () => {
  const [one, two] = await fill()
  const late = hall.call('13800000003')
  await hall.has(late, 'call.refused', { reason: 'overload', why: 'callers', number: '13800000003' })
  await hall.until(() => !late.alive)
  expect(hall.types(late)).toEqual(['call.refused'])
  expect(asked('channels.playWithId', late)).toMatchObject([{ args: { media: 'sound:hotline/overload' } }])
  expect(asked('channels.answer', late)).toEqual([])
  expect(asked('channels.hangup', late)).toMatchObject([{ args: { reason_code: '42' } }])
  expect([one.alive, two.alive]).toEqual([true, true])
  expect(hall.counts().calls).toBe(2)
  one.hangUp()
  await hall.has(one, 'call.ended')
  await admitted(hall.call('13800000004'))
})

test('many who are turned away at once do not all get an announcement', async () => {
  await fill()
  const crowd = Array.from({ length: 30 }, (_, n) => hall.call(`1380001${String(n).padStart(4, '0')}`))
  await hall.until(() => crowd.every(({ alive }) => !alive))
  for (const caller of crowd) expect(asked('channels.hangup', caller)).toMatchObject([{ args: { reason_code: '42' } }])
  const told = crowd.filter((caller) => asked('channels.playWithId', caller).length > 0)
  expect(told).toHaveLength(20)
})

test('a switchboard or an Asterisk that is late lets nobody in', async () => {
  load = { loopDelayMs: 300, asteriskMs: 0 }
  await hall.has(hall.call('13800000003'), 'call.refused', { why: 'eventLoop' })
  load = { loopDelayMs: 0, asteriskMs: 1_500 }
  await hall.has(hall.call('13800000004'), 'call.refused', { why: 'asterisk' })
  load = { loopDelayMs: 0, asteriskMs: 0 }
  await admitted(hall.call('13800000005'))
})

test('an emergency is let in: a number, a caller, or a line that is marked so', async () => {
  await fill()
  await admitted(hall.call('13800000003', { dialled: emergencyNumber }))
  await admitted(hall.call(emergencyCaller))
  await admitted(hall.call('13800000004', { line: '110' }))
  await hall.has(hall.call('13800000005', { line: '12315' }), 'call.refused')
})

test('who was turned away when we died is hung up on our return, and no new call', async () => {
  await fill()
  hall.fake.fault({ op: 'channels.playWithId', kind: 'silence' })
  const late = hall.call('13800000003')
  await hall.has(late, 'call.refused')
  await hall.kill()
  expect(late.alive).toBe(true)
  await hall.start()
  await hall.until(() => !late.alive)
  expect(hall.types(late)).toEqual(['call.refused'])
  expect(asked('channels.hangup', late)).toMatchObject([{ args: { reason_code: '42' } }])
})

test('an audit lets who is turned away hear the announcement to its end', async () => {
  await fill()
  announcementMs = 9_200
  const late = hall.call('13800000003')
  await hall.has(late, 'call.refused')
  const before = hall.reconciled
  hall.fake.loseEvents('StasisStart') // somebody unknown makes it look
  const unknown = hall.call('13800000004')
  await hall.until(() => hall.reconciled > before)
  await hall.has(unknown, 'call.refused')
  expect(late.alive).toBe(true)
  expect(asked('channels.hangup', late)).toEqual([])
})

test('a caller whom the net has had wait is let in: he was promised to be put through', async () => {
  await fill()
  const fromNet = hall.fake.inboundCall({
    number: '13800000003',
    state: 'Up',
    args: (id) => ['inbound', id, String(Date.now()), '12345', 'trunk', '', '', ''],
  })
  await admitted(fromNet)
})

test('who comes just after we are back with calls in hand is not refused because coming back made us late', async () => {
  await admitted(hall.call('13800000001'))
  load = { loopDelayMs: 10_000, asteriskMs: 10_000 }
  await hall.kill()
  await hall.start()
  await admitted(hall.call('13800000002'))
})

test('who comes when we are late for another reason is refused', async () => {
  await admitted(hall.call('13800000001'))
  load = { loopDelayMs: 10_000, asteriskMs: 0 }
  await hall.has(hall.call('13800000002'), 'call.refused', { why: 'eventLoop' })
})
