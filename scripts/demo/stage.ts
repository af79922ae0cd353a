/** The stage of the demo: the running system, the world around it, one agent, and a voice that tells what goes on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentClient } from '../../test/kit/agent-client.ts'
import type { Records } from '../../test/kit/records.ts'
import type { Party } from '../../test/outside/party.ts'
import type { Phone, World } from '../../test/outside/world.ts'
import { fieldNames, kindNames, type MessageName, messages, type say } from './messages.ts'

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

/** Shown and logged numbers keep their first three and last four digits. */
export const masked = (number: string): string => `${number.slice(0, 3)}****${number.slice(-4)}`

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

type Ticket = Readonly<Record<string, string | null>> & {
  readonly history: readonly { readonly at: string; readonly kind: string; readonly agent: string | null }[]
}

/** The ticket as a supervisor reads it over the API, once the call's last fact has been written. */
export async function showTicket(stage: Stage, call: string): Promise<void> {
  const { ticket } = await stage.records.ended(call)
  const shown = await stage.supervisor<Ticket>('GET', `/v1/tickets/${ticket.ticket_no}`)
  stage.line('ticket')
  for (const [field, name] of Object.entries(fieldNames)) {
    const value = shown[field]
    if (value !== null && value !== undefined)
      stage.plain(`${name} — ${field}: ${field === 'callerNumber' ? masked(value) : value}`)
  }
  const first = Date.parse(shown.history[0]?.at ?? '')
  for (const { at, kind, agent } of shown.history) {
    const seconds = ((Date.parse(at) - first) / 1_000).toFixed(1).padStart(6)
    stage.plain(`${seconds} s  ${kindNames[kind] ?? kind} — ${kind}${agent === null ? '' : ` (${agent})`}`)
  }
}

export const readSecrets = (dir: string, file: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(dir, file), 'utf8'))
