/** What must hold once things have settled: our state and Asterisk's are the same, and people hear whom they should. */
import { agentsOf } from '#acd/core'
import { type Call, legsOf, rungBy } from '#calls/core'
import { limits } from '#kernel'
import { checkReplay } from './check-replay.ts'
import type { Hall, Running } from './hall.ts'
import { agentAt, house } from './house.ts'
import { agentCount } from './scenario.ts'

/** After a fault, and after a decision, so long is given. */
const mendedMs = 6_000
const performedMs = 3_000
const rungMs = 3_000
/** Callers who come or go untold are found by the second of two glances, 2 s apart. */
const heardOfMs = 8_000
/** The audit, every 30 s, finds what belongs to nobody. */
const orphanMs = 36_000
const auditWithinMs = 40_000

/** Since when each phone that is to ring has been seen not to. */
const unrung = new WeakMap<Hall, Map<string, number>>()
/** Since when each caller has been seen whom we do not know, or missed whom we believe there. */
const unheardOf = new WeakMap<Hall, Map<string, number>>()
const orphans = new WeakMap<Hall, Map<string, number>>()
/** Since when each agent has been seen in wrap-up after one call: by the clock that nobody sets. */
const wrapUps = new WeakMap<Hall, Map<string, number>>()
const longestWrapUpMs = Math.max(...house.queues.map(({ wrapUpMs }) => wrapUpMs))

export function checkSettled(hall: Hall): void {
  const { running, time } = hall
  checkRung(hall)
  checkHeardOf(hall)
  if (hall.isUp && hall.calm.since === Number.POSITIVE_INFINITY && time.now > hall.calm.lately + auditWithinMs)
    hall.complain('the audit comes', `none in ${auditWithinMs} ms`)
  if (!running || !hall.isUp || time.now - hall.calm.since < mendedMs) {
    orphans.delete(hall)
    wrapUps.delete(hall)
    return
  }
  if (!running.board.hall.board.open) hall.complain('the hall opens again', 'nobody is offered a call')
  for (const call of running.board.hall.calls.values()) {
    const quietMs = time.now - Math.max(hall.changedAt.get(call.id) ?? 0, hall.calm.since)
    if (quietMs >= performedMs && hall.network.isQuiet(call.id)) checkCall(hall, call, quietMs)
  }
  checkPhones(hall, running)
  checkOrphans(hall, running)
  checkReplay(running.board.hall, running.journal, hall.complain)
}

/** An order that is lost is given again at once, while others still go wrong. */
function checkRung(hall: Hall): void {
  const { running, time, network } = hall
  const before = unrung.get(hall)
  const now = new Map<string, number>()
  unrung.set(hall, now)
  if (!running || !canAsk(hall)) return
  for (const call of running.board.hall.calls.values()) {
    const leg = rungBy(call)
    if (!leg || hall.dialled.has(leg)) continue
    const isHeldUp = network.isHeldUp(call.id) || time.now < hall.stillUntil
    const since = isHeldUp ? time.now : (before?.get(leg) ?? time.now)
    now.set(leg, since)
    if (time.now - since > rungMs) hall.complain('who is to be rung is rung', `${call.state} ${call.id}: ${leg} is not`)
  }
}

/** Also while events are lost, one after another. */
function checkHeardOf(hall: Hall): void {
  const { running, time, fake } = hall
  const before = unheardOf.get(hall)
  const now = new Map<string, number>()
  unheardOf.set(hall, now)
  if (!running || !canAsk(hall)) return
  const believed = new Set([...running.board.hall.calls.values()].map(({ caller }): string => caller.leg))
  const { channels } = fake.model
  const unknown = [...channels.values()].filter(
    ({ id, endpoint, app }) => endpoint === 'trunk' && app !== undefined && !believed.has(id),
  )
  for (const id of [...unknown.map((channel) => channel.id), ...[...believed].filter((leg) => !channels.has(leg))]) {
    const since = before?.get(id) ?? time.now
    now.set(id, since)
    if (time.now - since <= heardOfMs) continue
    hall.complain('who comes or goes untold is heard of soon', `${id} for ${time.now - since} ms`)
  }
}

const canAsk = ({ isUp, isDiskWell, network: { isReachable, weather } }: Hall): boolean =>
  isUp && isDiskWell && isReachable && weather.slowMs + weather.lateAnswer + weather.loseAnswer === 0

function checkCall(hall: Hall, call: Call, quietMs: number): void {
  const said = `${call.state} ${call.id}${'side' in call ? ` with the ${call.side}` : ''}`
  // A prompt ends by itself, whatever went wrong meanwhile; other states are timed anew after a fault.
  const lastsMs = call.state === 'greeting' ? hall.time.now - (hall.changedAt.get(call.id) ?? 0) : quietMs
  if (lastsMs > mostMs(call)) hall.complain('no state lasts for ever', `${said} for ${lastsMs} ms`)
  const { model } = hall.fake
  const dialling = rungBy(call)
  for (const leg of legsOf(call)) {
    const channel = model.channels.get(leg)
    if (!channel && leg !== dialling) hall.complain('a call has its legs', `${said}: ${leg} is not there`)
  }
  const caller = model.channels.get(call.caller.leg)
  if (caller && (caller.state === 'Up') !== call.answered)
    hall.complain('who is answered is answered', `${said}: the caller's channel is ${caller.state}`)
  const { together, alone, music, quiet } = soundOf(call)
  const members = (leg: string): string[] => (model.channels.get(leg)?.bridge?.members ?? []).map(({ id }) => id).sort()
  for (const leg of together) {
    const hears = members(leg).join(' ')
    if (hears !== [...together].sort().join(' '))
      hall.complain('people hear whom they should', `${said}: ${leg} is with ${hears || 'nobody'}`)
  }
  for (const leg of alone) {
    const hears = members(leg)
    if (hears.length > 1) hall.complain('people hear whom they should', `${said}: ${leg} is with ${hears.join(' ')}`)
  }
  for (const leg of music)
    if (model.channels.get(leg)?.music === false) hall.complain('who waits has music', `${said}: ${leg} has none`)
  for (const leg of quiet)
    if (model.channels.get(leg)?.music) hall.complain('who speaks has no music', `${said}: ${leg} has`)
  if ('muted' in call) {
    const muted = model.channels.get(call.agentLeg)?.muted.has('in')
    if (muted !== undefined && muted !== call.muted)
      hall.complain('mute is as asked', `${said}: ${call.agentLeg} is ${muted ? '' : 'not '}muted`)
  }
}

