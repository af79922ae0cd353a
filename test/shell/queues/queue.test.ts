import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { type Consumer, createConsumer } from '../../../src/platform/queues/consumer.ts'
import { createProducer, type Producer } from '../../../src/platform/queues/producer.ts'
import { startBreakableProxy } from '../api/breakable-proxy.ts'

const soon = { timeout: 20_000 }
const services = inject('shellServices')
let proxy: Awaited<ReturnType<typeof startBreakableProxy>>
let producer: Producer<number>
let consumer: Consumer
let taken: number[]

function open(): void {
  const redis = { url: proxy.through(services.redisUrl), password: services.redisPassword }
  const queue = `test-${randomUUID()}`
  taken = []
  producer = createProducer<number>({ queue, redis, onTrouble: () => undefined })
  const take = async ({ data }: { data: number }): Promise<void> => {
    taken.push(data)
  }
  consumer = createConsumer<number>({ queue, redis, concurrency: 4, take, onTrouble: () => undefined })
}

beforeEach(async () => {
  proxy = await startBreakableProxy(Number(new URL(services.redisUrl).port))
})
afterEach(async () => {
  await Promise.all([producer.close(1_000), consumer.close(1_000)])
  await proxy.stop()
})

test('given Redis is away when the process starts, both sides find it when it comes', async () => {
  proxy.cut()
  open()
  await rejects(producer.add([{ id: 'one', data: 1 }]), /Redis is away/)
  ok(!consumer.isRunning())
  proxy.mend()
  await expect
    .poll(
      () =>
        producer.add([{ id: 'one', data: 1 }]).then(
          () => true,
          () => false,
        ),
      soon,
    )
    .toBe(true)
  await expect.poll(() => taken, soon).toEqual([1])
  ok(consumer.isRunning())
})

test('given Redis goes away and comes back, the producer is told at once and both sides go on', async () => {
  open()
  await producer.add([{ id: 'one', data: 1 }])
  await expect.poll(() => taken, soon).toEqual([1])
  proxy.cut()
  await expect.poll(() => consumer.isRunning(), soon).toBe(false)
  const began = performance.now()
  await rejects(producer.add([{ id: 'two', data: 2 }]))
  ok(performance.now() - began < 4_000, 'sooner than a command times out')
  proxy.mend()
  await expect
    .poll(
      () =>
        producer.add([{ id: 'two', data: 2 }]).then(
          () => true,
          () => false,
        ),
      soon,
    )
    .toBe(true)
  await expect.poll(() => taken, soon).toEqual([1, 2])
})

test('given Redis is frozen, adding fails in bounded time and closing is bounded', async () => {
  open()
  await producer.add([{ id: 'one', data: 1 }])
  await expect.poll(() => taken, soon).toEqual([1])
  await consumer.ping()
  proxy.freeze()
  const began = performance.now()
  await rejects(producer.add([{ id: 'two', data: 2 }]))
  const answer = consumer.ping().then(() => 'an answer')
  equal(await Promise.race([answer, pause(200, 'silence')]), 'silence')
  await Promise.all([producer.close(500), consumer.close(500)])
  ok(performance.now() - began < 10_000)
})

test('the same id is free again once its job is done, and not before', async () => {
  open()
  await producer.add([
    { id: 'one', data: 1 },
    { id: 'one', data: 2 },
  ])
  await expect.poll(() => taken, soon).toEqual([1])
  await expect
    .poll(async () => {
      await producer.add([{ id: 'one', data: 3 }])
      return taken
    }, soon)
    .toContain(3)
  deepEqual(taken.slice(0, 2), [1, 3])
})
