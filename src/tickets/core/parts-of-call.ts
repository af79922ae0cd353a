/** The legs, offers and parties of a call. */
import type { LegRole, Party } from '#calls/core'
import type { Instant, LegId } from '#kernel'
import type { KnownFact, LegRow, OfferRow, PartyRow } from './call-record.ts'

type Writable<Row> = { -readonly [Field in keyof Row]: Row[Field] }
type Parts = {
  readonly legs: Map<string, Writable<LegRow>>
  readonly offers: Map<string, Writable<OfferRow>>
  readonly parties: Map<string, Writable<PartyRow>>
}

export function partsOfCall(facts: readonly KnownFact[]) {
  const parts: Parts = { legs: new Map(), offers: new Map(), parties: new Map() }
  for (const fact of facts) {
    takeForLegs(parts, fact)
    takeForOffers(parts, fact)
    takeForParties(parts, fact)
  }
  return {
    legs: [...parts.legs.values()],
    offers: [...parts.offers.values()],
    parties: [...parts.parties.values()],
  }
}

function takeForLegs(parts: Parts, fact: KnownFact): void {
  switch (fact.type) {
    case 'call.accepted':
      Object.assign(legOf(parts, fact.leg, 'caller'), { startedAt: fact.arrivedAt })
      return
    case 'call.refused':
      Object.assign(legOf(parts, fact.leg, 'caller'), { startedAt: fact.arrivedAt, leftAt: fact.at })
      return
    case 'call.offered':
      Object.assign(legOf(parts, fact.leg, 'agent'), { agent: fact.agent, startedAt: fact.at })
      return
    case 'call.connected': {
      const leg = legOf(parts, fact.leg, 'agent')
      leg.agent = fact.agent ?? null
      leg.answeredAt ??= fact.at
      const caller = [...parts.legs.values()].find(({ role }) => role === 'caller')
      if (caller) caller.answeredAt ??= fact.at
      return
    }
    case 'call.partyDialled':
      Object.assign(partyLeg(parts, fact.leg, fact.party), { startedAt: fact.at })
      return
    case 'call.partyAnswered':
      partyLeg(parts, fact.leg, fact.party).answeredAt ??= fact.at
      return
    case 'call.partyLeft':
      partyLeg(parts, fact.leg, fact.party).leftAt ??= fact.at
      return
    case 'call.agentLeft': {
      const leg = legOf(parts, fact.leg, 'agent')
      Object.assign(leg, { agent: fact.agent ?? null, agentLeft: fact.how, leftAt: leg.leftAt ?? fact.at })
      return
    }
    case 'call.legLeft': {
      const leg = legOf(parts, fact.leg, fact.role)
      Object.assign(leg, { cause: fact.cause, leftAt: leg.leftAt ?? fact.at })
      return
    }
    case 'call.ended': // the others are hung up with it; no fact names each
      for (const leg of parts.legs.values()) leg.leftAt ??= fact.at
  }
}

function takeForOffers(parts: Parts, fact: KnownFact): void {
  if (fact.type === 'call.offered') {
    Object.assign(offerOf(parts, fact), { leg: fact.leg, offeredAt: fact.at })
  }
  if (fact.type === 'call.offerEnded') {
    const offer = offerOf(parts, fact)
    Object.assign(offer, { endedAt: fact.at, outcome: fact.outcome, cause: fact.cause ?? null })
    const leg = offer.leg === null || fact.outcome === 'accepted' ? undefined : parts.legs.get(offer.leg)
    if (leg) leg.leftAt ??= fact.at
  }
}

function takeForParties(parts: Parts, fact: KnownFact): void {
  switch (fact.type) {
    case 'call.partyDialled':
      Object.assign(partyOf(parts, fact.leg, fact.party), {
        agent: fact.agent,
        purpose: fact.purpose,
        dialledAt: fact.at,
      })
      return
    case 'call.partyAnswered':
      partyOf(parts, fact.leg, fact.party).answeredAt ??= fact.at
      return
    case 'call.joined': {
      const party = parts.parties.get(fact.leg)
      if (party) party.joinedAt ??= fact.at
      return
    }
    case 'call.handedOver':
      partyOf(parts, fact.leg, fact.party).handedOverAt ??= fact.at
      return
    case 'call.connected': {
      // A colleague who was consulted or dialled has taken the caller over.
      const party = parts.parties.get(fact.leg)
      if (party)
        Object.assign(party, { handedOverAt: party.handedOverAt ?? fact.at, result: party.result ?? 'answered' })
      return
    }
    case 'call.agentLeft': {
      const party = parts.parties.get(fact.leg)
      if (party) Object.assign(party, leave(party, fact.at))
      return
    }
    case 'call.partyLeft': {
      const party = partyOf(parts, fact.leg, fact.party)
      Object.assign(party, { leftAt: fact.at, result: fact.result, seconds: Math.max(0, Math.round(fact.seconds)) })
      return
    }
    case 'call.partyRefused': {
      const id = `${fact.journal}-${fact.seq}`
      const party = partyOf(parts, id, { kind: 'line', line: fact.line })
      Object.assign(party, { agent: fact.agent, leftAt: fact.at, result: fact.result, seconds: 0 })
    }
  }
}

/** A colleague who had the caller and is out now: no `partyLeft` is written about somebody who is the agent of the call. */
const leave = ({ answeredAt, leftAt, seconds }: PartyRow, at: Instant) => ({
  leftAt: leftAt ?? at,
  seconds: seconds ?? (answeredAt === null ? 0 : Math.round((at - answeredAt) / 1000)),
})

function legOf({ legs }: Parts, id: LegId, role: LegRole): Writable<LegRow> {
  const none = {
    agent: null,
    line: null,
    startedAt: null,
    answeredAt: null,
    leftAt: null,
    cause: null,
    agentLeft: null,
  }
  const leg = legs.get(id) ?? { id, role, ...none }
  legs.set(id, leg)
  return leg
}

function partyLeg(parts: Parts, id: LegId, party: Party): Writable<LegRow> {
  const leg = legOf(parts, id, party.kind === 'agent' ? 'agent' : 'partner')
  if (party.kind === 'agent') leg.agent = party.agent
  else leg.line = party.line
  return leg
}

function offerOf({ offers }: Parts, { offer: id, agent }: Pick<OfferRow, 'agent'> & { offer: OfferRow['id'] }) {
  const none = { leg: null, offeredAt: null, endedAt: null, outcome: null, cause: null }
  const offer: Writable<OfferRow> = offers.get(id) ?? { id, agent, ...none }
  offers.set(id, offer)
  return offer
}

function partyOf({ parties }: Parts, id: string, party: Party): Writable<PartyRow> {
  const who = party.kind === 'agent' ? party.agent : party.line
  const row: Writable<PartyRow> = parties.get(id) ?? {
    id,
    kind: party.kind,
    party: who,
    agent: null,
    purpose: null,
    dialledAt: null,
    answeredAt: null,
    joinedAt: null,
    handedOverAt: null,
    leftAt: null,
    result: null,
    seconds: null,
  }
  parties.set(id, row)
  return row
}
