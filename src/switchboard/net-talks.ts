/**
 * Agents who talk to a caller whom the safety net has put through: busy with that call until it ends, and it is taken into the journal as
 * soon as it has. Such a pair is Asterisk's own (app_queue) and sends us no events; the phones, asked once a second, tell that
 * something has changed.
 */
import { type Agent, type AgentStatus, agentsOf } from '#acd/core'
import type { CallId, Clock, SeatId } from '#kernel'
import type { AriClient, Bridge, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'
import { type HallState, talksInNet } from './hall-state.ts'
import { isInNet } from './in-net.ts'

/** In these the phone is idle for all that we know. */
const free: readonly string[] = ['ready', 'notReady', 'wrapUp'] satisfies AgentStatus['state'][]
const phoneName = /^PJSIP\/seat-(.+)-[0-9a-f]+$/

/** Who is together in the net: the seat whose phone it is, and the caller, whose channel gives the call its id. */
export function pairsInNet(channels: readonly Channel[], bridges: readonly Bridge[]): Map<SeatId, CallId> {
  const there = new Map(channels.map((channel) => [channel.id, channel]))
  return new Map(
    bridges.flatMap(({ channels: ids }): [SeatId, CallId][] => {
      const members = ids.flatMap((id) => there.get(id) ?? [])
      const caller = members.find(isInNet)
      const seat = members.flatMap(({ name }) => phoneName.exec(name)?.[1] ?? [])[0]
      return caller && seat !== undefined ? [[seat as SeatId, caller.id as CallId]] : []
    }),
  )
}

export function createNetTalks({
  hall,
  client,
  conductor,
  adopt,
  now,
  trouble,
}: {
  hall: HallState
  client: Pick<AriClient, 'listChannels' | 'listBridges'>
  conductor: Pick<Conductor, 'take'>
  /** Takes what the net has written down into the journal. */
  adopt: () => Promise<unknown>
  now: Clock
  trouble: (error: unknown, what: string) => void
}) {
  let looking: Promise<void> | undefined

  const mayTalkInNet = ({ status }: Agent): boolean => free.includes(status.state)

  async function compare(): Promise<void> {
    const [channels, bridges] = await Promise.all([client.listChannels(), client.listBridges()])
    const pairs = pairsInNet(channels, bridges)
    const isOver = (agent: Agent): boolean =>
      talksInNet(hall, agent) &&
      agent.seat !== null &&
      'call' in agent.status &&
      pairs.get(agent.seat) !== agent.status.call
    // With its record the agent gets the time to write it up, too.
    if (agentsOf(hall.board).some(isOver)) await adopt()
    conductor.take((turn) => {
      for (const agent of agentsOf(hall.board)) {
        const call = agent.seat === null ? undefined : pairs.get(agent.seat)
        if (isOver(agent)) {
          turn.touch(agent.id)
          turn.tell({ type: 'partedInNet', agent: agent.id, at: now() })
        } else if (call !== undefined && mayTalkInNet(agent)) {
          turn.touch(agent.id)
          turn.tell({ type: 'takenInNet', agent: agent.id, call, at: now() })
        }
      }
    })
  }

  function look(): Promise<void> {
    looking ??= compare().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    look,
    /** These seats' phones are in calls that are not ours. */
    phonesSeen(elsewhere: ReadonlySet<SeatId>): void {
      const differs = agentsOf(hall.board).some((agent) => {
        const is = agent.seat !== null && elsewhere.has(agent.seat)
        return is ? mayTalkInNet(agent) : talksInNet(hall, agent)
      })
      if (differs) look().catch((error: unknown) => trouble(error, 'netTalks'))
    },
  }
}
