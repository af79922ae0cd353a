/** Which of our callers the dialplan's safety net has: sent there by the rescue watchdog, and on their way back. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Call, comeBackFromNet, leaveToNet, type Unwatched } from '#calls/core'
import type { CallId, Clock, Instant } from '#kernel'
import type { AriClient, Channel } from '#platform/asterisk/ari-client'
import type { Conductor } from './conductor.ts'
import type { HallState } from './hall-state.ts'

/** Context of the dialplan (asterisk-config/extensions.conf). */
export const isInNet = ({ dialplan }: Channel): boolean => dialplan.context === 'net'

/** For a caller whom we cannot take in: music, and agents' phones ring without us. */
export const sendToNet = (client: AriClient, channel: string): Promise<unknown> =>
  client.unordered.continueInDialplan(channel, { context: 'net', extension: 's', priority: 1 })

const looks = 4
const betweenLooksMs = 150

export type InNet = ReturnType<typeof createInNet>

export function createInNet({
  hall,
  client,
  conductor,
  records,
  now,
}: {
  hall: HallState
  client: AriClient
  conductor: Conductor
  /** What the dialplan has written down of those who hung up there (net-adoption.ts). */
  records: () => {
    tryToAdopt(): Promise<unknown>
    hasLookedSince(at: Instant): boolean
    /** When what was under way for a caller has ended, of whom we find on our return that the net has him. */
    unwatched(call: Call): Unwatched
  }
  now: Clock
}) {
  const away = new Set<CallId>()
  /** Those of them whose channel the last audit did not find. */
  const missed = new Set<CallId>()

  /** `at`: since when, if we have seen it. */
  function left(id: CallId, at?: Instant): void {
    const call = hall.calls.get(id)
    if (!call) return
    away.add(id)
    const ends = records().unwatched(call)
    conductor.take((turn) => turn.takeCall(leaveToNet(call, at ?? ends.at, ends.legEnds)))
  }

  /** Answers false when the call was not in the net. */
  function back(id: CallId): boolean {
    if (!away.delete(id)) return false
    const call = hall.calls.get(id)
    if (call?.state === 'waiting') conductor.take((turn) => turn.takeCall(comeBackFromNet(call, now())))
    return true
  }

  /** Before anybody is offered a caller who is not there. */
  async function look(): Promise<void> {
    found(new Map((await client.listChannels()).map((channel) => [channel.id, channel])))
  }

  /** After an absence, while whoever comes back is not heard yet: later a list may be older than what we know. */
  function found(channels: ReadonlyMap<string, Channel>): void {
    for (const [id, call] of hall.calls) {
      const channel = channels.get(call.caller.leg)
      if (!channel) continue
      if (!isInNet(channel)) back(id)
      else if (!away.has(id)) left(id)
    }
  }

  /**
   * Where is the caller who has left us without having hung up? Answers the call when the net has or had him, or when he is back already.
   * The event itself does not tell: it carries the place in the dialplan of a moment before; so does, for a moment, the channel.
   */
  async function find(channel: string): Promise<CallId | undefined> {
    const id = [...hall.calls].find(([, call]) => call.caller.leg === channel)?.[0]
    if (id === undefined) return undefined
    for (let look = 0; look < looks; look++) {
      const seen = await client.getChannel(channel).catch(() => 'gone' as const)
      if (seen === 'gone') return (await endedThere(id)) ? id : undefined
      if (isInNet(seen)) {
        left(id, now())
        return id
      }
      await pause(betweenLooksMs)
    }
    left(id, now())
    back(id)
    return id
  }

  /**
   * Whoever has hung up since may have been put through in the net, also while we compared: its record tells. Without one he has hung
   * up in our hands, unless we have seen him there or cannot read: then an audit judges.
   */
  async function endedThere(id: CallId): Promise<boolean> {
    const asked = now()
    await records().tryToAdopt()
    return !hall.calls.has(id) || away.has(id) || !records().hasLookedSince(asked)
  }

  /** For an audit: whether a call is to be left alone. A caller who is gone, and of whom the net has left no record, is not. */
  function keeps(id: CallId, channel: Channel | undefined): boolean {
    if (!away.has(id)) return false
    if (channel) {
      missed.delete(id)
      if (channel.dialplan.app_name === 'Stasis') back(id)
      return true
    }
    if (!missed.has(id)) {
      missed.add(id) // just gone: the record may be on its way
      return true
    }
    missed.delete(id)
    away.delete(id)
    return false
  }

  return {
    find,
    back,
    look,
    found,
    keeps,
    ended(id: CallId): void {
      missed.delete(id)
      away.delete(id)
    },
  }
}
