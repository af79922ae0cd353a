/**
 * Compares what we believe with what Asterisk has: at start, after each reconnection, and as a periodic audit. Events that
 * were missed are made up for; channels that belong to nobody are adopted or hung up; bridges of dead calls are removed.
 */
import { type Call, type Happening, type LegEnd, legsOf } from '#calls/core'
import { type CallId, type Clock, type Instant, type LegId, type PlaybackId, toInstant } from '#kernel'
import type { AriClient, Bridge, Channel } from '#platform/asterisk/ari-client'
import { waitingInNet } from './back-from-net.ts'
import { isCanary } from './canary.ts'
import type { Conductor } from './conductor.ts'
import type { Admit } from './entrance.ts'
import type { HallState } from './hall-state.ts'
import { type InNet, sendToNet } from './in-net.ts'
import type { LegRegister } from './leg-register.ts'
import type { LoseCalls } from './lose-calls.ts'
import type { NetAdoption } from './net-adoption.ts'
import { isQuestion } from './net-records.ts'
import { isInPlace, type Settling } from './settling.ts'
import { congestion, type TurnedAway } from './turned-away.ts'

export type Reconciled = {
  calls: number
  missed: number
  adopted: number
  hungUp: number
  bridgesRemoved: number
  lost: number
  /** Callers who wait in the dialplan's safety net: they come back by themselves. */
  inNet: number
  /** Calls that ended where we did not hear it, and are written down now. */
  servedWithoutUs: number
}

type Deps = {
  readonly hall: HallState
  readonly client: AriClient
  readonly app: string
  readonly conductor: Conductor
  readonly legs: LegRegister
  readonly admit: Admit
  readonly inNet: InNet
  readonly loseCalls: LoseCalls
  readonly turnedAway: Pick<TurnedAway, 'hears'>
  /** What the dialplan has written down. */
  readonly fromNet: Pick<NetAdoption, 'tryToAdopt' | 'hearJustLeft' | 'endOf' | 'endsOf'>
  readonly now: Clock
  /** Brings a call's media to what its state says. */
  readonly settle: Settling['settle']
  /** Sets the timers of a call that was taken up again. */
  readonly rearm: (call: Call) => void
  /** After an absence: looks at the phones and who talks in the net. */
  readonly lookAtPhones: () => Promise<unknown>
}

/** What Asterisk has: channels by id, members by bridge. */
type Found = {
  readonly there: ReadonlyMap<string, Channel>
  readonly members: ReadonlyMap<string, readonly string[]>
}

/** Channels that are to be hung up, and how. */
type Unwanted = Map<string, { reasonCode: number } | { reason: 'normal' }>

/** `oursInNet`: of those whom `count.inNet` counts the channels of callers whom we know. */
type Comparison = { readonly count: Reconciled; readonly oursInNet: readonly string[] }

export type Reconcile = ReturnType<typeof createReconcile>

