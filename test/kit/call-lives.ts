/** Facts as a switchboard writes them: whole lives of calls, interleaved in one journal. Everything comes from a seed. */
import type { CallFact, TicketFact, WrapUpFact } from '../../src/calls/core/index.ts'
import type { StoredFact } from '../../src/tickets/core/index.ts'

type Lived = CallFact | TicketFact | WrapUpFact
/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function createDice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const stories = [
  'abandoned',
  'answered',
  'held',
  'consulted',
  'handedOver',
  'transferred',
  'givenToColleague',
] as const
export type Story = (typeof stories)[number]

const line = { kind: 'line', line: '12315' }
const colleague = { kind: 'agent', agent: '1040' }

/** The facts of one call, in order. Times go forward by up to three seconds a fact. */
export function livesOf(call: string, ticket: string, story: Story, from: number, dice: () => number): Lived[] {
  let at = from
  const facts: Lived[] = []
  const agent = String(1001 + Math.floor(dice() * 39))
  const [callerLeg, agentLeg, partyLeg] = [call, `${call}-1`, `${call}-3`]
  const tell = (fact: object): void => {
    at += Math.floor(dice() * 3_000)
    facts.push({ ...fact, call, at } as unknown as Lived)
  }
  const offer = (id: string, outcome: string, cause?: string): void => {
    tell({ type: 'call.offered', offer: id, agent, leg: agentLeg })
    tell({ type: 'call.offerEnded', offer: id, agent, outcome, ...(cause && { cause }) })
  }
  const wrapUp = (): void => {
    tell({ type: 'call.agentLeft', agent, leg: agentLeg, how: 'callerHungUp' })
    tell({ type: 'call.ended', reason: 'callerHungUp' })
    tell({ type: 'call.wrapUpStarted', ticket, agent })
    tell({ type: 'ticket.written', ticket, agent, fields: { title: '夜间施工噪音', type: '投诉' } })
    tell({
      type: 'ticket.written',
      ticket,
      agent,
      fields: { content: `${call}：小区旁夜间施工`, title: '施工噪音扰民' },
    })
    tell({ type: 'call.wrapUpEnded', ticket, agent })
  }

  const number = `100${String(Math.floor(dice() * 1e8)).padStart(8, '0')}`
  const caller = { leg: callerLeg, number, name: '', dialled: '12345', queue: 'general', arrivedAt: from - 20 }
  tell({ type: 'call.accepted', ticket, ...caller })
  tell({ type: 'call.queued', queue: 'general', since: from - 20, front: false })
  if (dice() < 0.3) offer(`${call}-o0`, 'missed', 'declined')
  if (story === 'abandoned') {
    tell({ type: 'call.legLeft', leg: callerLeg, role: 'caller', cause: 'normal' })
    tell({ type: 'call.ended', reason: 'abandonedWaiting' })
    return facts
  }
  offer(`${call}-o1`, 'accepted')
  tell({ type: 'call.connected', agent, leg: agentLeg })
  tell({ type: 'ticket.written', ticket, agent, fields: { place: '天宁区', category: 'noise' } })
  if (story === 'held') {
    tell({ type: 'call.held', agent })
    tell({ type: 'call.resumed', agent })
  }
  if (story === 'consulted' || story === 'handedOver') {
    tell({ type: 'call.partyDialled', agent, party: line, leg: partyLeg, purpose: 'consult' })
    tell({ type: 'call.partyAnswered', party: line, leg: partyLeg })
    tell({ type: 'call.joined', agent, leg: partyLeg })
  }
  if (story === 'consulted') {
    tell({ type: 'call.partyLeft', party: line, leg: partyLeg, result: 'answered', seconds: 12 })
  }
  if (story === 'handedOver') {
    tell({ type: 'call.handedOver', party: line, leg: partyLeg, by: agent })
    tell({ type: 'call.partyLeft', party: line, leg: partyLeg, result: 'answered', seconds: 40 })
  }
  if (story === 'transferred') {
    tell({ type: 'call.partyDialled', agent, party: line, leg: partyLeg, purpose: 'transfer' })
    tell({ type: 'call.agentLeft', agent, leg: agentLeg, how: 'transferred' })
    tell({ type: 'call.partyLeft', party: line, leg: partyLeg, result: 'silent', seconds: 0 })
    tell({ type: 'call.queued', queue: 'general', since: at, front: true })
    tell({ type: 'call.partyRefused', agent, line: 'drainage', result: 'closed' })
  }
  if (story === 'givenToColleague') {
    tell({ type: 'call.partyDialled', agent, party: colleague, leg: partyLeg, purpose: 'consult' })
    tell({ type: 'call.partyAnswered', party: colleague, leg: partyLeg })
    tell({ type: 'call.connected', agent: '1040', leg: partyLeg })
  }
  wrapUp()
  return facts
}

export type Lives = { readonly calls: number; readonly seed: number; readonly journal: string; readonly name?: string }

/** A journal's facts of many calls at once, as seqs go. A new epoch every 5,000 facts. */
export function interleavedLives({ calls, seed, journal, name = 'node1' }: Lives): StoredFact[] {
  const dice = createDice(seed)
  const waiting = Array.from({ length: calls }, (_, n) => {
    const story = stories[Math.floor(dice() * stories.length)] ?? 'answered'
    return livesOf(
      `${name}-${seed}.${n}`,
      `CZ261124C${String(n).padStart(5, '0')}-${seed}`,
      story,
      1_795_000_000_000 + n * 40,
      dice,
    )
  })
  const facts: StoredFact[] = []
  // About sixty calls are under way at a time, as in a hall.
  for (let [first, seq] = [0, 0]; first < waiting.length; ) {
    const life = waiting[first + Math.floor(dice() * Math.min(60, waiting.length - first))]
    const fact = life?.shift()
    if (fact) facts.push({ ...fact, journal, seq: ++seq, epoch: 1 + Math.floor(seq / 5_000) } as StoredFact)
    while (waiting[first]?.length === 0) first++
  }
  return facts
}
