/**
 * How a party is reached: endpoint, headers, caller id. Numbers come from the directory alone; nothing that a caller or
 * an agent typed is ever part of a dial string.
 */
import type { Directory } from '#acd/core'
import type { Call, Effect } from '#calls/core'
import type { AgentId, SeatId } from '#kernel'

export type DialPlan = {
  readonly endpoint: string
  readonly variables: Record<string, string>
}

/** On every leg that we dial. */
export const callHeader = 'X-Hotline-Call'

/** Our own number, shown to lines that may not see the caller's. */
const ownNumber = '12345'
/**
 * Our own timers rule, and rescue hangs up what rings when we are dead. This is for when nobody is left. Asterisk counts it by the clock
 * on the wall: were it as short as a ring, setting the clock forward would end every ring, and each agent would have missed a call.
 */
export const ringsAtMostS = 14_400

export function dialString(
  directory: Directory,
  seatOf: (agent: AgentId) => SeatId | null,
  call: Call,
  { party }: Extract<Effect, { do: 'dial' }>,
): DialPlan | null {
  const headers = { ...header(callHeader, call.id), ...header('X-Hotline-Ticket', call.ticket) }
  if (party.kind === 'agent') {
    const id = seatOf(party.agent)
    const seat = id && directory.seats.find((known) => known.id === id)
    if (!seat) return null
    return {
      endpoint: `PJSIP/seat-${seat.id}`,
      variables: {
        ...headers,
        ...(seat.autoAnswer ? header('Call-Info', '<sip:hotline>;answer-after=0') : {}),
        ...callerId(safeNumber(call.caller.number), call.caller.name),
      },
    }
  }
  const line = directory.lines.find((known) => known.code === party.line)
  if (!line || !/^[0-9*#]{1,32}$/.test(line.number) || !/^[A-Za-z0-9_-]{1,64}$/.test(line.trunk)) return null
  return {
    endpoint: `PJSIP/${line.number}@${line.trunk}`,
    variables: { ...headers, ...callerId(line.passNumber ? safeNumber(call.caller.number) : ownNumber, '') },
  }
}

const header = (name: string, value: string): Record<string, string> => ({ [`PJSIP_HEADER(add,${name})`]: value })

const callerId = (number: string, name: string): Record<string, string> => ({
  'CONNECTEDLINE(num,i)': number,
  'CONNECTEDLINE(name,i)': safeName(name),
})

/** On the wire a caller's number keeps only what a number may have; the record keeps it as it came. */
export const safeNumber = (number: string): string => number.replace(/[^0-9*#+]/g, '').slice(0, 32) || 'anonymous'
/** Names lose what could end a header or a quoted string. */
export const safeName = (name: string): string =>
  name
    .replace(/[\p{Cc}"<>\\;,]/gu, ' ')
    .trim()
    .slice(0, 64)
