/** The switchboard put together: Asterisk's events in, decisions to the journal, orders out, views to the screens. */
import { agentOf, agentsOf, type DeskPush, type Directory } from '#acd/core'
import { type Happening, rungBy } from '#calls/core'
import type { Journal, NewFact } from '#journal'
import { type AgentId, type CallId, type Clock, type LegId, limits, type OfferId, type SeatId } from '#kernel'
import type { Ari } from '#platform/asterisk/ari'
import type { AriEvent } from '#platform/asterisk/ari-client'
import { createAudit } from './audit.ts'
import { createBackFromNet } from './back-from-net.ts'
import { createCanary, isCanary } from './canary.ts'
import { createConductor } from './conductor.ts'
import { createDeskCommands } from './desk-commands.ts'
import { dialString } from './dial-string.ts'
import { type Capacity, createEntrance, toArrival } from './entrance.ts'
import { type Given, type HallState, legOfAgent } from './hall-state.ts'
import { createInNet, sendToNet } from './in-net.ts'
import { createJoinWatch } from './join-watch.ts'
import { createLastSeen } from './last-seen.ts'
import { createLegRegister } from './leg-register.ts'
import { createLoseCalls } from './lose-calls.ts'
import { createNet } from './net.ts'
import { createNetAdoption } from './net-adoption.ts'
import { createNetRecords } from './net-records.ts'
import { createNetTalks } from './net-talks.ts'
import { createPerformEffect } from './perform-effect.ts'
import { createPhones } from './phones.ts'
import { createRearm } from './rearm.ts'
import { createReconcile, isWanted, type Reconciled } from './reconcile.ts'
import { followDirectory, restoreHall } from './restore-hall.ts'
import { createRingBack } from './ring-back.ts'
import { createRingWatch } from './ring-watch.ts'
import { rungLegs } from './rung-legs.ts'
import { createSettling } from './settling.ts'
import { createSilentLegs } from './silent-legs.ts'
import { createSteadyClock, timeKept } from './steady-clock.ts'
import { createTimers } from './timers.ts'
import { isStopping, toCallEvent } from './to-call-event.ts'
import { createTurnedAway } from './turned-away.ts'
import { createVanishedPhones } from './vanished-phones.ts'
import { hallView, viewOf } from './views.ts'

export type SwitchboardDeps = {
  readonly ari: Ari
  readonly app: string
  readonly journal: Journal
  /** For a journal that has given away no ticket number yet: what the one before it has (default: nothing). */
  readonly given?: Given
  /** The directory as it is now; `directoryChanged` tells of a new one. */
  readonly directory: () => Directory
  readonly now: Clock
  /** How long the place of a caller is kept whom the death of Asterisk has cut (default 10 min). */
  readonly ringBackMs?: number
  /** How long a caller hears it ring before he is answered, whoever is free (default 60 s). */
  readonly ringAtMostMs?: number
  /** A leg from which no sound has come for so long is hung up (default: none is). */
  readonly silenceMs?: number
  /** Not given: everybody is let in. */
  readonly capacity?: Capacity
  readonly push: (message: DeskPush) => void
  /** Whether Postgres has every fact older than a moment. */
  readonly savedCentrally: () => boolean
  readonly onReconciled: (why: string, found: Reconciled) => void
  /** Facts that are on disk, for whoever counts. */
  readonly onFacts?: (facts: readonly NewFact[]) => void
  readonly trouble: (error: unknown, what: string) => void
}

export type Switchboard = ReturnType<typeof createSwitchboard>

const hallEveryMs = 1_000
const retryMs = 1_000
const failedPromptMs = 300
/** So long the work of coming back may make us late. */
const comeBackMs = 5_000

