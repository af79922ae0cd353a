import { expect, test } from 'vitest'
import { type Call, type CallCommand, type CallCommandName, obey } from '#calls/core'
import {
  aConsultingCall,
  amina,
  anOfferingCall,
  asked,
  aTalkingCall,
  aThreeWayCall,
  bao,
  colleague,
  everyState,
  line12315,
} from '../../kit/builders.ts'

const commands: Record<CallCommandName, CallCommand> = {
  hold: { name: 'hold' },
  resume: { name: 'resume' },
  mute: { name: 'mute' },
  unmute: { name: 'unmute' },
  sendDigits: { name: 'sendDigits', digits: '12#' },
  consult: { name: 'consult', party: line12315 },
  toggle: { name: 'toggle' },
  cancelConsult: { name: 'cancelConsult' },
  join: { name: 'join' },
  complete: { name: 'complete' },
  leave: { name: 'leave' },
  dropParty: { name: 'dropParty' },
  blindTransfer: { name: 'blindTransfer', party: line12315 },
  hangUp: { name: 'hangUp' },
}

/** What each state allows, and the state that follows; everything else is refused. */
const allowed: [string, () => Call, Partial<Record<CallCommandName, string>>][] = [
  [
    'talking',
    () => aTalkingCall(),
    {
      hold: 'talking',
      mute: 'talking',
      unmute: 'talking',
      sendDigits: 'talking',
      consult: 'consulting',
      blindTransfer: 'transferring',
      hangUp: 'ended',
    },
  ],
  [
    'held',
    () => aTalkingCall({ held: true }),
    {
      resume: 'talking',
      mute: 'talking',
      unmute: 'talking',
      consult: 'consulting',
      blindTransfer: 'transferring',
      hangUp: 'ended',
    },
  ],
  [
    'dialling a party',
    () => aConsultingCall('dialling'),
    { mute: 'consulting', unmute: 'consulting', cancelConsult: 'talking', dropParty: 'talking' },
  ],
  [
    'consulting',
    () => aConsultingCall(),
    {
      mute: 'consulting',
      unmute: 'consulting',
      sendDigits: 'consulting',
      toggle: 'consulting',
      cancelConsult: 'talking',
      dropParty: 'talking',
      join: 'threeWay',
      complete: 'handedOver',
    },
  ],
  [
    'three-way',
    () => aThreeWayCall(),
    {
      mute: 'threeWay',
      unmute: 'threeWay',
      sendDigits: 'threeWay',
      complete: 'handedOver',
      leave: 'handedOver',
      dropParty: 'talking',
      hangUp: 'ended',
    },
  ],
]

for (const [state, make, after] of allowed)
  for (const command of Object.values(commands)) {
    const next = after[command.name]
    test(`given the call is ${state}, ${command.name} ${next ? `leads to ${next}` : 'is refused and changes nothing'}`, () => {
      const obeyed = obey(make(), asked(command))
      if (next) expect(obeyed).toMatchObject({ ok: true, value: { call: { state: next } } })
      else expect(obeyed).toMatchObject({ ok: false, refusal: expect.stringMatching(/^(notNow|partyNotReached)$/) })
    })
  }

test('nobody commands a call that another agent has', () => {
  for (const call of everyState())
    for (const command of Object.values(commands))
      expect(obey(call, asked(command, 'stranger' as never)).ok, `${call.state} ${command.name}`).toBe(false)
})

test('a consulted colleague may go, and nothing else', () => {
  for (const call of [aConsultingCall('talking', colleague), aThreeWayCall(colleague)])
    for (const command of Object.values(commands))
      expect(obey(call, asked(command, bao)).ok).toBe(command.name === 'leave' || command.name === 'hangUp')
})

test('nobody consults or transfers to himself', () => {
  const self = { kind: 'agent', agent: amina } as const
  expect(obey(aTalkingCall(), asked({ name: 'consult', party: self }))).toEqual({
    ok: false,
    refusal: 'partyNotAvailable',
  })
  expect(obey(aTalkingCall(), asked({ name: 'blindTransfer', party: self }))).toEqual({
    ok: false,
    refusal: 'partyNotAvailable',
  })
})

test('while the phone still rings there is nothing to command', () => {
  expect(obey(anOfferingCall(), asked({ name: 'hangUp' }))).toEqual({ ok: false, refusal: 'notNow' })
})

test('on hold the caller is out of the bridge before the music starts', () => {
  const obeyed = obey(aTalkingCall(), asked({ name: 'hold' }))
  expect(obeyed.ok && obeyed.value.effects.map((effect) => effect.do)).toEqual(['takeOut', 'startMusic'])
})

test('going to and fro between caller and partner, whoever is left hears music and is out of the bridge', () => {
  const there = obey(aConsultingCall(), asked({ name: 'toggle' }))
  if (!there.ok) throw new Error(there.refusal)
  expect(there.value.effects).toEqual([
    { do: 'takeOut', bridge: 'consult', leg: 'party' },
    { do: 'startMusic', leg: 'party' },
    { do: 'stopMusic', leg: 'caller' },
    { do: 'connect', bridge: 'main', legs: ['caller', 'amina'] },
  ])
  const back = obey(there.value.call, asked({ name: 'toggle' }))
  expect(back).toMatchObject({ ok: true, value: { call: { side: 'target' } } })
})
