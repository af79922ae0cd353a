/** The agents' side of the measurement: all log in and say that they are ready, by the link that the api uses. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { AgentView, DeskCommand, DeskPush, DeskReply } from '#acd/core'
import type { AgentId, CommandId, SeatId } from '#kernel'
import { createLinkClient } from '#platform/link/link-client'
import { silentLog } from '#platform/telemetry/log'
import { until } from '../../scripts/lib/readiness.ts'
import { agents, seatIds } from './asterisk-etc.ts'
import type { Lab } from './lab.ts'
import { agentIds } from './seed.ts'

export type AgentsAtWork = {
  /** Waits until every agent is ready and has a phone that can be reached; answers how many are not after `withinMs`. */
  untilAllReady(withinMs: number): Promise<number>
  count(state: AgentView['status']['state']): number
  /** How many agents are in which state with which phone, for a message. */
  told(): string
  stop(): Promise<void>
}

/** Stays on the link, as the api does, so that the switchboard has somebody to push its views to. */
export async function putAgentsToWork(lab: Lab): Promise<AgentsAtWork> {
  const views = new Map<AgentId, AgentView>()
  const take = (push: DeskPush): void => {
    if (push.push === 'agent') views.set(push.view.agent, push.view)
  }
  const link = createLinkClient<DeskPush>({
    url: lab.env.HOTLINE_DESK_URL ?? '',
    secret: readFileSync(lab.env.HOTLINE_DESK_SECRET_FILE ?? '', 'utf8').trim(),
    onPush: take,
    onUp: (snapshot) => snapshot.forEach(take),
    onDown: () => views.clear(),
    log: silentLog,
  })
  link.start()
  await until('the link', async () => link.isUp(), { withinMs: 10_000 })

  const ask = async (agent: AgentId, command: DeskCommand['command']): Promise<void> => {
    const id = randomUUID() as string as CommandId
    const reply = (await link.request({ id, agent, command } satisfies DeskCommand)) as DeskReply
    if (!reply.ok) throw new Error(`${command.name} of ${agent}: ${reply.refusal}`)
  }
  const all = agentIds.map((agent, index) => ({ agent: agent as AgentId, seat: (seatIds[index] ?? '') as SeatId }))
  for (const { agent, seat } of all) {
    await ask(agent, { name: 'logIn', seat })
    await ask(agent, { name: 'ready' })
  }

  const idle = (): number =>
    [...views.values()].filter(({ status, phone }) => status.state === 'ready' && phone === 'reachable').length
  return {
    async untilAllReady(withinMs) {
      const end = performance.now() + withinMs
      while (idle() < agents && performance.now() < end) await pause(20)
      return agents - idle()
    },
    count: (state) => [...views.values()].filter(({ status }) => status.state === state).length,
    told() {
      const groups = Map.groupBy(views.values(), ({ status, phone }) => `${status.state}, phone ${phone}`)
      return [...groups].map(([state, all]) => `${all.length} ${state}`).join('; ')
    },
    stop: () => link.stop(),
  }
}
