/** Callbacks as they are read, and the one thing about them that is no fact of a call: that somebody has called back. */
import type { Instant } from '#kernel'
import type { Reader } from '#platform/postgres/tx'

export const callbackStates = ['open', 'rangBack', 'done'] as const
export type CallbackState = (typeof callbackStates)[number]
export type CallbackRecord = Awaited<ReturnType<typeof readCallbacks>>[number]

const columns = [
  'call',
  'ticket_no',
  'number',
  'queue',
  'cut',
  'arrived_at',
  'cut_at',
  'rang_back_at',
  'rang_back_as',
  'done_at',
  'done_by',
] as const

/** Open ones by arrival, as they would have been answered; others the newest first. */
export function readCallbacks(db: Reader, state: CallbackState, most: number) {
  const all = db.selectFrom('callbacks').select(columns).limit(most)
  switch (state) {
    case 'open':
      return all
        .where('done_at', 'is', null)
        .where('rang_back_at', 'is', null)
        .orderBy('arrived_at')
        .orderBy('call')
        .execute()
    case 'done':
      return all.where('done_at', 'is not', null).orderBy('cut_at', 'desc').orderBy('call').execute()
    case 'rangBack':
      return all
        .where('done_at', 'is', null)
        .where('rang_back_at', 'is not', null)
        .orderBy('cut_at', 'desc')
        .orderBy('call')
        .execute()
  }
}

export const readCallback = (db: Reader, call: string): Promise<CallbackRecord | undefined> =>
  db.selectFrom('callbacks').select(columns).where('call', '=', call).executeTakeFirst()

/** Closes an open one; whoever is second changes nothing. */
export async function closeCallback(db: Reader, call: string, by: string, at: Instant): Promise<void> {
  await db
    .updateTable('callbacks')
    .set({ done_at: new Date(at), done_by: by })
    .where('call', '=', call)
    .where('done_at', 'is', null)
    .where('rang_back_at', 'is', null)
    .execute()
}

export const stateOf = ({ done_at, rang_back_at }: CallbackRecord): CallbackState =>
  done_at !== null ? 'done' : rang_back_at !== null ? 'rangBack' : 'open'
