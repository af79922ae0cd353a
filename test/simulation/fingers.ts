/** What an agent presses: mostly what makes sense at the moment, now and then anything. */
import type { Agent, DeskCommand } from '#acd/core'
import type { Call, CallCommand, Party } from '#calls/core'
import type { AgentId } from '#kernel'
import { agentAt, lines, seatAt } from './house.ts'
import { agentCount } from './scenario.ts'

type Command = DeskCommand['command']

const anybody = (roll: number): Party =>
  roll < 0.6
    ? { kind: 'line', line: lines[Math.floor((roll / 0.6) * lines.length)] ?? ('12315' as never) }
    : { kind: 'agent', agent: agentAt(Math.floor(((roll - 0.6) / 0.4) * agentCount)) }

const always: Command[] = [{ name: 'ready' }, { name: 'notReady', reason: 'break' }, { name: 'logOut' }]
const withParty: CallCommand[] = [
  { name: 'toggle' },
  { name: 'join' },
  { name: 'cancelConsult' },
  { name: 'complete' },
  { name: 'join' },
  { name: 'toggle' },
]
const threeWay: CallCommand[] = [
  { name: 'leave' },
  { name: 'dropParty' },
  { name: 'complete' },
  { name: 'mute' },
  { name: 'hangUp' },
]
const plain: CallCommand[] = [
  { name: 'hold' },
  { name: 'resume' },
  { name: 'mute' },
  { name: 'unmute' },
  { name: 'sendDigits', digits: '12#' },
  ...withParty,
  ...threeWay,
]

/** `roll`: from 0 up to 1, the same choice for the same roll and moment. */
export function pressed(agent: Agent, call: Call | undefined, roll: number): Command {
  const [which, rest] = parts(roll, 10)
  const [, fine] = parts(rest, 7)
  if (which === 9) return choose<Command>([...always, ...plain, { name: 'endWrapUp' }, consult(fine)], rest)
  switch (agent.status.state) {
    case 'loggedOut':
      return { name: 'logIn', seat: seatOf(agent.id) }
    case 'notReady':
      return which < 8 ? { name: 'ready' } : { name: 'logOut' }
    case 'ready':
      return which < 3 ? { name: 'notReady', reason: 'meal' } : { name: 'ready' }
    case 'offered':
      return choose(always, rest)
    case 'wrapUp':
      return choose<Command>(
        [
          { name: 'endWrapUp' },
          { name: 'ready' },
          { name: 'writeTicket', ticket: agent.status.ticket, fields: { content: `roll ${roll}` } },
          ...always,
        ],
        rest,
      )
    case 'busy':
      return call ? inCall(agent.id, call, rest, fine) : { name: 'hangUp' }
  }
}

function inCall(agent: AgentId, call: Call, roll: number, fine: number): Command {
  if ('agent' in call && call.agent !== agent) return choose<Command>([{ name: 'leave' }, { name: 'hangUp' }], fine)
  const also: Command[] = [
    { name: 'writeTicket', ticket: call.ticket, fields: { title: `roll ${roll}` } },
    { name: 'mute' },
    { name: 'unmute' },
    { name: 'notReady', reason: 'training' },
  ]
  if (call.state === 'consulting') return choose<Command>([...withParty, ...withParty, ...also], roll)
  if (call.state === 'threeWay') return choose<Command>([...threeWay, ...also], roll)
  if (call.state !== 'talking') return { name: 'hangUp' }
  const resume: Command = { name: call.held ? 'resume' : 'hold' }
  return choose<Command>(
    [
      resume,
      resume,
      consult(fine),
      consult(fine),
      consult(fine),
      { name: 'blindTransfer', party: anybody(fine) },
      { name: 'blindTransfer', party: anybody(fine) },
      { name: 'sendDigits', digits: '1' },
      { name: 'hangUp' },
      ...also,
    ],
    roll,
  )
}

const consult = (roll: number): Command => ({ name: 'consult', party: anybody(roll) })
const seatOf = (agent: AgentId) => seatAt(Number(agent) - 1001)
const choose = <T>(list: readonly T[], roll: number): T => list[Math.floor(roll * list.length)] as T
/** A roll taken apart: which of `n` equal parts, and where in it. */
const parts = (roll: number, n: number): [number, number] => [Math.floor(roll * n), (roll * n) % 1]
