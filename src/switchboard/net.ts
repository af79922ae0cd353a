/**
 * What the dialplan's safety net is told while we live, so that it can do without us when we do not:
 *
 *   a heartbeat every second: without it no caller is handed to us (the gate in extensions.conf). When the journal takes no new
 *   callers it beats on with a time long past: the gate is closed, and the rescue watchdog, which heeds only that the value
 *   changes, leaves our waiting callers with us
 *   whether we hear who hangs up (LISTENS): not while we look, after an absence, what has become of our calls. Then, and when the
 *   heartbeat is old, the dialplan writes it down; and whom the net has stays there
 *   who is at work: their seats are unpaused in the queue `net`, all others are paused; and they are told as one
 *   list, which the dialplan keeps for an Asterisk that is started anew while we are away
 *
 * What was said last holds when we die. Each beat says a few seats again, so that whatever went wrong is mended within a minute.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Agent, isAtWork } from '#acd/core'
import type { AgentId, Clock, SeatId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'

const beatEveryMs = 1_000
/** So many beats, and every seat has been said again. */
const againWithinBeats = 40
const longPastS = 3_600
/** Callers whom we call back out of the net's queue leave it when nobody is left in it; they need a moment. */
export const emptyForMs = 2_000
const goWithinMs = 1_000
/** Whoever looks for longer will not find: then the watchdog has the callers. */
const looksForMs = 15_000

export type Net = ReturnType<typeof createNet>

