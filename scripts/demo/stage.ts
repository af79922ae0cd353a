/** The stage of the demo: the running system, the world around it, one agent, and a voice that tells what goes on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentClient } from '../../test/kit/agent-client.ts'
import type { Records } from '../../test/kit/records.ts'
import type { Party } from '../../test/outside/party.ts'
import type { Phone, World } from '../../test/outside/world.ts'
import { type MessageName, messages, type say } from './messages.ts'
import { linesOf, type Shown } from './show-ticket.ts'

export type Values = Parameters<typeof say>[1]
export type Stage = {
  readonly world: World
  readonly desk: AgentClient
  readonly phone: Phone
  readonly supervisor: AgentClient['request']
  readonly records: Records
  readonly line: (name: MessageName, values?: Values) => void
  readonly plain: (text: string) => void
}

/** A party as the demo calls it. */
const spoken = (party: Party) =>
  party.name === 'agent'
    ? messages.agent
    : party.name === 'caller'
      ? messages.caller
      : { zh: party.name, en: party.name }

/** Waits until it is really heard, and says so. */
export async function hearing(stage: Stage, who: Party, whom: readonly Party[] | 'music' | 'silence'): Promise<void> {
  if (whom === 'music') {
    await who.hearsMusic()
    return stage.line('hearsMusic', { who: spoken(who) })
  }
  if (whom === 'silence') {
    await who.hearsSilence()
    return stage.line('hearsSilence', { who: spoken(who) })
  }
  await who.hearsOnly(...whom)
  const together = (language: 'zh' | 'en', and: string) => whom.map((one) => spoken(one)[language]).join(and)
  stage.line('hearsOnly', { who: spoken(who), whom: { zh: together('zh', '、'), en: together('en', ' and ') } })
}

/** The ticket as a supervisor reads it over the API, once all is written that the scene was about. */
export async function showTicket(stage: Stage, call: string): Promise<void> {
  const { ticket } = await stage.records.until(
    call,
    'its end, and that of every wrap-up',
    ({ call: row, history }) =>
      row.state === 'ended' && count(history, 'call.wrapUpStarted') === count(history, 'call.wrapUpEnded'),
  )
  const [ofTicket, ofCall] = await Promise.all([
    stage.supervisor<Shown['ticket']>('GET', `/v1/tickets/${ticket.ticket_no}`),
    stage.supervisor<Shown['call']>('GET', `/v1/calls/${call}`),
  ])
  stage.line('ticket')
  for (const text of linesOf({ ticket: ofTicket, call: ofCall })) stage.plain(text)
}

const count = (kinds: readonly string[], kind: string): number => kinds.filter((one) => one === kind).length

export const readSecrets = (dir: string, file: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(dir, file), 'utf8'))