export function createReconcile(deps: Deps) {
  const {
    hall,
    client,
    app,
    conductor,
    legs,
    admit,
    inNet,
    loseCalls,
    turnedAway,
    fromNet,
    now,
    settle,
    rearm,
    lookAtPhones,
  } = deps

  async function makeUp(
    id: CallId,
    settled: readonly LegId[],
    found: Found,
    afresh: boolean,
    count: Reconciled,
  ): Promise<void> {
    const { there } = found
    const call = hall.calls.get(id)
    if (!call) return
    const missedBefore = count.missed
    const missing = legsOf(call).filter((leg) => !there.has(leg) && settled.includes(leg))
    const told = toldEnds(call, missing)
    if (told.size === 0 && missing.length > 1 && missing.length === legsOf(call).length) {
      count.lost += loseCalls([id], 'lostWhileAway', fromNet.endOf)
      return
    }
    for (const leg of new Set([...told.keys(), ...missing])) {
      // A phone that was never rung, or whose ringing we lost: the offer is taken back, and the agent not blamed.
      const end = told.get(leg)
      if (call.state === 'offering' && leg === call.agentLeg) {
        legs.dropLeg(leg)
        const at = end?.at ?? (afresh ? fromNet.endOf(call) : now())
        conductor.post({ type: 'offerWithdrawn', call: id, offer: call.offer, at })
        continue
      }
      if (end) miss({ type: 'legLeft', call: id, leg, ...end }, count)
      else if (leg === call.caller.leg)
        miss({ type: 'legLeft', call: id, leg, cause: 'normal', at: afresh ? fromNet.endOf(call) : now() }, count)
      else miss({ type: 'legLeft', call: id, leg, cause: 'vanished', at: now() }, count)
    }
    for (const leg of legsOf(call)) {
      const known = legs.legOf(leg)
      if (there.get(leg)?.state !== 'Up' || !known || known.up) continue
      known.up = true
      if (leg !== call.caller.leg) miss({ type: 'legAnswered', call: id, leg, at: now() }, count)
    }
    if (afresh) await settleAfresh(id, count.missed - missedBefore, found)
    else await endPlayback(id, count)
  }

  /** Of these legs those of which the dialplan says when and how they left, whoever was first first: that ended the call. */
  function toldEnds(call: Call, missing: readonly LegId[]): Map<LegId, LegEnd> {
    const ends = [...fromNet.endsOf(call)].filter(([leg]) => missing.includes(leg))
    return new Map(ends.sort(([, one], [, other]) => one.at - other.at))
  }

  /** Whoever hears a prompt whose end was not told would wait for it for ever. */
  async function endPlayback(id: CallId, count: Reconciled): Promise<void> {
    const playback = playbackOf(hall.calls.get(id))
    if (!playback || !legs.hasBegun(playback) || (await client.getPlayback(playback)) !== 'gone') return
    if (!legs.dropPlayback(playback)) return // told meanwhile
    miss({ type: 'playbackEnded', call: id, playback, at: now() }, count)
  }

  /** Only after an absence is every missing leg surely gone. */
  const isSettled = (call: Call, leg: LegId, afresh: boolean): boolean => afresh || mustBeThere(legs, call, leg)

  async function settleAfresh(id: CallId, missed: number, found: Found): Promise<void> {
    const call = hall.calls.get(id)
    if (!call) return
    rearm(call)
    const playback = playbackOf(call)
    if (playback) {
      legs.addPlayback(playback, id)
      legs.playbackBegan(playback)
      if ((await client.getPlayback(playback)) === 'gone')
        conductor.post({ type: 'playbackEnded', call: id, playback, at: now() })
    }
    const settled = hall.calls.get(id)
    if (!settled) return
    conductor.take((turn) =>
      turn.addFact({ type: 'call.recovered', call: id, state: settled.state, missed, at: now() }),
    )
    const callerIsUp = found.there.get(settled.caller.leg)?.state === 'Up'
    settle(settled, isInPlace(settled, found.there, found.members), callerIsUp)
  }

  /** What the call knew already has not been missed. */
  function miss(event: Happening, count: Reconciled): void {
    const before = hall.calls.get(event.call)
    if (event.type === 'legLeft') legs.dropLeg(event.leg)
    conductor.post(event)
    if (hall.calls.get(event.call) !== before) count.missed += 1
  }

  /** Another Asterisk than before has none of our calls. That it is another is written in the step that ends them, or never. */
  function meetAsterisk(run: string, count: Reconciled): void {
    if (hall.asterisk === run) return
    const theirs = hall.asterisk === null ? [] : [...hall.calls.keys()]
    hall.asterisk = run
    count.lost += loseCalls(theirs, 'mediaServerLost', fromNet.endOf, (turn) => {
      turn.outcome.keep.asterisk = run
    })
  }

  /**
   * Callers who came in when we could not hear it are taken in with the true time of arrival. Answers which of these channels nobody looks
   * after: what we dialled, and who dialled no number of ours, is to be hung up.
   */
  async function takeIn(unheard: readonly Channel[], count: Reconciled): Promise<readonly Channel[]> {
    const callers = unheard.filter(isCaller)
    const nobodys = unheard.filter((channel) => !isCaller(channel))
    // The list may be old by now: while the disk takes nothing we wait. Who has hung up since is told of by the dialplan.
    const seen = await Promise.all(callers.map(({ id }) => client.getChannel(id)))
    const gone = new Set(callers.filter((_, at) => seen[at] === 'gone'))
    // Who came first first, should our clock not tell them apart.
    for (const channel of callers.sort((one, other) => arrivalOf(one) - arrivalOf(other))) {
      if (gone.has(channel)) continue
      const admitted = admitUnheard(channel)
      if (admitted === 'noSuchNumber') nobodys.push(channel)
      else if (admitted === 'noRoom') await sendToNet(client, channel.id)
      else count.adopted += 1
    }
    return nobodys
  }

  function admitUnheard(channel: Channel): ReturnType<Admit> {
    const [, call, , dialled] = stasisArguments(channel)
    return admit({
      channel,
      call: call ?? channel.id,
      arrivedMs: arrivalOf(channel),
      dialled: dialled ?? channel.dialplan.exten,
      name: channel.caller.name,
    })
  }

  /** All at once: in a full hall each answer takes its time, and nobody is let in before the last. */
  async function clearAway(unwanted: Unwanted, bridges: readonly Bridge[], count: Reconciled): Promise<void> {
    count.hungUp += unwanted.size
    count.bridgesRemoved += bridges.length
    if (unwanted.size + bridges.length === 0) return
    await conductor.written() // that nobody wants them may have been decided just now
    await Promise.all([
      ...[...unwanted].map(([id, reason]) => client.unordered.hangup(id, reason)),
      ...bridges.map(({ id }) => client.unordered.destroyBridge(id)),
    ])
  }

  /** The dialplan may write of a caller whose call is over as he leaves: his call is remembered until that has been read. */
  function staysLonger(channel: string): void {
    const call = legs.legOf(channel)?.call
    if (call && hall.leaving.get(call)?.leg === channel) conductor.forgetLater(call)
  }

  function isNeeded(bridge: string): boolean {
    for (const call of hall.calls.values()) {
      if ('bridge' in call && call.bridge === bridge) return true
      if ('consultBridge' in call && call.consultBridge === bridge) return true
    }
    return false
  }

  /**
   * `run`: we were away from this run of Asterisk (its startup time). Events were missed, so every call's media is settled and
   * its timers set again.
   */
  return async function reconcile(run?: string): Promise<Comparison> {
    const count: Reconciled = {
      calls: hall.calls.size,
      missed: 0,
      adopted: 0,
      hungUp: 0,
      bridgesRemoved: 0,
      lost: 0,
      inNet: 0,
      servedWithoutUs: 0,
    }
    const afresh = run !== undefined
    if (afresh) {
      meetAsterisk(run, count)
      await lookAtPhones() // now: of a call that has died with its Asterisk no offer is taken back because the phone is gone
    }
    // What is begun while we look is not judged by what we saw.
    const before = new Map(
      [...hall.calls].map(([id, call]) => [id, legsOf(call).filter((leg) => isSettled(call, leg, afresh))] as const),
    )
    const [channels, bridges, application] = await Promise.all([
      client.listChannels(),
      client.listBridges(),
      client.getApplication(app),
    ])
    // Asked last: when another Asterisk answers than the one we hear, nobody has hung up whose call is not there.
    const answering = (await client.asteriskInfo()).status?.startup_time
    if (answering !== undefined && answering !== hall.asterisk) {
      meetAsterisk(answering, count)
      return { count, oursInNet: [] }
    }
    // Who has hung up between the first look at the records and the list is not there, and only the dialplan knows since when.
    if (afresh) count.servedWithoutUs = await fromNet.tryToAdopt()
    const waitInNet = waitingInNet(channels, bridges)
    count.inNet = waitInNet.length
    const ours = new Set(application === 'gone' ? [] : application.channel_ids)
    const there = new Map(channels.map((channel) => [channel.id, channel]))
    if ([...before.values()].flat().some((leg) => !there.has(leg))) await fromNet.hearJustLeft()
    if (afresh) inNet.found(there)
    const found = { there, members: new Map(bridges.map(({ id, channels: members }) => [id, members])) }
    for (const [id, settled] of before)
      if (!inNet.keeps(id, there.get(id))) await makeUp(id, settled, found, afresh, count)
    const unwanted: Unwanted = new Map()
    const unheard: Channel[] = []
    for (const channel of channels) {
      // Whoever came in between the two answers was still in the dialplan, or only being made, when the list was.
      const args = stasisArguments(channel)
      if (!ours.has(channel.id) || isCanary(args)) continue
      if (isQuestion(channel.id) && !legs.hasLeft(channel.id)) unwanted.set(channel.id, { reason: 'normal' })
      if (args.length === 0) continue
      if (!legs.legOf(channel.id) && !legs.hasLeft(channel.id)) unheard.push(channel)
      else if (!isWanted(hall, legs, channel.id) && !turnedAway.hears(channel.id)) {
        staysLonger(channel.id)
        // A caller who was turned away, and whom whoever told him so has not outlived.
        const isTurnedAway = isCaller(channel) && channel.state !== 'Up'
        unwanted.set(channel.id, isTurnedAway ? { reasonCode: congestion } : { reason: 'normal' })
      }
    }
    for (const { id } of await takeIn(unheard, count)) unwanted.set(id, { reason: 'normal' })
    await clearAway(
      unwanted,
      bridges.filter(({ id, creator }) => creator === 'Stasis' && !isNeeded(id)),
      count,
    )
    return { count, oursInNet: waitInNet.filter((channel) => legs.legOf(channel)) }
  }
}

