/**
 * One turn of the switchboard: an event and everything that follows from it at once, in calls and in the hall. A turn
 * is written to the journal as one step, whole or not at all; only then are its orders performed.
 */
import { agentOf, type DeskStep, type HallEvent, happen, type Sittings, satDown, stoodUp } from '#acd/core'
import {
  type Call,
  type CallFact,
  type DeskNews,
  type Effect,
  type Happening,
  type Place,
  type Step,
  transition,
} from '#calls/core'
import type { NewFact } from '#journal'
import type { AgentId, CallId, Instant, LegId, QueueId, SeatId } from '#kernel'
import { agentsAt, type HallState, mayWriteUp, type Paper } from './hall-state.ts'

/** What a turn leaves to be done by the shell. */
export type Outcome = {
  readonly facts: NewFact[]
  readonly keep: Record<string, unknown>
  readonly effects: { readonly call: CallId; readonly effect: Effect }[]
  readonly wrapUps: (
    | { readonly start: true; readonly agent: AgentId; readonly call: CallId; readonly until: Instant }
    | { readonly start: false; readonly agent: AgentId; readonly call: CallId }
  )[]
  readonly touched: Set<AgentId>
  readonly ended: CallId[]
}

type Todo = { hall: HallEvent } | { call: Happening }

export class Turn {
  readonly outcome: Outcome = { facts: [], keep: {}, effects: [], wrapUps: [], touched: new Set(), ended: [] }
  readonly #hall: HallState
  readonly #at: Instant
  readonly #wrapUpMs: (queue: QueueId) => number
  readonly #todo: Todo[] = []
  readonly #last = new Map<CallId, Call>()

  constructor(hall: HallState, at: Instant, wrapUpMs: (queue: QueueId) => number) {
    this.#hall = hall
    this.#at = at
    this.#wrapUpMs = wrapUpMs
  }

  post(event: Happening): void {
    this.#todo.push({ call: event })
    this.#drain()
  }

  tell(event: HallEvent): void {
    this.#todo.push({ hall: event })
    this.#drain()
  }

  /** Takes over what a call core has answered. */
  takeCall(step: Step): void {
    const { call, facts, effects, news } = step
    const before = this.#hall.calls.get(call.id)
    this.#last.set(call.id, call)
    for (const agent of [...(before ? agentsAt(before) : []), ...agentsAt(call)]) this.outcome.touched.add(agent)
    this.outcome.facts.push(...facts)
    this.outcome.effects.push(...effects.map((effect) => ({ call: call.id, effect })))
    if (call.state === 'ended') {
      this.#hall.calls.delete(call.id)
      this.outcome.ended.push(call.id)
      this.outcome.keep[`call:${call.id}`] = null
      this.#isLeaving(call.id, call.caller.leg)
    } else {
      this.#hall.calls.set(call.id, call)
      this.outcome.keep[`call:${call.id}`] = call
    }
    this.#fileAway(step)
    for (const item of news) this.#pass(call.id, item)
    this.#drain()
  }

