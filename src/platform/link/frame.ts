/**
 * The frames of a link between two of our processes: JSON, one object a frame, told apart by `is`.
 *
 *   client ──ask {id, body}──▶ server          server ──answer {id, body} | failed {id, error}──▶ client
 *                                              server ──snapshot {body}… up──▶ client      after each (re)connection
 *                                              server ──push {body}──▶ client              from then on
 *   either ──error {error, detail}──▶ other    told of a frame that was not understood
 */
export const linkLimits = {
  /** Longest frame that is taken, in bytes. */
  frameBytes: 256 * 1024,
  requestMs: 2_000,
  /** Requests of one client that may be open at once. */
  openRequests: 2_000,
  pingEveryMs: 5_000,
  /** A peer that has not been heard for so long is taken for dead. */
  silenceMs: 12_000,
  /** What may wait to be sent to one client before it is cut off (it comes back and gets a snapshot). */
  waitingBytes: 16 * 1024 * 1024,
  backOffFromMs: 100,
  /** Short, for an agent waits, and the other end is on this machine. */
  backOffToMs: 1_000,
  /** Frames that make no sense before the connection is cut. */
  malformedFrames: 20,
} as const

export type Frame =
  | { is: 'ask'; id: number; body: unknown }
  | { is: 'answer'; id: number; body: unknown }
  | { is: 'failed'; id: number; error: string }
  | { is: 'snapshot'; body: unknown }
  | { is: 'up' }
  | { is: 'push'; body: unknown }
  | { is: 'error'; error: FrameFault; detail: string }

/** What can be wrong with a frame. */
export type FrameFault = 'binaryFrame' | 'notJson' | 'notAFrame' | 'unexpectedFrame' | 'tooManyRequests'
/** Why a request got no answer: a closed list. `down` and `late` leave open whether it was carried out. */
export type LinkFault = 'down' | 'late' | 'tooLarge' | 'failed' | 'tooManyRequests'

export class LinkError extends Error {
  readonly fault: LinkFault
  constructor(fault: LinkFault, detail: string) {
    super(`link: ${fault}: ${detail}`)
    this.name = 'LinkError'
    this.fault = fault
  }
}

type Read = { ok: true; frame: Frame } | { ok: false; fault: FrameFault; detail: string }
const wrong = (fault: FrameFault, detail: string): Read => ({ ok: false, fault, detail })
const isId = (id: unknown): id is number => Number.isSafeInteger(id) && (id as number) >= 0

/** Reads what came from the wire; never throws. */
export function readFrame(data: unknown, isBinary: boolean): Read {
  if (isBinary) return wrong('binaryFrame', 'frames are text')
  let value: unknown
  try {
    value = JSON.parse(String(data))
  } catch {
    return wrong('notJson', 'the frame is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('notAFrame', 'not an object')
  const frame = value as Record<string, unknown>
  switch (frame.is) {
    case 'ask':
    case 'answer':
      return isId(frame.id) ? { ok: true, frame: frame as Frame } : wrong('notAFrame', 'id is not a whole number')
    case 'failed':
      return isId(frame.id) && typeof frame.error === 'string'
        ? { ok: true, frame: frame as Frame }
        : wrong('notAFrame', 'failed needs id and error')
    case 'snapshot':
    case 'push':
    case 'up':
    case 'error':
      return { ok: true, frame: frame as Frame }
    default:
      return wrong('notAFrame', `is: one of ask, answer, failed, snapshot, up, push, error`)
  }
}
