/**
 * What an answer of Asterisk means to whoever asked. Pure. The texts are those of 22.10, seen by the contract suite.
 *
 *   2xx                                             done
 *   404; 409 and 422 "not in Stasis"; 400 "Channel not found" of a bridge;
 *   422 "not in this bridge" of removeChannel       gone: the thing is not there any more; its end comes, or came, as an event
 *   409 of createWithId of a bridge                 done: it is there, and its id is ours alone
 *   409 to the repetition of a create               done: the first try had got through
 *   500 "Allocation failed" of create, originate    unreachable: the endpoint has nobody behind it
 *   404 "Resource not found"                        trouble: this Asterisk has no such operation (a module is not loaded)
 *   anything else                                   trouble; 412: the channel is not up yet
 */
import type { OperationName } from './generated/ari.ts'

export type Verdict = 'done' | 'gone' | 'unreachable' | 'trouble'

const dialling: readonly OperationName[] = ['channels.create', 'channels.originateWithId', 'channels.originate']
/** With an id that exists these are refused with 409. */
const making: readonly OperationName[] = ['channels.create', 'channels.originateWithId', 'channels.snoopChannelWithId']
const goneMessages = [/not in stasis/i, /channel not found/i, /not in this bridge/i, /bridge not found/i]

/** `repeated`: this was the second try of a request whose first try went unanswered. */
export function verdictOf(op: OperationName, status: number, message: string, repeated: boolean): Verdict {
  if (status >= 200 && status < 300) return 'done'
  if (status === 409 && op === 'bridges.createWithId') return 'done'
  if (status === 409 && repeated && making.includes(op)) return 'done'
  if (status === 404) return message === 'Resource not found' ? 'trouble' : 'gone'
  if (status >= 400 && status < 500 && goneMessages.some((pattern) => pattern.test(message))) return 'gone'
  if (status === 500 && dialling.includes(op) && /allocation failed/i.test(message)) return 'unreachable'
  return 'trouble'
}

/** The text of an error answer, with every long run of digits masked: it may be somebody's number. */
export function messageOf(body: unknown): string {
  if (typeof body === 'string') return maskNumbers(body)
  if (typeof body !== 'object' || body === null) return ''
  const { message, error } = body as { message?: unknown; error?: unknown }
  const text = message ?? error
  return typeof text === 'string' ? maskNumbers(text) : ''
}

/** `13812345678` → `138****5678`. Shorter runs than seven digits (codes, ports, ids of lines) are left alone. */
export const maskNumbers = (text: string): string =>
  text.replaceAll(/\d{7,}/g, (digits) => `${digits.slice(0, 3)}****${digits.slice(-4)}`)
