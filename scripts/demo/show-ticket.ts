/** A ticket and its call as a reader of the city hall wants them: `中文 — English`, values after it. */
import type { Text } from '../lib/say.ts'
import {
  endings,
  fieldNames,
  kinds,
  leavings,
  more,
  outcomes,
  parts,
  purposes,
  results,
  states,
} from './ticket-words.ts'

type Line = { readonly at: string; readonly kind: string; readonly agent: string | null; readonly detail: Detail }
type Detail = Readonly<Record<string, unknown>>
/** As GET /v1/tickets and GET /v1/calls answer. */
export type Shown = {
  readonly ticket: Readonly<Record<string, unknown>> & { readonly history: readonly Line[] }
  readonly call: {
    readonly context: { readonly note?: string } | null
    readonly parties: readonly {
      readonly party: string
      readonly purpose: string | null
      readonly result: string | null
      readonly seconds: number | null
    }[]
  }
}

/** Shown and logged numbers keep their first three and last four digits. */
export const masked = (number: string): string => `${number.slice(0, 3)}****${number.slice(-4)}`

export function linesOf({ ticket, call }: Shown): string[] {
  const lines: string[] = []
  const add = (name: Text, value: string) => lines.push(`${name.zh} — ${name.en}: ${value}`)
  for (const [field, name] of Object.entries(fieldNames)) {
    const value = ticket[field]
    if (typeof value !== 'string' || value === '') continue
    if (field === 'state') add(name, both(states, value))
    else if (field === 'discardReason') add(name, both(endings, value))
    else add(name, field === 'callerNumber' ? masked(value) : value)
  }
  if (call.context?.note) add(more.note, call.context.note)
  for (const { party, purpose, result, seconds } of call.parties) {
    const how = [purpose && both(purposes, purpose), result && both(results, result)].filter(Boolean).join('，')
    add(more.party, `${party}，${how}${seconds ? `，${seconds} 秒 (s)` : ''}`)
  }
  lines.push(`${more.history.zh} — ${more.history.en}:`)
  const first = Date.parse(ticket.history[0]?.at ?? '')
  for (const { at, kind, agent, detail } of ticket.history) {
    const seconds = ((Date.parse(at) - first) / 1_000).toFixed(1).padStart(6)
    const told = [agent, ...particulars(kind, detail)].filter((one) => one !== null && one !== '').join('，')
    const name = kinds[kind as keyof typeof kinds]
    lines.push(`${seconds} s  ${name ? `${name.zh} — ${name.en}` : kind}${told === '' ? '' : `: ${told}`}`)
  }
  return lines
}

/** What is worth saying of one line of the history, besides its name. */
function particulars(kind: string, detail: Detail): string[] {
  const text = (field: string): string => (typeof detail[field] === 'string' ? detail[field] : '')
  const party = detail['party'] as { line?: string; agent?: string } | undefined
  const whom = party?.line ?? party?.agent ?? ''
  switch (kind) {
    case 'call.offerEnded':
      return [both(outcomes, text('outcome'))]
    case 'call.partyDialled':
      return [whom, both(purposes, text('purpose'))]
    case 'call.partyLeft':
      return [whom, both(results, text('result'))]
    case 'call.agentLeft':
      return [both(leavings, text('how'))]
    case 'call.legLeft':
      return [both(parts, text('role'))]
    case 'call.ended':
      return [both(endings, text('reason'))]
    case 'ticket.written':
      return [writtenFields(detail['fields'])]
    default:
      return [whom]
  }
}

const writtenFields = (fields: unknown): string =>
  Object.keys(fields ?? {})
    .map((field) => fieldNames[field as keyof typeof fieldNames]?.zh ?? field)
    .join('、')

const both = (words: Readonly<Record<string, Text>>, name: string): string => {
  const text = words[name]
  return text ? `${text.zh} (${text.en})` : name
}
