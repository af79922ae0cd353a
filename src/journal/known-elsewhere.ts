/** What others hold of a journal, and what that means for the names that it gives from now on. */
import type { FactName } from './fact-store.ts'
import type { Found } from './journal-folder.ts'
import type { JournalOptions } from './journal-options.ts'

/**
 * Names go on behind all that may have been given. A journal that is new goes on behind the epochs of the one before it, too: calls that
 * were up when that was lost have facts in both, and (epoch, seq) puts them in order.
 */
export async function goOnBehindOthers<Of extends Found & { readonly id: string }>(
  found: Of,
  { lastElsewhere, onAlarm }: Pick<JournalOptions, 'lastElsewhere' | 'onAlarm'>,
): Promise<Of> {
  const isNew = found.places.length === 0
  const last = (await lastElsewhere?.(found.id)) ?? null
  if (last === 'unknown') return isNew ? { ...found, epoch: Math.max(found.epoch, minutesNow()) } : found
  if (last === null) return found
  if (isNew) onAlarm({ alarm: 'begunAnew', behind: last.epoch })
  else if (last.seq >= found.nextSeq) onAlarm({ alarm: 'putBack', from: last.seq, to: found.lastSeq })
  return { ...found, ...behind(found, last) }
}

const behind = ({ epoch, nextSeq }: Found, last: FactName): Pick<Found, 'epoch' | 'nextSeq'> => ({
  epoch: Math.max(epoch, last.epoch),
  nextSeq: Math.max(nextSeq, last.seq + 1),
})

/** As an epoch it is higher than any that was counted: no switchboard was started once a minute since 1970. */
const minutesNow = (): number => Math.floor(Date.now() / 60_000)
