import { expect, test } from 'vitest'
import { endReasons, legsOf, type Step, transition } from '#calls/core'
import {
  aConsultingCall,
  aHandedOverCall,
  anOfferingCall,
  aTalkingCall,
  aThreeWayCall,
  aTransferringCall,
  at,
  aWaitingCall,
  callId,
  colleague,
  everyState,
  legAnswered,
  legLeft,
  line12315,
  offerExpired,
  offerWithdrawn,
  partyExpired,
  playbackEnded,
} from '../../kit/builders.ts'

const orders = (step: Step): string[] =>
  step.effects.map((effect) => ('leg' in effect ? `${effect.do} ${effect.leg}` : effect.do))
const news = (step: Step): string[] =>
  step.news.map((item) => ('outcome' in item ? `${item.tell} ${item.outcome}` : item.tell))

const offering = [
  ["amina's phone answers", legAnswered('amina'), 'talking', 'offerEnded accepted'],
  ["amina's phone is busy", legLeft('amina', 'busy'), 'waiting', 'offerEnded missed'],
  ["amina's phone declines", legLeft('amina', 'declined'), 'waiting', 'offerEnded missed'],
  ["amina's phone cannot be reached", legLeft('amina', 'unreachable'), 'waiting', 'offerEnded missed'],
  ['the offer expires', offerExpired(), 'waiting', 'offerEnded expired'],
  ['the offer is withdrawn', offerWithdrawn(), 'waiting', 'offerEnded cancelled'],
  ['the caller hangs up', legLeft('caller'), 'ended', 'offerEnded cancelled'],
  ['an earlier phone answers', legAnswered('before'), 'offering', undefined],
  ['an earlier phone drops', legLeft('before'), 'offering', undefined],
  ['an earlier offer expires', offerExpired('before'), 'offering', undefined],
] as const

for (const [what, event, state, told] of offering)
  test(`given amina is offered the call, when ${what}, then it is ${state}`, () => {
    const step = transition(anOfferingCall(), event)
    expect(step.call.state).toBe(state)
    expect(news(step)[0]).toBe(told)
    expect(step.facts.filter((fact) => fact.type === 'call.offerEnded')).toHaveLength(told ? 1 : 0)
  })

test('given an offer that expires, then the caller keeps the place and the phone stops ringing', () => {
  const step = transition(anOfferingCall({ front: true }), offerExpired())
  expect(step.call).toMatchObject({ state: 'waiting', since: anOfferingCall().since, front: true })
  expect(orders(step)).toContain('hangUp amina')
})

test('given a caller who still hears ringing, when the agent answers, then the caller is answered before they are connected', () => {
  const step = transition(anOfferingCall({ answered: false }), legAnswered('amina'))
  expect(step.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'stopTimer', 'answer', 'connect'])
})

const talking = [
  ['the caller hangs up', legLeft('caller'), 'ended', 'callerHungUp'],
  ['the agent hangs up', legLeft('amina'), 'ended', 'agentHungUp'],
] as const
for (const [what, event, state, reason] of talking)
  test(`given caller and agent talk, when ${what}, then the call is over for both`, () => {
    const step = transition(aTalkingCall(), event)
    expect(step.call).toMatchObject({ state, reason })
    expect(news(step)).toEqual(['agentFreed', 'gone'])
  })

test("given caller and agent talk, when the agent's phone vanishes, then the caller stands in front of the queue", () => {
  const step = transition(aTalkingCall(), legLeft('amina', 'vanished'))
  expect(step.call).toMatchObject({ state: 'waiting', front: true })
  expect(orders(step)).toEqual(['removeBridge', 'startMusic caller'])
  expect(news(step)).toEqual(['agentFreed', 'waiting'])
})

const consulting = [
  ['the partner is busy', aConsultingCall('dialling'), legLeft('party', 'busy'), 'talking', 'busy'],
  ['the partner declines', aConsultingCall('dialling'), legLeft('party', 'declined'), 'talking', 'declined'],
  [
    'the partner cannot be reached',
    aConsultingCall('dialling'),
    legLeft('party', 'unreachable'),
    'talking',
    'unreachable',
  ],
  ['the partner is silent for too long', aConsultingCall('dialling'), partyExpired(), 'talking', 'silent'],
  ['the partner hangs up', aConsultingCall('talking'), legLeft('party'), 'talking', 'answered'],
  [
    'the agent hangs up before the partner answers',
    aConsultingCall('dialling'),
    legLeft('amina'),
    'waiting',
    'cancelled',
  ],
  ['the caller hangs up', aConsultingCall('talking'), legLeft('caller'), 'ended', 'answered'],
] as const
for (const [what, call, event, state, result] of consulting)
  test(`given the agent consults, when ${what}, then the call is ${state}`, () => {
    const step = transition(call, event)
    expect(step.call.state).toBe(state)
    expect(step.facts.find((fact) => fact.type === 'call.partyLeft')).toMatchObject({ result })
  })

