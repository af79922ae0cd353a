/** How commands reach Asterisk. Two ways do (`http-transport`, `socket-transport`); the client does not know which. */
import { type OperationArgs, type OperationName, operations } from './generated/ari.ts'

/** What either way sends: a request with everything in its place. */
export type AriRequest = {
  readonly op: OperationName
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/ari`, with the ids put in: `/channels/7-1/answer`. */
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** JSON text, or undefined when there is none. */
  readonly body: string | undefined
  readonly timeoutMs: number
}
export type AriReply = { readonly status: number; readonly body: unknown }

export type AriTransport = {
  /**
   * Requests of one lane are executed in the order in which they were given, as long as those that wait for a channel
   * are given alone. Those without a lane are not held up by others. Rejects with `AriSilence` when no answer came.
   */
  request(request: AriRequest, lane: string | undefined): Promise<AriReply>
  /** The network has swallowed a connection: those that stand are given up, with what is under way on them. */
  renew(): void
  close(): Promise<void>
}

/**
 * These are answered when the channel's own thread in Asterisk has carried them out, which a prompt that plays can hold
 * up; the rest as soon as they are queued for it.
 */
const waiting: readonly OperationName[] = [
  'channels.answer',
  'channels.setChannelVar',
  'bridges.addChannel',
  'bridges.removeChannel',
]
export const waitsForChannel = (op: OperationName): boolean => waiting.includes(op)

/** No answer: whether Asterisk has done what was asked is not known. */
export class AriSilence extends Error {
  readonly why: 'timeout' | 'disconnected'
  constructor(why: 'timeout' | 'disconnected', options?: ErrorOptions) {
    super(why === 'timeout' ? 'no answer in time' : 'connection lost', options)
    this.name = 'AriSilence'
    this.why = why
  }
}

/** Where Asterisk is, and who we are to it. */
export type AriAddress = {
  /** `http://127.0.0.1:8088`, without `/ari`. */
  readonly url: string
  readonly user: string
  readonly password: string
}

export const authorization = ({ user, password }: AriAddress): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Puts the arguments of an operation where its description says: path, query or body. */
export function toRequest<Op extends OperationName>(op: Op, args: OperationArgs[Op], timeoutMs: number): AriRequest {
  const description: {
    method: AriRequest['method']
    path: string
    query: readonly string[]
    body?: { name: string; whole: boolean }
  } = operations[op]
  const given = args as Record<string, unknown>
  const path = description.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(given[name])))
  const query = description.query.flatMap((name): [string, string][] =>
    given[name] === undefined ? [] : [[name, textOf(given[name])]],
  )
  return { op, method: description.method, path, query, body: bodyOf(description.body, given), timeoutMs }
}

function bodyOf(place: { name: string; whole: boolean } | undefined, given: Record<string, unknown>) {
  if (place === undefined || given[place.name] === undefined) return undefined
  return JSON.stringify(place.whole ? given[place.name] : { [place.name]: given[place.name] })
}

/** A list is sent as one value with commas; Asterisk splits it again. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TypeError('an argument of an ARI operation is text, a number, a boolean or a list of these')
}
