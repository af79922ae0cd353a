/** Every open browser, and who is told what. */
import type { Principal } from '#access'
import type { AgentView, DeskPush, HallView } from '#acd/core'
import type { AgentId } from '#kernel'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import { liveLimits, mayHear, type ToBrowser, type Topic } from './core/index.ts'
import { closeCodes, type LiveSocket } from './live-socket.ts'

/** What the hub must know of the switchboard; `main` gives it the desk of #acd. */
export type Desk = {
  viewOf(agent: AgentId): AgentView | undefined
  hall(): HallView | null
  isUp(): boolean
  listen(
    listener: (
      news: { push: 'agent'; view: AgentView } | { push: 'hall'; view: HallView } | { push: 'link'; up: boolean },
    ) => void,
  ): () => void
}
type DeskNews = DeskPush | { readonly push: 'link'; readonly up: boolean }
/** What it must know of sessions; `main` gives it the sessions of #access. */
export type Sessions = {
  find(token: string): Promise<Principal | undefined>
  onEnd(listener: (ended: { session?: string; staff?: AgentId }) => void): () => void
}
type Deps = { desk: Desk; sessions: Sessions; metrics: Metrics; log: Log; isAway: (error: unknown) => boolean }
type Member = { socket: LiveSocket; token: string; principal: Principal }
export type Hub = ReturnType<typeof createHub>

export function createHub({ desk, sessions, metrics, log, isAway }: Deps) {
  const members = new Set<Member>()

  const tell = (topic: Topic, message: ToBrowser) => {
    for (const { socket, principal } of members) if (mayHear(principal, topic)) socket.send(message)
  }
  const turnOut = (member: Member) => {
    if (!members.delete(member)) return
    metrics.set('live_sockets', {}, members.size)
    metrics.count('live_sockets_cut_total', { why: 'notSignedIn' })
    member.socket.close(closeCodes.notSignedIn, 'notSignedIn', 'the session has ended')
  }
  /** Asks whether the session still stands, and takes over what has changed about the person. Never rejects. */
  const askAgain = async (member: Member) => {
    try {
      const principal = await sessions.find(member.token)
      if (!principal) return turnOut(member)
      const gained = !mayHear(member.principal, { topic: 'hall' }) && mayHear(principal, { topic: 'hall' })
      member.principal = principal
      if (gained) greet(desk, member)
    } catch (error) {
      // Postgres is away and the session is not among those known here: nobody is believed unasked.
      if (!isAway(error)) log.error({ err: error }, 'session could not be asked about')
      turnOut(member)
    }
  }
  const stopListening = [
    desk.listen((news) => tell(...toMessage(news))),
    sessions.onEnd(({ session, staff }) => {
      for (const member of members) {
        if (session !== undefined) {
          if (member.principal.session === session) turnOut(member)
        } else if (staff === undefined || member.principal.staff === staff) void askAgain(member)
      }
    }),
  ]
  const beat = setInterval(() => {
    for (const { socket } of members) socket.beat()
  }, liveLimits.pingEveryMs)
  const ask = setInterval(() => {
    for (const member of members) void askAgain(member)
  }, liveLimits.askEveryMs)

  return {
    /** Whether one more socket of this person is borne. */
    hasRoomFor(staff: AgentId): boolean {
      if (members.size >= liveLimits.sockets) return false
      let own = 0
      for (const { principal } of members) if (principal.staff === staff) own += 1
      return own < liveLimits.socketsPerPerson
    },
    /** Takes a browser in and tells it everything it may hear. Gives back how to take it out. */
    join(member: Member): () => void {
      members.add(member)
      metrics.set('live_sockets', {}, members.size)
      greet(desk, member)
      return () => {
        if (members.delete(member)) metrics.set('live_sockets', {}, members.size)
      }
    },
    stop(): void {
      clearInterval(beat)
      clearInterval(ask)
      for (const stop of stopListening) stop()
      for (const { socket } of members) socket.close(closeCodes.restarting, 'restarting', 'the service is restarting')
      members.clear()
    },
  }
}

/** Everything that somebody may hear, as it stands. */
function greet(desk: Desk, { socket, principal }: Member): void {
  socket.send({ type: 'link', up: desk.isUp() })
  const view = desk.viewOf(principal.staff)
  if (view && mayHear(principal, { topic: 'agent', agent: principal.staff })) socket.send({ type: 'agent', view })
  const hall = desk.hall()
  if (hall && mayHear(principal, { topic: 'hall' })) socket.send({ type: 'hall', view: hall })
}

function toMessage(news: DeskNews): [Topic, ToBrowser] {
  switch (news.push) {
    case 'agent':
      return [
        { topic: 'agent', agent: news.view.agent },
        { type: 'agent', view: news.view },
      ]
    case 'hall':
      return [{ topic: 'hall' }, { type: 'hall', view: news.view }]
    case 'link':
      return [{ topic: 'link' }, { type: 'link', up: news.up }]
  }
}
