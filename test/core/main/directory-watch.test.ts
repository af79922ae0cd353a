import { rmSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Directory } from '#acd'
import { watchDirectory } from '../../../src/main/directory-watch.ts'
import { within } from '../../../src/main/within.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directory-'))
  file = join(folder, 'directory.json')
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})
const directory = (name: string) => ({ name }) as unknown as Directory
const hangs = () => new Promise<never>(() => undefined)
const watch = (read: () => Promise<Directory>, troubles: unknown[] = []) =>
  watchDirectory({ read, file, trouble: (error) => troubles.push(error) })

test('what Postgres says is taken and kept in the file', async () => {
  await writeFile(file, JSON.stringify(directory('old')))
  expect((await watch(async () => directory('new'))).now()).toEqual(directory('new'))
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(directory('new'))
})

test.each([
  ['refuses', () => Promise.reject(new Error('away')), 'away'],
  ['hangs', hangs, 'Postgres has not answered within 1000 ms'],
])('when Postgres %s, the file serves', async (_, read, trouble) => {
  await writeFile(file, JSON.stringify(directory('old')))
  const troubles: unknown[] = []
  expect((await watch(read, troubles)).now()).toEqual(directory('old'))
  expect(troubles).toEqual([new Error(trouble)])
})

test('the file serves until Postgres answers again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await writeFile(file, JSON.stringify(directory('old')))
  const answers = [() => Promise.reject(new Error('away')), async () => directory('new')]
  const watched = await watch(() => (answers.shift() ?? hangs)())
  const changed = new Promise<void>((resolve) => watched.start(resolve))
  await vi.advanceTimersByTimeAsync(5_000)
  await changed
  watched.stop()
  expect(watched.now()).toEqual(directory('new'))
})

test('without a file Postgres is waited for, and its absence is told with what to do', async () => {
  const { promise: slow, resolve } = Promise.withResolvers<Directory>()
  const watched = watch(() => slow)
  // The moment that Postgres is given when there is a file.
  await expect(within(1_000, 'Postgres', hangs())).rejects.toThrow()
  resolve(directory('first'))
  expect((await watched).now()).toEqual(directory('first'))
  rmSync(file)
  await expect(watch(() => Promise.reject(new Error('away')))).rejects.toThrow('Start Postgres first')
})
