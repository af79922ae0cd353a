/** Files of the journal that somebody removes while a switchboard leads. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPlace } from './start-switchboard.ts'

test('without the lock file a second one ends before it writes anything, and the first says that something is wrong', async () => {
  const place = await openPlace()
  const first = await place.start()
  await first.said('switchboard is at work')
  expect((await first.health()).parts['journalWhole']).toEqual({ ok: true })
  const before = readdirSync(place.journal)
  rmSync(join(place.journal, 'lock'))
  const second = await place.start()
  expect(await second.exited).toEqual([1, null])
  expect(second.lastWords()).toContain('somebody else is at 127.0.0.1:')
  expect(readdirSync(place.journal)).toEqual(expect.arrayContaining(before.filter((name) => name !== 'lock')))
  expect(readdirSync(place.journal).filter((name) => name.startsWith('segment-'))).toEqual(
    before.filter((name) => name.startsWith('segment-')),
  )
  const { wrong, parts } = await first.health()
  expect(wrong).toContain('journalWhole')
  expect(parts['journalWhole']?.reason).toContain(place.journal)
})

test('whoever stood by when the lock file was removed leads when the leader has ended, and alone', async () => {
  const place = await openPlace()
  const [first, standby] = [await place.start(), await place.start()]
  await Promise.all([first.said('switchboard is at work'), standby.said('another switchboard leads')])
  const [leader, next] = first.process.exitCode === null ? [first, standby] : [standby, first]
  rmSync(join(place.journal, 'lock'))
  leader.process.kill('SIGKILL')
  await next.said('switchboard is at work')
  expect((await next.health()).parts['journalWhole']).toEqual({ ok: true })
  const third = await place.start()
  await third.said('another switchboard leads')
})
