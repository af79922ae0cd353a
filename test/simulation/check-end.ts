/** What must hold when everybody has gone home: nothing is left, and what was written down is whole. */
import { agentsOf } from '#acd/core'
import type { Fact } from '#journal'
import type { CallId } from '#kernel'
import { foldCall } from '#tickets/core'
import { checkReplay } from './check-replay.ts'
import { checkStory } from './check-story.ts'
import type { Caller, Hall } from './hall.ts'

/** `hall`, `audit`, `glance` and `silentLegs` go on for ever. */
const lastingTimers = 4

export function checkEnd(hall: Hall): void {
  const { running, complain, fake, disk } = hall
  if (!running || !hall.isUp) {
    complain('the switchboard comes back', 'it has not')
    return
  }
  const { calls, legs, timers, papers } = running.board.counts()
  const left = { calls, legs, papers, timers: timers - lastingTimers }
  if (Object.values(left).some((count) => count !== 0)) complain('nothing is left behind', JSON.stringify(left))
  const { channels, bridges, playbacks } = fake.model
  const there = [...channels.keys(), ...bridges.keys(), ...playbacks.keys()]
  if (there.length > 0) complain('nothing is left behind', there.join(' '))
  for (const { id, status } of agentsOf(running.board.hall.board)) {
    if (status.state === 'offered' || status.state === 'busy' || status.state === 'wrapUp')
      complain('agents are free again', `${id} is ${JSON.stringify(status)}`)
  }
  const kept = [...disk.kept().keys()].filter(
    (key) => !/^(agent:|sat:|place:|serial$|asterisk$|clock$|seen$)/.test(key),
  )
  if (kept.length > 0) complain('nothing is left behind', `in the journal: ${kept.join(' ')}`)
  checkReplay(running.board.hall, running.journal, complain)
  checkRecords(hall, disk.facts)
}

function checkRecords(hall: Hall, facts: readonly Fact[]): void {
  const byCall = Map.groupBy(facts, ({ call }) => call)
  const tickets = new Set<string>()
  for (const caller of hall.callers) {
    const id = caller.phone.channelId as CallId
    const story = byCall.get(id)
    byCall.delete(id)
    if (!story) {
      const isOurs = caller.dialled !== '99999'
      if (caller.leftBy === 'us' && isOurs) hall.complain('no caller is cut off', id)
      if (caller.leftBy === 'self' && isOurs && caller.phone.hasCome) hall.complain('no call is lost', id)
      continue
    }
    checkStory(id, story, hall.complain)
    checkReason(hall, caller, story)
    checkTicket(hall, id, story, tickets)
  }
  byCall.delete(undefined) // facts of agents
  for (const call of byCall.keys()) hall.complain('a call has a caller', String(call))
}

/** The reason that was written down is what happened. */
function checkReason(hall: Hall, { leftBy, phone }: Caller, story: readonly Fact[]): void {
  const reason = String(story.find(({ type }) => type === 'call.ended')?.reason)
  const fits =
    reason === 'agentHungUp' || reason === 'partnerHungUp'
      ? leftBy !== 'nobody'
      : reason === 'mediaServerLost'
        ? hall.restarts > 0 && leftBy !== 'us'
        : reason === 'lostWhileAway'
          ? leftBy !== 'us'
          : leftBy === 'self'
  if (!fits) hall.complain('a call ends for the reason that is told', `${phone.channelId} ${reason}, left by ${leftBy}`)
}

function checkTicket(hall: Hall, id: CallId, story: readonly Fact[], tickets: Set<string>): void {
  const stored = story.map((fact) => ({ ...fact, journal: 'simulated' }))
  const { call, ticket, offers, parties } = foldCall(id, stored)
  const told = `${id} ${JSON.stringify(call)} ${JSON.stringify(ticket)}`
  if (!ticket || ticket.state === 'DRAFT' || tickets.has(ticket.no))
    hall.complain('each call has one whole ticket', told)
  if (ticket) tickets.add(ticket.no)
  const parts = call.waitedMs + call.talkMs + call.heldMs + call.consultMs + call.handedOverMs
  if (call.arrivedAt === null || call.endedAt === null || Math.abs(call.endedAt - call.arrivedAt - parts) > 1_000)
    hall.complain('times add up', told)
  if (offers.some(({ outcome }) => outcome === null)) hall.complain('each offer has one end', JSON.stringify(offers))
  if (parties.some(({ result, leftAt, handedOverAt, kind }) => !result && !leftAt && !handedOverAt && kind === 'line'))
    hall.complain('each party has an end', JSON.stringify(parties))
}