test('given the agent consults, when the agent hangs up and the partner is there, then caller and partner are joined', () => {
  const step = transition(aConsultingCall('talking'), legLeft('amina'))
  expect(step.call.state).toBe('handedOver')
  expect(step.effects).toContainEqual({ do: 'connect', bridge: 'main', legs: ['caller', 'party'] })
})

test('given a partner line answers, then it hears the ticket number before the agent is let in', () => {
  const whispering = transition(aConsultingCall('dialling'), legAnswered('party'))
  expect(whispering.call).toMatchObject({ state: 'consulting', target: { state: 'whispering' } })
  const play = whispering.effects.find((effect) => effect.do === 'play')
  expect(play?.prompts).toEqual(['whisper-intro', `ticket:${whispering.call.ticket}`])
  const admitted = transition(whispering.call, playbackEnded(play?.playback ?? ''))
  expect(admitted.call).toMatchObject({ target: { state: 'talking' } })
  expect(admitted.effects).toContainEqual({ do: 'connect', bridge: 'consult', legs: ['amina', 'party'] })
})

test('given a colleague answers a consultation, then the agent is let in at once', () => {
  const step = transition(aConsultingCall('dialling', colleague), legAnswered('party'))
  expect(step.call).toMatchObject({ target: { state: 'talking' } })
  expect(orders(step)).toContain('connect')
})

test('given all three talk, when the partner hangs up, then caller and agent go on', () => {
  const step = transition(aThreeWayCall(), legLeft('party'))
  expect(step.call.state).toBe('talking')
  expect(step.effects).toEqual([])
})

test('given all three talk, when the agent hangs up, then caller and partner go on', () => {
  expect(transition(aThreeWayCall(), legLeft('amina')).call.state).toBe('handedOver')
  expect(transition(aThreeWayCall(colleague), legLeft('amina')).call).toMatchObject({ state: 'talking', agent: 'bao' })
})

test('given a hand-over, when either hangs up, then the other is let go', () => {
  expect(transition(aHandedOverCall(), legLeft('party')).call).toMatchObject({
    state: 'ended',
    reason: 'partnerHungUp',
  })
  expect(transition(aHandedOverCall(), legLeft('caller')).call).toMatchObject({
    state: 'ended',
    reason: 'callerHungUp',
  })
})

const transferring = [
  ['is busy', legLeft('party', 'busy')],
  ['is silent', partyExpired()],
] as const
for (const [what, event] of transferring)
  test(`given a blind transfer, when the party ${what}, then the caller stands in front of the queue`, () => {
    expect(transition(aTransferringCall(), event).call).toMatchObject({ state: 'waiting', front: true })
  })

test('given a blind transfer to a colleague, when the phone answers, then it is a conversation like any other', () => {
  expect(transition(aTransferringCall('dialling', colleague), legAnswered('party')).call).toMatchObject({
    state: 'talking',
    agent: 'bao',
  })
})

test('whatever the state, when the caller leaves, the call ends with a reason, and every other leg is hung up once', () => {
  for (const call of everyState()) {
    const step = transition(call, legLeft('caller'))
    expect(step.call.state, call.state).toBe('ended')
    if (step.call.state === 'ended') expect(endReasons).toContain(step.call.reason)
    const hungUp = step.effects.filter((effect) => effect.do === 'hangUp').map((effect) => effect.leg)
    expect(hungUp.toSorted()).toEqual(
      legsOf(call)
        .filter((leg) => leg !== 'caller')
        .toSorted(),
    )
    expect(step.facts.at(-1)?.type).toBe('call.ended')
    expect(news(step)).toContain('gone')
  }
})

test('whatever the state, news of a leg that is not of the call changes nothing', () => {
  for (const call of everyState())
    for (const event of [
      legLeft('stranger', 'vanished'),
      legAnswered('stranger'),
      partyExpired('stranger'),
      offerExpired('stranger'),
      playbackEnded('stranger'),
    ])
      expect(transition(call, event)).toEqual({ call, facts: [], effects: [], news: [] })
})

test('given a waiting call, when it is offered, then the phone rings and ids are new', () => {
  const step = transition(aWaitingCall(), {
    type: 'offered',
    call: callId,
    offer: 'o' as never,
    agent: 'amina' as never,
    at,
  })
  expect(step.call).toMatchObject({ state: 'offering', agentLeg: 'call-11', bridge: 'call-12', made: 12 })
  expect(step.effects.map((effect) => effect.do)).toEqual(['startTimer', 'dial'])
})

test('a line is never whispered to twice', () => {
  const whispering = aConsultingCall('whispering', line12315)
  expect(transition(whispering, legAnswered('party')).call).toEqual(whispering)
})