export function createSwitchboard(deps: SwitchboardDeps) {
  const { ari, app, journal, directory, now: wall, push, trouble } = deps
  const { client, connection } = ari
  const legs = createLegRegister()
  const timers = createTimers()
  const hall = restoreHall(journal, directory(), legs, deps.given)
  const clock = createSteadyClock(wall, () => performance.now(), timeKept(hall.calls, journal.kept))
  const { now } = clock
  const joins = createJoinWatch(timers, isInBridge, trouble)
  let hasStopped = false
  /** Whoever has handed over decides nothing more: that orders fail now is news of nothing. */
  const post = (event: Happening): void => {
    if (!hasStopped) conductor.post(event)
  }
  const rings = createRingWatch({
    ...rungLegs({ client, hall, legs, now, post }),
    ...{ timers, gone: unreachable, trouble },
  })
  const perform = createPerformEffect({
    ...{ client, app, legs, joins, rings, unreachable },
    dialString: (call, effect) =>
      dialString(directory(), (agent) => agentOf(hall.board, agent)?.seat ?? null, call, effect),
    unplayed: (call, playback) => {
      legs.dropPlayback(playback)
      post({ type: 'playbackEnded', call, playback, at: now() })
    },
    trouble: (error, _call, what) => trouble(error, what),
  })
  const conductor = createConductor({
    ...{ hall, journal, perform, legs, timers, clock, directory, offerDue, trouble },
    ringAtMostMs: deps.ringAtMostMs ?? limits.ringAtMostMs,
    changed: pushAgents,
    onFacts: deps.onFacts,
    isOver: (id, since) => fromNet.isOver(id, since),
  })
  const ringBack = createRingBack({ hall, conductor, now, keptMs: deps.ringBackMs ?? limits.ringBackMs })
  const turnedAway = createTurnedAway({ client, timers, trouble })
  const takes = journal.takes.bind(journal)
  const admit = createEntrance({
    ...{ hall, conductor, takes, legs, ringBack, directory, turnedAway, clock, capacity: deps.capacity },
    hasSettled: () => held === null && performance.now() - backAt > comeBackMs,
  })
  const phones = createPhones({
    client,
    isOurs: (channel) => legs.legOf(channel) !== undefined || legs.hasLeft(channel),
    seen: phonesSeen,
    trouble,
  })
  const net = createNet({
    ...{ client, now: wall, trouble },
    seats: phones.seats,
    agents: () => agentsOf(hall.board),
    takesCallers: () => takes('newWork'),
    beaten: () => lastSeen.seen(),
  })
  const lastSeen = createLastSeen({ hall, journal, conductor, now })
  const loseCalls = createLoseCalls({ hall, conductor, ringBack })
  const inNet = createInNet({ hall, client, conductor, now, records: () => fromNet })
  const backFromNet = createBackFromNet({ timers, conductor, now })
  const records = createNetRecords({ client, app, legs })
  const fromNet = createNetAdoption({
    ...{ hall, journal, conductor, directory, inNet, ringBack, lastSeen, clock, records, trouble },
  })
  const netTalks = createNetTalks({ ...{ hall, client, conductor, now, trouble }, adopt: fromNet.adopt })
  const canary = createCanary({ client, conductor, takes, now, trouble })
  const vanished = createVanishedPhones({ client, legs, timers, now, post, trouble })
  const silentLegs = createSilentLegs({
    ...{ client, hall, legs, timers, trouble },
    silenceMs: deps.silenceMs ?? 0,
    silent: vanished.silent,
  })
  const handle = createDeskCommands({ hall, conductor, takes, directory, phoneOf: phones.of, now })
  const rearm = createRearm({ legs, conductor, timers, rings, directory, offerDue, post, now })
  const settling = createSettling({ hall, timers, perform, written: conductor.written })
  const reconcile = createReconcile({
    ...{ hall, client, app, conductor, legs, admit, inNet, loseCalls, turnedAway, now, rearm },
    ...{ fromNet, settle: settling.settle },
    lookAtPhones: () => phones.look().then(netTalks.look),
  })
  const audit = createAudit({
    ...{ client, app, hall, legs, timers, trouble },
    async compare(why) {
      if (why === 'audit') ringBack.sweep()
      return connection.isUp && compare(why)
    },
  })
  /** Events that come while we compare are kept, and follow. */
  let held: AriEvent[] | null = []
  let backAt = Number.NEGATIVE_INFINITY
  let comparing: Promise<unknown> = Promise.resolve()
  /** Grows with each connection and each loss of one: what belongs to another time is known as such. */
  let connections = 0

  function unreachable(call: CallId, leg: LegId): void {
    if (!legs.legOf(leg)) return
    legs.dropLeg(leg)
    post({ type: 'legLeft', call, leg, cause: 'unreachable', at: now() })
  }

  /** An agent whose phone has never rung has missed nothing; nor one whose Asterisk hangs, and who may have answered. */
  function offerDue(call: CallId, offer: OfferId): void {
    const leg = rungBy(hall.calls.get(call))
    const known = leg && legs.legOf(leg)
    if (held) timers.start(offer, retryMs, () => offerDue(call, offer))
    else post({ type: known?.dialled || known?.rang ? 'offerExpired' : 'offerWithdrawn', call, offer, at: now() })
  }

  async function isInBridge(bridge: string, leg: LegId): Promise<boolean> {
    const there = await client.getBridge(bridge)
    return there === 'gone' || there.channels.includes(leg) || !legs.legOf(leg)
  }

  function phonesSeen(seen: ReadonlyMap<SeatId, 'reachable' | 'unreachable'>, elsewhere: ReadonlySet<SeatId>): void {
    for (const agent of agentsOf(hall.board)) {
      const phone = agent.seat && (seen.get(agent.seat) ?? 'unreachable')
      if (!phone || agent.phone === phone) continue
      conductor.take((turn) => {
        turn.touch(agent.id)
        turn.tell({ type: 'phoneChanged', agent: agent.id, phone, at: now() })
      })
      const leg = phone === 'unreachable' && legOfAgent(hall, agent.id)
      if (leg) vanished.check(leg)
    }
    if (!held) netTalks.phonesSeen(elsewhere)
  }

  function pushAgents(agents: ReadonlySet<AgentId>): void {
    net.changed([...agents].flatMap((id) => agentOf(hall.board, id) ?? []))
    for (const id of agents) {
      const view = viewOf(hall, directory(), deps.savedCentrally(), id)
      if (view) push({ push: 'agent', view })
    }
  }

  function onEvent(event: AriEvent): void {
    if (held) {
      held.push(event)
      return
    }
    if (isStopping(event)) {
      loseCalls([...hall.calls.keys()], 'mediaServerLost', now)
      return
    }
    if (event.type === 'StasisStart') {
      if (isCanary(event.args)) {
        canary(event.channel, event.args)
        return
      }
      const arrival = toArrival(event.channel, event.args)
      if (arrival) {
        takeIn(arrival)
        return
      }
      // Asterisk has made it late, when nobody wanted it any more: for as long as it is there the agent's phone counts as busy.
      if (event.args[0] === 'dialled' && !isWanted(hall, legs, event.channel.id))
        client.unordered
          .hangup(event.channel.id, { reason: 'normal' })
          .catch((error: unknown) => trouble(error, 'hangUp'))
    }
    if (event.type === 'ChannelEnteredBridge' && event.channel)
      joins.entered(event.bridge.id, event.channel.id as LegId)
    if (event.type === 'StasisEnd') joins.parted(event.channel.id as LegId)
    // A caller who left without having hung up: the rescue watchdog may have taken us for dead.
    if (event.type === 'StasisEnd' && mayBeInNet(event.channel.id)) {
      inNet
        .find(event.channel.id)
        .then((call) => call === undefined && heard(event))
        .catch((error: unknown) => trouble(error, 'inNet'))
      return
    }
    if (event.type === 'PlaybackFinished') turnedAway.ended(event.playback.id)
    // The prompt of a caller who has hung up fails before the hang-up is told: that first, then the prompt.
    if (event.type === 'PlaybackFinished' && event.playback.state === 'failed') {
      timers.start(`failed:${event.playback.id}`, failedPromptMs, () => heard(event))
      return
    }
    heard(event)
  }

  function mayBeInNet(channel: string): boolean {
    const leg = legs.legOf(channel)
    return leg?.cause === null && hall.calls.get(leg.call)?.caller.leg === channel
  }

  function heard(event: AriEvent): void {
    const happening = toCallEvent(event, legs, now())
    if (happening) post(happening)
  }

  /** A number that is none of ours, which the dialplan should not have let through, is sent away with the cause that says so. */
  function takeIn(arrival: NonNullable<ReturnType<typeof toArrival>>): void {
    const admitted = admit(arrival)
    if (admitted === 'known') inNet.back(arrival.call as CallId)
    backFromNet.has(arrival.channel.id)
    if (admitted === 'noRoom') {
      net.gateChanged()
      sendToNet(client, arrival.channel.id).catch((error: unknown) => trouble(error, 'noRoom'))
    }
    if (admitted !== 'noSuchNumber') return
    client.unordered
      .hangup(arrival.channel.id, { reasonCode: 1 })
      .catch((error: unknown) => trouble(error, 'refuseNumber'))
  }

  /** `run`: Asterisk's startup time, when we have been away. Until that comparison succeeds, events wait. Answers whether it did. */
  function compare(why: string, run?: string): Promise<boolean> {
    const connected = connections
    const once = async (): Promise<boolean> => {
      const begun = now()
      // First of all, what the net did and whom it has: no agent is offered a caller who is not with us, and no call of ours that
      // ended there is judged by its absence.
      if (run !== undefined) {
        timers.stop('compare') // of a connection before this one
        records.forget() // of an Asterisk that may be another
        settling.forget()
      }
      const before = await fromNet.tryToAdopt()
      if (run !== undefined) {
        await fromNet.hearJustLeft()
        await inNet.look()
      }
      const { count, oursInNet } = await reconcile(run)
      deps.onReconciled(why, { ...count, servedWithoutUs: before + count.servedWithoutUs })
      if (run !== undefined && connected === connections) release(oursInNet, count.inNet > 0)
      await fromNet.forgetLeft(begun).catch((error: unknown) => trouble(error, 'netRecords')) // nobody waits for it
      return true
    }
    const compared = comparing.then(once).catch((error: unknown) => {
      trouble(error, 'reconcile')
      if (run !== undefined && connected === connections) timers.start('compare', retryMs, () => void compare(why, run))
      return false
    })
    comparing = compared
    return compared
  }

  /** From now on we hear what happens, and callers are let in to us. */
  function release(oursInNet: readonly string[], someInNet: boolean): void {
    const events = held ?? []
    held = null
    if (hall.calls.size > 0) backAt = performance.now()
    backFromNet.expect(oursInNet)
    for (const event of events) onEvent(event)
    if (!connection.isUp) return
    net.open(oursInNet.length > 0 ? 'ours' : someInNet ? 'newcomers' : 'nobody', backFromNet.open)
    settling.begin()
  }

  function whenUp(up: { startupTime: string; first: boolean }): void {
    connections += 1
    held = [] // what an earlier connection told is older than what we shall find now
    net.look()
    void compare(up.first ? 'start' : 'reconnect', up.startupTime)
    phones.start()
    audit.start()
    silentLegs.start()
  }

  function pushHall(): void {
    timers.start('hall', hallEveryMs, pushHall)
    push({ push: 'hall', view: hallView(hall, now()) })
  }

  return {
    handle,
    /** Everything that a screen which has just come must be told. */
    snapshot: (): DeskPush[] => [
      ...agentsOf(hall.board).flatMap(({ id }): DeskPush[] => {
        const view = viewOf(hall, directory(), deps.savedCentrally(), id)
        return view ? [{ push: 'agent', view }] : []
      }),
      { push: 'hall', view: hallView(hall, now()) },
    ],
    directoryChanged(): void {
      followDirectory(hall, directory())
    },
    /** Called when "saved centrally" turns: everybody at work is told. */
    savedChanged(): void {
      pushAgents(new Set(agentsOf(hall.board).flatMap(({ id, status }) => (status.state === 'loggedOut' ? [] : [id]))))
    },
    start(): void {
      connection.onEvent(onEvent)
      connection.onUp(whenUp)
      connection.onDown(() => {
        connections += 1
        conductor.take((turn) => turn.tell({ type: 'closed' }))
        backFromNet.forget()
        held ??= []
        timers.stop('compare')
        phones.stop()
        net.close()
        audit.stop()
        silentLegs.stop()
        settling.forget()
      })
      connection.start()
      pushHall()
      for (const [id, { since }] of hall.leaving) conductor.forgetLater(id, since)
      for (const { id, status } of agentsOf(hall.board))
        if (status.state === 'wrapUp') conductor.startWrapUp(id, status.call, status.until - now())
    },
    /** Said before `stop` by who goes of its own accord: nobody watches the calls from here on. */
    async leave(): Promise<void> {
      if (connection.isUp) lastSeen.leave()
      await net.leave()
    },
    /** Calls stay as they are: Asterisk keeps them, the journal remembers them. */
    async stop(): Promise<void> {
      hasStopped = true
      phones.stop()
      silentLegs.stop()
      net.close()
      timers.stopAll()
      await ari.close()
      await comparing
    },
    /** What Asterisk has is compared with what we know, and it lets callers in to us. */
    serves: () => net.isTold(),
    /** The live state, for whoever checks it (the simulation). Changed by turns alone. */
    hall: hall as Readonly<HallState>,
    now,
    counts: () => ({ calls: hall.calls.size, legs: legs.size, timers: timers.size, papers: hall.papers.size }),
  }
}
