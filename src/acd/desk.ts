/**
 * The switchboard as the api sees it: commands go over the link, views come back by push and are kept here, the newest of
 * each agent. While the link is down nothing kept here is true, so nothing is given out.
 */
import type { AgentId } from '#kernel'
import type { RefusalName } from '#platform/http/refusals'
import { isRefusalName } from '#platform/http/refusals'
import { LinkError } from '#platform/link/frame'
import type { LinkClient } from '#platform/link/link-client'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import type { AgentView, DeskCommand, DeskPush, DeskRefusal, DeskReply, HallView } from './core/index.ts'

export type DeskAnswer =
  /** `saved`: where what was written stands by now; told of tickets. */
  | { readonly ok: true; readonly repeated: boolean; readonly saved?: 'centrally' | 'locally' }
  | { readonly ok: false; readonly refusal: RefusalName; readonly repeated: boolean }
/** What a listener is told. `link`: the switchboard has come or gone; after `true` every view follows. */
export type DeskNews = DeskPush | { readonly push: 'link'; readonly up: boolean }

type Connect = (options: {
  onPush(push: DeskPush): void
  onUp(snapshot: readonly DeskPush[]): void
  onDown(): void
}) => LinkClient
type Deps = { connect: Connect; metrics: Metrics; log: Log }
export type Desk = ReturnType<typeof createDesk>

type MustBeTrue<T extends true> = T
/** Every refusal of the switchboard has its HTTP status: the compile breaks where one is missing. */
export type DeskRefusalsHaveStatus = MustBeTrue<DeskRefusal extends RefusalName ? true : false>

export function createDesk({ connect, metrics, log }: Deps) {
  const views = new Map<AgentId, AgentView>()
  const listeners = new Set<(news: DeskNews) => void>()
  let hall: HallView | null = null

  const tell = (news: DeskNews) => {
    for (const listener of listeners) listener(news)
  }
  const take = (push: DeskPush) => {
    if (push.push === 'agent') views.set(push.view.agent, push.view)
    else hall = push.view
  }
  const setUp = (up: boolean) => {
    metrics.set('desk_link_up', {}, up ? 1 : 0)
    tell({ push: 'link', up })
  }
  const link = connect({
    onPush(push) {
      take(push)
      tell(push)
    },
    onUp(snapshot) {
      views.clear()
      hall = null
      for (const push of snapshot) take(push)
      setUp(true)
      for (const push of snapshot) tell(push)
    },
    onDown() {
      views.clear()
      hall = null
      setUp(false)
    },
  })

  return {
    /** Never throws: a switchboard that cannot be reached is an answer. Ask again with the same id to learn what became of it. */
    async ask(command: DeskCommand): Promise<DeskAnswer> {
      const began = performance.now()
      const answer = await request(link, command, log)
      metrics.observe('desk_command_seconds', {}, (performance.now() - began) / 1000)
      metrics.count('desk_commands_total', {
        command: command.command.name,
        outcome: answer.ok ? (answer.repeated ? 'repeated' : 'ok') : answer.refusal,
      })
      return answer
    },
    viewOf: (agent: AgentId): AgentView | undefined => views.get(agent),
    views: (): Iterable<AgentView> => views.values(),
    hall: (): HallView | null => hall,
    isUp: () => link.isUp(),
    /** Gives back how to stop listening. */
    listen(listener: (news: DeskNews) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => link.start(),
    stop: () => link.stop(),
  }
}

async function request(link: LinkClient, command: DeskCommand, log: Log): Promise<DeskAnswer> {
  try {
    const reply = (await link.request(command)) as DeskReply
    if (reply?.ok === true) return { ok: true, repeated: reply.repeated === true }
    if (reply?.ok === false && isRefusalName(reply.refusal))
      return { ok: false, refusal: reply.refusal, repeated: reply.repeated === true }
    log.error({ command: command.command.name, reply }, 'the switchboard answered something that is no reply')
    return { ok: false, refusal: 'switchboardTrouble', repeated: false }
  } catch (error) {
    if (!(error instanceof LinkError)) throw error
    const isTrouble = error.fault === 'failed' || error.fault === 'tooLarge'
    return { ok: false, refusal: isTrouble ? 'switchboardTrouble' : 'switchboardAway', repeated: false }
  }
}
