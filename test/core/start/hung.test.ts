import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answersOrCloses, watchHung } from '../../../scripts/lib/hung.ts'

let stop: AbortController
beforeEach(() => {
  vi.useFakeTimers()
  stop = new AbortController()
})
afterEach(() => {
  stop.abort()
  vi.useRealTimers()
})

/** A server whose answers and lives the test decides; each question that is not answered takes two seconds. */
function server({ answers = true } = {}) {
  const is = { answers, life: 1 as number | undefined, asked: 0, hung: [] as (number | undefined)[] }
  void watchHung(
    {
      life: () => is.life,
      async ask() {
        is.asked += 1
        if (is.answers) return
        await new Promise((resolve) => setTimeout(resolve, 2_000))
        throw new Error('no answer')
      },
      onHung: () => is.hung.push(is.life),
    },
    stop.signal,
  )
  return is
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000)

test('who answers is left alone, also after a silence that ends', async () => {
  const is = server()
  await seconds(60)
  is.answers = false
  await seconds(25)
  is.answers = true
  await seconds(60)
  is.answers = false
  await seconds(25)
  expect(is.hung).toEqual([])
})

test('who has not answered ten times in a row is hung, and told of once', async () => {
  const is = server()
  await seconds(10)
  is.answers = false
  await seconds(31)
  expect(is.hung).toEqual([1])
  await seconds(120)
  expect(is.hung).toEqual([1])
})

test('who starts is left in peace until it has answered; one that died in its silence is not ended in its next life', async () => {
  const is = server({ answers: false })
  await seconds(120)
  is.answers = true
  await seconds(5)
  is.answers = false
  await seconds(20)
  is.life = undefined
  const asked = is.asked
  await seconds(20)
  expect(is.asked).toBeLessThanOrEqual(asked + 1)
  is.life = 2
  await seconds(120)
  expect(is.hung).toEqual([])
  is.answers = true
  await seconds(5)
  is.answers = false
  await seconds(40)
  expect(is.hung).toEqual([2])
})

test('who closes at once because it is full is there; who keeps silent, or is gone, gives no answer', async () => {
  vi.useRealTimers()
  const sockets = new Set<Socket>()
  let closes = true
  const full = createServer((socket) => {
    sockets.add(socket)
    if (closes) socket.destroy()
  })
  await new Promise<void>((resolve) => full.listen(0, '127.0.0.1', resolve))
  const { port } = full.address() as { port: number }
  const ask = () => answersOrCloses(`http://127.0.0.1:${port}/`)
  await ask()
  closes = false
  await expect(ask()).rejects.toThrow(/no answer/)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => full.close(resolve))
  await expect(ask()).rejects.toThrow(/ECONNREFUSED/)
})
