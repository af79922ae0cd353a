/**
 * Commands over a pool of kept-alive HTTP connections, one request at a time on each.
 *
 * Why so: a request that Asterisk holds up (addChannel while a prompt plays) holds up its own lane and nothing else.
 * Asterisk closes an idle connection after 15 s; ours are given up after 10, so that a request does not meet the close.
 */
import { errors, Pool } from 'undici'
import {
  type AriAddress,
  type AriReply,
  type AriRequest,
  AriSilence,
  type AriTransport,
  authorization,
} from './ari-transport.ts'

export type HttpTransportOptions = {
  /** Most connections, and so most requests at work at once (default 32). Counts against `sessionlimit`. */
  readonly connections?: number
}

export function openHttpTransport(address: AriAddress, options: HttpTransportOptions = {}): AriTransport {
  const newPool = (): Pool =>
    new Pool(address.url, {
      connections: options.connections ?? 32,
      pipelining: 1,
      keepAliveTimeout: 10_000,
      keepAliveMaxTimeout: 10_000,
      connect: { timeout: 2_000 },
    })
  let pool = newPool()
  const headers = { authorization: authorization(address) }
  const jsonHeaders = { ...headers, 'content-type': 'application/json' }
  const lanes = new Map<string, Promise<unknown>>()

  const send = async (request: AriRequest): Promise<AriReply> => {
    try {
      const response = await pool.request({
        path: `/ari${request.path}${queryText(request.query)}`,
        method: request.method,
        headers: request.body === undefined ? headers : jsonHeaders,
        body: request.body ?? null,
        signal: AbortSignal.timeout(request.timeoutMs),
      })
      return { status: response.statusCode, body: parsed(await response.body.text()) }
    } catch (error) {
      throw silence(error)
    }
  }

  return {
    request: (request, lane) => (lane === undefined ? send(request) : inLane(lanes, lane, () => send(request))),
    renew: () => {
      const old = pool
      pool = newPool()
      void old.destroy()
    },
    close: () => pool.close(),
  }
}

/** Runs `job` when all that was given to the lane before has settled. A lane that is empty again is forgotten. */
function inLane<T>(lanes: Map<string, Promise<unknown>>, lane: string, job: () => Promise<T>): Promise<T> {
  const before = lanes.get(lane)
  const mine = before === undefined ? job() : before.then(job, job)
  lanes.set(lane, mine)
  const leave = (): void => {
    if (lanes.get(lane) === mine) lanes.delete(lane)
  }
  mine.then(leave, leave)
  return mine
}

function queryText(query: AriRequest['query']): string {
  return query.length === 0 ? '' : `?${new URLSearchParams(query as [string, string][]).toString()}`
}

/** Errors come as `{"message": …}`; an answer that is not JSON is kept as text. */
function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function silence(error: unknown): unknown {
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError' || error instanceof errors.HeadersTimeoutError)
    return new AriSilence('timeout', { cause: error })
  if (error instanceof TypeError) return error
  return new AriSilence('disconnected', { cause: error })
}
