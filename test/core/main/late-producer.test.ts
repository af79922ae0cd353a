import { expect, test, vi } from 'vitest'
import type { NewJob, Producer } from '#platform/queues/producer'
import { createLateProducer } from '../../../src/main/late-producer.ts'

const options = { queue: 'facts', redis: { url: 'redis://127.0.0.1', password: '' }, onTrouble: vi.fn() }
const job = { id: 'one', data: 1 }

/** What stands for the producer proper: keeps what it is given. */
function stand() {
  const added: NewJob<unknown>[] = []
  const closed = vi.fn(async () => undefined)
  const createProducer = <Data>(): Producer<Data> => ({
    add: async (jobs) => void added.push(...jobs),
    ping: async () => 'PONG',
    close: closed,
  })
  return { added, closed, load: vi.fn(async () => ({ createProducer, loadQueues: vi.fn() })) }
}

test('what is added before it is loaded follows then, in order; and it is loaded once, at the earliest moment asked for', async () => {
  const { added, load } = stand()
  const producer = createLateProducer<number>(options, { load, retryMs: 1 })
  const sent = Promise.all([producer.add([job]), producer.add([{ id: 'two', data: 2 }])])
  await expect(producer.ping()).rejects.toThrow('not connected yet')
  producer.beginWithin(3_600_000)
  expect(load).not.toHaveBeenCalled()
  producer.beginWithin(0)
  producer.beginWithin(3_600_000)
  await sent
  producer.beginWithin(0)
  expect(added.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(await producer.ping()).toBe('PONG')
  expect(load).toHaveBeenCalledOnce()
})

test('what cannot be loaded is told and tried again', async () => {
  const { added, load } = stand()
  const lost = new Error('no such file')
  load.mockRejectedValueOnce(lost)
  const producer = createLateProducer<number>(options, { load, retryMs: 1 })
  producer.beginWithin(0)
  await producer.add([job])
  expect(options.onTrouble).toHaveBeenCalledExactlyOnceWith(lost)
  expect(added).toEqual([job])
})

test('closed before it was due, it is never loaded; closed later, it is closed', async () => {
  const { closed, load } = stand()
  const early = createLateProducer<number>(options, { load, retryMs: 1 })
  early.beginWithin(0)
  await early.close(1)
  const late = createLateProducer<number>(options, { load, retryMs: 1 })
  late.beginWithin(0)
  await late.add([job])
  await late.close(1)
  expect(load).toHaveBeenCalledOnce()
  expect(closed).toHaveBeenCalledOnce()
})
