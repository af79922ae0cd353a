/** All agents at their desks, by the link that the api uses. They stay, whatever becomes of the switchboard. */
import { randomUUID } from 'node:crypto'
import type { AgentView, DeskCommand, DeskPush, DeskReply } from '#acd/core'
import type { AgentId, CallId, CommandId, SeatId } from '#kernel'
import { createLinkClient } from '#platform/link/link-client'
import { silentLog } from '#platform/telemetry/log'
import { makeWatch } from '../../outside/watch.ts'

export type Desks = Awaited<ReturnType<typeof openDesks>>

const withinMs = 15_000

export async function openDesks(url: string, secret: string) {
  const views = new Map<string, AgentView>()
  const watch = makeWatch()
  const take = (push: DeskPush): void => {
    if (push.push === 'agent') views.set(push.view.agent, push.view)
    watch.poke()
  }
  const link = createLinkClient<DeskPush>({
    ...{ url, secret, onPush: take, log: silentLog },
    onUp: (snapshot) => {
      snapshot.forEach(take)
      watch.poke()
    },
    onDown: () => views.clear(),
  })
  link.start()
  await watch.until(
    () => link.isUp(),
    withinMs,
    () => 'no link',
  )

  /** Asked again under the same id until there is an answer: who asked cannot know whether it was done. */
  async function ask(agent: string, command: DeskCommand['command'], call?: string): Promise<DeskReply> {
    const id = randomUUID() as string as CommandId
    const asked = {
      ...{ id, agent: agent as AgentId, command },
      ...(call === undefined ? {} : { call: call as CallId }),
    } satisfies DeskCommand
    const deadline = Date.now() + withinMs
    for (;;) {
      try {
        return (await link.request(asked)) as DeskReply
      } catch (error) {
        if (Date.now() > deadline) throw error
        await watch.until(
          () => link.isUp(),
          withinMs,
          () => 'the link does not come back',
        )
      }
    }
  }

  return {
    ask,
    watch,
    view: (agent: string): AgentView | undefined => views.get(agent),
    async work(agents: readonly { agent: string; seat: string }[]): Promise<void> {
      for (const { agent, seat } of agents) {
        for (const command of [{ name: 'logIn', seat: seat as SeatId }, { name: 'ready' }] as const) {
          const reply = await ask(agent, command)
          if (!reply.ok) throw new Error(`${command.name} of ${agent}: ${reply.refusal}`)
        }
      }
    },
    /** Agents who are not ready or whose phone is away, told for a message. */
    notReady: (agents: readonly string[]): string[] =>
      agents.flatMap((agent) => {
        const view = views.get(agent)
        if (view?.status.state === 'ready' && view.phone === 'reachable') return []
        return [`${agent} ${view ? `${JSON.stringify(view.status)}, phone ${view.phone}` : 'unknown'}`]
      }),
    stop: () => link.stop(),
  }
}
