/**
 * Fields of a ticket are written by the switchboard, into its journal, and come to Postgres a moment later. Whoever was told
 * `centrally` reads what was written from then on, from any api process; `locally`: it is on the switchboard's disk, will
 * come by itself, and reads show the fields of before until then.
 */
import type { Desk, DeskAnswer } from '#acd'
import type { DeskCommand } from '#acd/core'
import { pause } from '#platform/pause'
import type { Reader } from '#platform/postgres/tx'
import { isWritten } from './ticket-read-store.ts'

type Deps = {
  db: Reader
  desk: Pick<Desk, 'ask' | 'viewOf'>
  /** What was written could not be looked for. It stands on the switchboard's disk all the same. */
  onTrouble: (error: unknown) => void
  timing?: Partial<typeof usual>
}

/** `withinMs`: how long somebody waits for the word. On an idle machine it takes some 100 ms. */
const usual = { withinMs: 1_500, askFromMs: 20, askToMs: 200 }

/** Asks the switchboard as `desk.ask` does; what was written into a ticket is looked for in Postgres before it is answered. */
export function createWriteTicket({ db, desk, onTrouble, timing }: Deps) {
  const { withinMs, askFromMs, askToMs } = { ...usual, ...timing }

  async function isThere(ticket: string, id: string, signal: AbortSignal): Promise<boolean> {
    for (let waitMs = askFromMs; !signal.aborted; waitMs = Math.min(waitMs * 1.5, askToMs)) {
      await pause(waitMs, signal)
      if (await isWritten(db, ticket, id)) return true
    }
    return false
  }

  return async function writeTicket(asked: DeskCommand): Promise<DeskAnswer> {
    const answer = await desk.ask(asked)
    if (!answer.ok || asked.command.name !== 'writeTicket') return answer
    // Known to be away for seconds: nobody waits for what will not come.
    if (desk.viewOf(asked.agent)?.savedCentrally === false) return { ...answer, saved: 'locally' }
    const late = AbortSignal.timeout(withinMs)
    const tooLate = new Promise<false>((resolve) => late.addEventListener('abort', () => resolve(false)))
    const found = isThere(asked.command.ticket, asked.id, late).catch((error: unknown) => {
      onTrouble(error)
      return false
    })
    return { ...answer, saved: (await Promise.race([found, tooLate])) ? 'centrally' : 'locally' }
  }
}
