/** Why a leg left, from what Asterisk says of it: Q.850 cause, SIP status (`tech_cause`), or the outcome of a dial. */
import type { LeftCause } from '#calls/core'

export function causeOfHangup(q850: number | undefined, sip: number | undefined): LeftCause {
  switch (sip) {
    case 486:
    case 600:
      return 'busy'
    case 603:
      return 'declined'
    case 408:
      return 'noAnswer'
    case 404:
    case 410:
    case 480:
      return 'unavailable'
    case 502:
    case 503:
    case 504:
      return 'unreachable'
    case 403:
    case 488:
      return 'refused'
  }
  switch (q850) {
    case undefined:
    case 0: // Asterisk does not know: hung up by a command of ours or by the dialplan
    case 16: // normal clearing
    case 26: // answered elsewhere
    case 31: // normal, unspecified
    case 127: // interworking
      return 'normal'
    case 17:
      return 'busy'
    case 18:
    case 19:
      return 'noAnswer'
    case 21:
      return 'declined'
    case 1:
    case 3:
    case 20:
    case 22:
    case 27:
    case 38:
      return 'unreachable'
    default:
      return 'failed'
  }
}

/** `undefined`: the dial goes on, was answered, or (NOANSWER) the end of the channel tells more. */
export function causeOfDial(status: string): LeftCause | undefined {
  switch (status) {
    case 'BUSY':
      return 'busy'
    case 'CHANUNAVAIL':
      return 'unreachable'
    case 'CONGESTION':
      return 'failed'
    default:
      return undefined
  }
}
