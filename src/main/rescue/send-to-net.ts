/** Callers who wait in dead hands are sent to the dialplan's safety net, one after another. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Ask } from './canary.ts'
import type { Orphan } from './orphans.ts'

/** Callers who come to a queue of Asterisk in the same moment may reach for the same phone, and the later one wins. */
const apartMs = 20
/** A phone that stops ringing must not be told before its caller has left: the agent would be taken to have declined. */
const phonesAfterMs = 200

/**
 * `isBack` is asked before each caller: it takes seconds to send a whole hall, and a switchboard that is back meanwhile has its callers and
 * phones in hand. Resolves to how many were sent; rejects when Asterisk does not answer.
 */
export async function sendToNet(ask: Ask, orphans: readonly Orphan[], isBack: () => Promise<boolean>): Promise<number> {
  const sent: Orphan[] = []
  for (const orphan of orphans) {
    if (await isBack()) break
    await ask(
      'POST',
      `/channels/${encodeURIComponent(orphan.caller)}/continue?context=net&extension=waiting&priority=1`,
    )
    sent.push(orphan)
    await pause(apartMs)
  }
  await pause(phonesAfterMs)
  for (const { ringing } of sent) for (const leg of ringing) await ask('DELETE', `/channels/${encodeURIComponent(leg)}`)
  return sent.length
}