type Sound = {
  /** These, and nobody else, hear each other. */
  readonly together: readonly string[]
  readonly alone: readonly string[]
  readonly music: readonly string[]
  readonly quiet: readonly string[]
}

function soundOf(call: Call): Sound {
  const caller = call.caller.leg
  switch (call.state) {
    case 'greeting':
    case 'ended':
      return { together: [], alone: [caller], music: [], quiet: [] }
    case 'waiting':
      return { together: [], alone: [caller], music: call.answered ? [caller] : [], quiet: [] }
    case 'offering':
      return { together: [], alone: [caller, call.agentLeg], music: call.answered ? [caller] : [], quiet: [] }
    case 'talking':
      return call.held
        ? { together: [], alone: [caller, call.agentLeg], music: [caller], quiet: [call.agentLeg] }
        : { together: [caller, call.agentLeg], alone: [], music: [], quiet: [caller, call.agentLeg] }
    case 'consulting': {
      const { leg, state } = call.target
      if (call.side === 'caller')
        return {
          together: [caller, call.agentLeg],
          alone: [leg],
          music: state === 'talking' ? [leg] : [],
          quiet: [caller, call.agentLeg],
        }
      return state === 'talking'
        ? { together: [call.agentLeg, leg], alone: [caller], music: [caller], quiet: [call.agentLeg, leg] }
        : { together: [], alone: [caller, call.agentLeg, leg], music: [caller], quiet: [call.agentLeg] }
    }
    case 'threeWay': {
      const all = [caller, call.agentLeg, call.target.leg]
      return { together: all, alone: [], music: [], quiet: all }
    }
    case 'transferring':
      return { together: [], alone: [caller, call.target.leg], music: [caller], quiet: [] }
    case 'handedOver': {
      const both = [caller, call.target.leg]
      return { together: both, alone: [], music: [], quiet: both }
    }
  }
}

/** How long a state that is waiting for something may last. */
function mostMs(call: Call): number {
  const graceMs = 5_000
  if (call.state === 'greeting') return 8_000 + graceMs
  if (call.state === 'offering') return (house.queues.find(({ id }) => id === call.queue)?.offerRingMs ?? 0) + graceMs
  if (!('target' in call)) return Number.POSITIVE_INFINITY
  if (call.target.state === 'dialling') return limits.partnerRingMs + graceMs
  return call.target.state === 'whispering' ? 10_000 + graceMs : Number.POSITIVE_INFINITY
}

function checkPhones(hall: Hall, { board }: Running): void {
  const agents = agentsOf(board.hall.board)
  const before = wrapUps.get(hall) ?? new Map<string, number>()
  const now = new Map<string, number>()
  wrapUps.set(hall, now)
  for (let n = 0; n < agentCount; n++) {
    const agent = agents.find(({ id }) => id === agentAt(n))
    if (!agent?.seat) continue
    const phone = hall.fake.model && hall.phones[Number(agent.seat) - 8001]?.registered
    if (phone !== undefined && (agent.phone === 'reachable') !== phone)
      hall.complain('phones are known as they are', `${agent.id} is ${agent.phone}`)
    const { status } = agent
    if (status.state !== 'wrapUp') continue
    const key = `${agent.id} ${status.call} ${status.since}`
    const since = before.get(key) ?? hall.time.now
    now.set(key, since)
    const isLate = board.now() > status.until + 2_000 && hall.time.now > hall.calm.since + mendedMs
    if (isLate || hall.time.now > since + longestWrapUpMs + 4_000)
      hall.complain('wrap-up ends', `${agent.id} ${JSON.stringify(status)}`)
  }
}

/** Channels and bridges that no call knows of, and callers whom nobody has taken in. */
function checkOrphans(hall: Hall, { board }: Running): void {
  const legs = new Set<string>()
  const bridges = new Set<string>()
  for (const call of board.hall.calls.values()) {
    for (const leg of legsOf(call)) legs.add(leg)
    if ('bridge' in call) bridges.add(call.bridge)
    if ('consultBridge' in call) bridges.add(call.consultBridge)
  }
  const { channels, bridges: there } = hall.fake.model
  const ownerless = [
    ...[...channels.keys()].filter((id) => !legs.has(id)),
    ...[...there.keys()].filter((id) => !bridges.has(id)),
  ]
  const before = orphans.get(hall) ?? new Map<string, number>()
  const now = new Map(ownerless.map((id) => [id, before.get(id) ?? hall.time.now]))
  orphans.set(hall, now)
  for (const [id, since] of now) {
    const isCaller = channels.get(id)?.endpoint === 'trunk'
    // What a fault has left over is found by the audit; without a fault nothing is left over.
    const mostMs = isCaller || since - hall.calm.since > orphanMs ? performedMs + 2_000 : orphanMs
    if (hall.time.now - since > mostMs)
      hall.complain(isCaller ? 'no caller is forgotten' : 'nothing is left behind', `${id} belongs to nobody`)
  }
}
