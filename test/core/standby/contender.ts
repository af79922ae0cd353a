/**
 * A process that wants to lead: `contender.ts <folder> <name>`. While it leads it writes its name into `<folder>/led`, one line after
 * another, and facts into the journal of the folder. It says on stdout what it has become.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '#journal'
import type { Instant } from '#kernel'
import { startGuard } from '../../../src/main/standby/guard.ts'
import { waitForLead } from '../../../src/main/standby/wait-for-lead.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const say = (place: string): void => void process.stdout.write(`${place}\n`)

startGuard(folder, (error) => say(String(error)), { silentS: 0.4, moreS: 0.4 })
const lock = await waitForLead(folder, say)
const journal = await openJournal({ folder, lock, onAlarm: () => undefined })
let isEnding = false
process.once('SIGTERM', () => {
  isEnding = true
})
for (let isFirst = true; !isEnding; isFirst = false) {
  appendFileSync(join(folder, 'led'), `${name}\n`)
  if (isFirst) say('leader')
  await journal.append({ facts: [{ type: 'led', at: 0 as Instant, by: name }], keep: {} })
}
await journal.close()
process.exit(0)
