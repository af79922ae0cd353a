/** A switchboard that starts while Postgres takes connections and answers nothing, with facts in its journal that are not stored yet. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openJournal } from '#journal'
import { openPlace } from './start-switchboard.ts'

test('it leads all the same, says that facts are kept locally, and goes on', async () => {
  const place = await openPlace()
  const journal = await openJournal({ folder: place.journal, onAlarm: () => undefined })
  await journal.append({ facts: [{ type: 'call.queued', at: 1 as never, call: 'c1' as never }], keep: {} })
  await journal.close()
  const hung = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  onTestFinished(() => void hung.close())
  await once(hung, 'listening')
  const started = await place.start((hung.address() as AddressInfo).port)
  await started.said('switchboard is at work', 'facts are kept locally')
  expect(await started.live()).toMatchObject({ live: true })
  started.process.kill('SIGTERM')
  expect(await started.exited).toEqual([0, null])
})