  /** Takes over what the hall has answered. */
  takeHall({ board, facts, orders }: DeskStep): void {
    this.#hall.board = board
    for (const fact of facts) {
      this.#touch(fact.agent)
      if (fact.type === 'agent.loggedIn') this.#sits(fact.seat, (before) => satDown(before, fact.agent, fact.at))
      if (fact.type === 'agent.loggedOut') this.#stoodUp(fact.agent, fact.at)
    }
    this.outcome.facts.push(...facts)
    for (const order of orders) {
      switch (order.do) {
        case 'offerCall':
          this.#touch(order.agent)
          this.#todo.push({
            call: { type: 'offered', call: order.call, offer: order.offer, agent: order.agent, at: this.#at },
          })
          break
        case 'withdrawOffer':
          this.#todo.push({ call: { type: 'offerWithdrawn', call: order.call, offer: order.offer, at: this.#at } })
          break
        case 'startWrapUp':
          this.#touch(order.agent)
          this.outcome.wrapUps.push({ start: true, agent: order.agent, call: order.call, until: order.until })
          break
        case 'stopWrapUp':
          this.#touch(order.agent)
          this.outcome.wrapUps.push({ start: false, agent: order.agent, call: order.call })
          break
      }
    }
    this.#drain()
  }

  /** The call as this turn left it, ended ones too. */
  lastOf(id: CallId): Call | undefined {
    return this.#last.get(id)
  }

  addFact(fact: NewFact): void {
    this.outcome.facts.push(fact)
  }

  touch(agent: AgentId): void {
    this.#touch(agent)
  }

  /** Called when all is done: what changed of agents and papers is kept. */
  close(): Outcome {
    for (const id of this.outcome.touched) {
      const agent = agentOf(this.#hall.board, id)
      if (agent) this.outcome.keep[`agent:${id}`] = agent
    }
    for (const ticket of this.#hall.closing) if (this.#isDone(ticket)) this.#throwAway(ticket)
    return this.outcome
  }

  #draining = false
  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let todo = this.#todo.shift(); todo; todo = this.#todo.shift()) {
        if ('hall' in todo) this.takeHall(happen(this.#hall.board, todo.hall))
        else this.#step(todo.call)
      }
    } finally {
      this.#draining = false
    }
  }

  #step(event: Happening): void {
    const call = this.#hall.calls.get(event.call)
    if (call) {
      const step = transition(call, event)
      if (step.call !== call) this.takeCall(step)
      if (event.type !== 'offered' || (step.call.state === 'offering' && step.call.offer === event.offer)) return
    }
    // A lease on a call that cannot be offered ends at once, or the agent would wait for ever.
    if (event.type === 'offered')
      this.#todo.push({
        hall: { type: 'offerEnded', offer: event.offer, agent: event.agent, outcome: 'cancelled', at: this.#at },
      })
  }

  #pass(call: CallId, news: DeskNews): void {
    const at = this.#at
    switch (news.tell) {
      case 'waiting': {
        const waiting = this.#hall.calls.get(call)
        if (waiting?.state !== 'waiting') return
        const { queue, since, front } = waiting
        this.#todo.push({ hall: { type: 'callWaiting', call, queue, since, front, at } })
        return
      }
      case 'gone':
        this.#todo.push({ hall: { type: 'callGone', call, at } })
        return
      case 'offerEnded': {
        const { tell: _, ...ending } = news
        this.#touch(news.agent)
        this.#todo.push({ hall: { type: 'offerEnded', ...ending, at } })
        return
      }
      case 'agentTaken':
        this.#touch(news.agent)
        this.#todo.push({ hall: { type: 'agentTaken', agent: news.agent, call, at } })
        return
      case 'agentFreed': {
        const after = this.#last.get(call) // an ended call is not in the hall any more
        this.#touch(news.agent)
        this.#todo.push({
          hall: {
            type: 'agentFreed',
            agent: news.agent,
            call,
            ticket: news.ticket,
            wrapUpMs: news.wrapUp && after ? this.#wrapUpMs(after.queue) : 0,
            at,
          },
        })
        return
      }
    }
  }

  /** Keeps the paper of the call: its state, who had it, and how the last party came out. */
  #fileAway({ call, facts }: Step): void {
    const paper = this.#hall.papers.get(call.ticket) ?? { call, agents: [], fields: {}, lastParty: null }
    const agents = new Set(paper.agents)
    if (agents.size === 0 && facts.some(({ type }) => type === 'call.connected')) this.replacePlace(call)
    let { lastParty } = paper
    for (const fact of facts as readonly CallFact[]) {
      if (fact.type === 'call.connected' && fact.agent !== undefined) agents.add(fact.agent)
      if (fact.type === 'call.joined' && call.state === 'threeWay' && call.target.party.kind === 'agent')
        agents.add(call.target.party.agent)
      if (fact.type === 'call.partyLeft') lastParty = { party: fact.party, result: fact.result }
      if (fact.type === 'call.partyDialled') lastParty = null
    }
    if (call.state === 'ended') this.#hall.closing.add(call.ticket)
    this.keepPaper(call.ticket, { ...paper, call, agents: [...agents], lastParty })
  }

  keepPaper(ticket: Paper['call']['ticket'], paper: Paper): void {
    this.#hall.papers.set(ticket, paper)
    this.outcome.keep[`paper:${ticket}`] = paper
  }

  /** A caller who is not let in: to be hung up, and not to be taken for one who has just come. */
  turnAway(fact: Extract<CallFact, { type: 'call.refused' }>): void {
    this.addFact(fact)
    this.#isLeaving(fact.call, fact.leg)
    this.outcome.ended.push(fact.call)
  }

  keepPlace(place: Place): void {
    this.#hall.places.set(place.call, place)
    this.outcome.keep[`place:${place.call}`] = place
  }

  dropPlace(call: CallId): void {
    if (this.#hall.places.delete(call)) this.outcome.keep[`place:${call}`] = null
  }

  /** What was owed to a caller who has rung back is so no longer: an agent speaks with him, or this call is owed instead. */
  replacePlace({ id, again }: Call): void {
    if (!again) return
    this.dropPlace(again.call)
    this.addFact({ type: 'call.rangBack', call: again.call, as: id, at: this.#at })
  }

  #sits(seat: SeatId, change: (before: Sittings) => Sittings): void {
    const { sittings } = this.#hall
    sittings.set(seat, change(sittings.get(seat) ?? []))
    this.outcome.keep[`sat:${seat}`] = sittings.get(seat)
  }

  #stoodUp(agent: AgentId, at: Instant): void {
    for (const [seat, sittings] of this.#hall.sittings)
      if (sittings.some((one) => one.agent === agent && one.until === null))
        this.#sits(seat, (before) => stoodUp(before, agent, at))
  }

  #isLeaving(call: CallId, leg: LegId): void {
    const leaving = { leg, since: this.#at }
    this.#hall.leaving.set(call, leaving)
    this.outcome.keep[`leaving:${call}`] = leaving
  }

  /** Whoever we have hung up has had time to leave. */
  forget(call: CallId): void {
    if (this.#hall.leaving.delete(call)) this.outcome.keep[`leaving:${call}`] = null
  }

  #isDone(ticket: Paper['call']['ticket']): boolean {
    const paper = this.#hall.papers.get(ticket)
    return !paper?.agents.some((id) => mayWriteUp(this.#hall, id, paper.call.id))
  }

  #throwAway(ticket: Paper['call']['ticket']): void {
    this.#hall.papers.delete(ticket)
    this.#hall.closing.delete(ticket)
    this.outcome.keep[`paper:${ticket}`] = null
  }

  #touch(agent: AgentId): void {
    this.outcome.touched.add(agent)
  }
}
