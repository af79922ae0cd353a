/**
 * Nobody is given calls who has no session any more. Logging out and ending somebody's sessions leave the seat themselves; what they cannot
 * tell, because the switchboard is away, its journal is full, or there is a call in hand, and ends that no route has asked for (a person who no
 * longer works here), are made up for here: after each end of a session, and when the switchboard is back.
 */
import type { AgentId } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import type { Desk } from './session-routes.ts'
import { whoHaveEnded } from './session-store.ts'

const againAfterMs = 5_000

type Deps = {
  db: Reader
  desk: Desk
  /** Who has a seat, as far as the switchboard has told; nobody while it is away. */
  seated: () => readonly AgentId[]
  onTrouble: (error: unknown) => void
}

export function createLeaveSeats({ db, desk, seated, onTrouble }: Deps) {
  /** They have a call in hand, and have been told of as not ready after it. */
  const retired = new Set<AgentId>()
  let looking: Promise<void> | undefined
  let isAsked = false
  let hasStopped = false
  let timer: NodeJS.Timeout | undefined

  async function leave(agent: AgentId): Promise<boolean> {
    const refusal = retired.has(agent) ? await desk.leaveSeat(agent) : await desk.retire(agent)
    if (refusal === 'busyWithCall') retired.add(agent)
    return refusal === null || refusal === 'notLoggedIn'
  }

  async function lookOnce(): Promise<void> {
    const there = seated()
    const ended = there.length === 0 ? [] : await whoHaveEnded(db, there)
    for (const agent of retired) if (!ended.includes(agent)) retired.delete(agent)
    let isOver = true
    for (const agent of ended) {
      const [still] = await whoHaveEnded(db, [agent]) // may have logged in again meanwhile
      if (still !== undefined) isOver = (await leave(agent)) && isOver
    }
    if (!isOver) later()
  }

  function later(): void {
    clearTimeout(timer)
    if (!hasStopped) timer = setTimeout(look, againAfterMs)
  }

  /** While one look goes on, whatever happens asks for one more. */
  function look(): void {
    isAsked = true
    looking ??= (async () => {
      while (isAsked && !hasStopped) {
        isAsked = false
        await lookOnce().catch((error: unknown) => {
          onTrouble(error)
          later()
        })
      }
    })().finally(() => {
      looking = undefined
    })
  }

  return {
    look,
    async stop(): Promise<void> {
      hasStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}