export function createNet({
  client,
  seats,
  agents,
  takesCallers,
  beaten,
  now,
  trouble,
}: {
  client: AriClient
  /** Every seat that has a phone. */
  seats: () => readonly SeatId[]
  agents: () => readonly Agent[]
  takesCallers: () => boolean
  /** Asterisk has taken a heartbeat. */
  beaten: () => void
  now: Clock
  trouble: (error: unknown, what: string) => void
}) {
  let timer: NodeJS.Timeout | undefined
  let filling: NodeJS.Timeout | undefined
  let looking: NodeJS.Timeout | undefined
  let isOpen = false
  let closings = 0
  let isTold = false
  let telling: Promise<void> | undefined
  let saysListens = false
  /** That we do not hear yet is told, or cannot be. */
  let deafTold: Promise<unknown> = Promise.resolve()
  let next = 0
  /** Nobody, until the callers who wait in the net's queue have come back to us. */
  let isEmptied = false
  const atWork = new Set<SeatId>()
  const seatOf = new Map<AgentId, SeatId>()
  const untold = new Set<SeatId>()
  /** As this Asterisk knows it. */
  let toldAtWork: string | undefined

  function note(agent: Agent): void {
    const before = seatOf.get(agent.id)
    if (before !== undefined && before !== agent.seat) want(before, false)
    if (agent.seat === null) seatOf.delete(agent.id)
    else {
      seatOf.set(agent.id, agent.seat)
      want(agent.seat, isAtWork(agent))
    }
  }

  function want(seat: SeatId, work: boolean): void {
    if (atWork.has(seat) === work) return
    if (work) atWork.add(seat)
    else atWork.delete(seat)
    untold.add(seat)
  }

  /** One after another: two words about a seat never overtake each other. */
  function tell(): Promise<void> {
    telling ??= tellUntold().finally(() => {
      telling = undefined
    })
    return telling
  }

  async function tellUntold(): Promise<void> {
    let seat: SeatId | undefined
    try {
      // What is added meanwhile is walked over too.
      for (seat of untold) {
        if (!isOpen) return
        untold.delete(seat)
        const paused = isEmptied || !atWork.has(seat)
        await client.unordered.setGlobalVariable(`QUEUE_MEMBER(net,paused,PJSIP/seat-${seat})`, paused ? '1' : '0')
      }
    } catch (error) {
      if (seat !== undefined) untold.add(seat)
      trouble(error, 'net') // the next beat tries again
    }
  }

  /** Whole, for an Asterisk that is started while we are away: the dialplan keeps it when the number (a time in ms) is another. */
  async function tellAtWork(): Promise<void> {
    const seats = [...atWork].sort().join('&')
    if (seats === toldAtWork) return
    await client.unordered.setGlobalVariable('AT_WORK', seats)
    await client.unordered.setGlobalVariable('AT_WORK_NO', String(now()))
    toldAtWork = seats
  }

  const nowS = (): number => Math.floor(now() / 1000)
  const longPast = (): number => nowS() - longPastS
  const saySince = (seconds: number): Promise<unknown> =>
    client.unordered.setGlobalVariable('HEARTBEAT', String(seconds))
  const sayHeartbeat = (): Promise<unknown> => saySince(takesCallers() ? nowS() : longPast())

  const sayListens = (listens: boolean): Promise<unknown> =>
    client.unordered.setGlobalVariable('LISTENS', listens ? '1' : '0')

  async function beat(): Promise<void> {
    await sayHeartbeat()
    isTold = isOpen
    beaten()
    if (!saysListens) {
      await deafTold // the later word holds
      await sayListens(true)
      saysListens = true
    }
    await tellAtWork()
    const all = seats()
    for (let left = Math.ceil(all.length / againWithinBeats); left > 0; left--) {
      const seat = all[next++ % all.length]
      if (seat !== undefined) untold.add(seat)
    }
    void tell()
  }

  function again(): void {
    if (!isOpen) return
    timer = setTimeout(() => void beatOn(), beatEveryMs)
  }

  function tellAll(): Promise<void> {
    for (const seat of seats()) untold.add(seat)
    return tell()
  }

  function beatOn(): Promise<void> {
    return beat()
      .catch((error: unknown) => trouble(error, 'heartbeat'))
      .finally(again)
  }

  /** No phone rings in the net any more, and its callers leave it at once; after a moment phones ring again. */
  async function pauseAll(): Promise<void> {
    isEmptied = true
    await sayEmptied(true)
    await tellAll()
  }

  function refillLater(): void {
    filling = setTimeout(() => {
      isEmptied = false
      void tellAll().then(() => sayEmptied(false))
    }, emptyForMs)
  }

  /** Its callers stay, and are rung for in their order, until no phone rings any more and the gate lets them through. */
  async function empty(letsThrough: () => void): Promise<void> {
    const since = closings
    // Many seats, and an Asterisk with much to do: nobody is to take us for dead meanwhile.
    const beating = setInterval(() => {
      if (since === closings) sayHeartbeat().catch((error: unknown) => trouble(error, 'heartbeat'))
    }, beatEveryMs)
    await pauseAll()
    clearInterval(beating)
    if (since === closings) await beatOn()
    if (since !== closings) return
    letsThrough()
    refillLater()
  }

  /** Should we die while everybody is paused, the dialplan unpauses who is at work (AT_WORK). */
  const sayEmptied = (is: boolean): Promise<unknown> =>
    client.unordered.setGlobalVariable('NET_EMPTIED', is ? '1' : '0').catch((error: unknown) => trouble(error, 'net'))

  return {
    /** These agents have changed. */
    changed(changed: readonly Agent[]): void {
      for (const agent of changed) note(agent)
      if (untold.size > 0) void tell()
    },
    /** Whether we take callers is told now, and not with the next beat. */
    gateChanged(): void {
      if (isOpen) sayHeartbeat().catch((error: unknown) => trouble(error, 'heartbeat'))
    },
    /** We are here, and look what has become of our calls: who waits is left to us by the watchdog, and who comes hears it ring. */
    look(): void {
      clearTimeout(looking)
      saysListens = false
      const until = performance.now() + looksForMs
      const say = (): void => {
        if (isOpen || performance.now() > until) return
        sayHeartbeat().catch((error: unknown) => trouble(error, 'heartbeat'))
        looking = setTimeout(say, beatEveryMs)
      }
      // First that, for with the heartbeat alone the dialplan would take it that we hear.
      deafTold = sayListens(false).catch((error: unknown) => trouble(error, 'heartbeat'))
      say()
    },
    /**
     * We know what is true and take calls. Who waits in the net comes to us at once: newcomers behind everybody whom we have; are callers of
     * `ours` there, who have waited longer than others, all stay until they can come together. `letsThrough` is called when the gate is open.
     */
    open(waiting: 'nobody' | 'newcomers' | 'ours', letsThrough: () => void): void {
      if (isOpen) return
      isOpen = true
      clearTimeout(looking)
      toldAtWork = undefined
      for (const agent of agents()) note(agent)
      if (waiting === 'ours') {
        void empty(letsThrough)
        return
      }
      void beatOn() // before the many orders that letting through brings
      letsThrough()
      if (waiting === 'nobody') void tellAll()
      else {
        void pauseAll()
        refillLater()
      }
    },
    /** Open, and Asterisk knows it: from here on callers come to us. */
    isTold: () => isTold,
    /** We go, and say so: who hangs up from now on is written down by the dialplan. Resolves when it is told, or cannot be. */
    async leave(): Promise<void> {
      if (!isOpen) return
      this.close()
      const told = saySince(longPast())
      await Promise.race([told.catch((error: unknown) => trouble(error, 'heartbeat')), pause(goWithinMs)])
    },
    /** Asterisk is away, or we are ending: the last word holds. */
    close(): void {
      closings += 1
      isOpen = false
      isTold = false
      isEmptied = false
      for (const running of [timer, filling, looking]) clearTimeout(running)
    },
  }
}