function playbackOf(call: Call | undefined): PlaybackId | undefined {
  if (call?.state === 'greeting') return call.playback
  return call && 'target' in call && call.target.state === 'whispering' ? call.target.playback : undefined
}

/** `Stasis(app,inbound,…)` as the channel's place in the dialplan tells it. */
const stasisArguments = (channel: Channel): string[] =>
  channel.dialplan.app_name === 'Stasis' ? channel.dialplan.app_data.split(',').slice(1) : []

/** By the clock on the wall. */
const arrivalOf = (channel: Channel): Instant =>
  toInstant(Number(stasisArguments(channel)[2]) || Date.parse(channel.creationtime))

const isCaller = (channel: Channel): boolean => stasisArguments(channel)[0] === 'inbound'

/** One that is being dialled just now may not be there yet. */
export const mustBeThere = (legs: LegRegister, call: Call, leg: LegId): boolean =>
  leg === call.caller.leg || legs.legOf(leg)?.up === true

/** If not, its call has ended or goes on without it; the order that hung it up has not got through, or has overtaken the one that made it. */
export function isWanted(hall: HallState, legs: LegRegister, leg: string): boolean {
  const known = legs.legOf(leg)
  const call = known && hall.calls.get(known.call)
  return call !== undefined && legsOf(call).includes(leg as LegId)
}
