/** Files of the journal that somebody removes while a switchboard leads. */
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPlace } from './start-switchboard.ts'

test('whoever has the lock while somebody else answers where a leader does ends before it writes anything', async () => {
  const place = await openPlace()
  const other = createServer().listen(place.desk, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const started = await place.start()
  expect(await started.exited).toEqual([1, null])
  expect(started.lastWords()).toContain(`somebody else is at 127.0.0.1:${place.desk}`)
  expect(readdirSync(place.journal).filter((name) => name.startsWith('segment-'))).toEqual([])
})

test('a leader takes a lock file that was removed anew, and says that files were removed', async () => {
  const place = await openPlace()
  const first = await place.start()
  await first.said('switchboard is at work')
  expect((await first.health()).parts['journalWhole']).toEqual({ ok: true })
  rmSync(join(place.journal, 'lock'))
  await expect.poll(() => existsSync(join(place.journal, 'lock')), { timeout: 20_000 }).toBe(true)
  expect((await first.health()).wrong).toContain('journalWhole')
  const second = await place.start()
  await second.said('another switchboard leads')
  first.process.kill('SIGKILL')
  await second.said('switchboard is at work')
})

test('whoever stood by when the lock file was removed leads when the leader has ended, and alone', async () => {
  const place = await openPlace()
  const first = await place.start()
  await first.said('switchboard is at work')
  const standby = await place.start()
  await standby.said('another switchboard leads')
  rmSync(join(place.journal, 'lock'))
  first.process.kill('SIGKILL')
  await standby.said('switchboard is at work')
  expect((await standby.health()).parts['journalWhole']).toEqual({ ok: true })
  const third = await place.start()
  await third.said('another switchboard leads')
})
