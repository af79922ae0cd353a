/**
 * Commands over a pool of kept-alive HTTP connections, one request at a time on each.
 *
 * Why so: a request that Asterisk holds up (addChannel while a prompt plays) holds up its own lane and nothing else.
 * Asterisk closes an idle connection after 15 s; ours are given up after 10, so that a request does not meet the close.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import {
  type AriAddress,
  type AriReply,
  type AriRequest,
  AriSilence,
  type AriTransport,
  authorization,
} from './ari-transport.ts'
import { SlowStart } from './slow-start.ts'

export type HttpTransportOptions = {
  /** Most connections, and so most requests at work at once (default 32). Counts against `sessionlimit`. */
  readonly connections?: number
  /** How long after it is connected a connection counts as accepted without an answer, ms (default 200). */
  readonly acceptedAfterMs?: number
}

export function openHttpTransport(address: AriAddress, options: HttpTransportOptions = {}): AriTransport {
  const connections = options.connections ?? 32
  const newAgent = () => new Agent({ keepAlive: true, maxSockets: connections, timeout: 10_000 })
  let agent = newAgent()
  const slowStart = new SlowStart(connections, options.acceptedAfterMs)
  let isOpen = true
  const { hostname, port } = new URL(address.url)
  const headers = { authorization: authorization(address) }
  const jsonHeaders = { ...headers, 'content-type': 'application/json' }
  const lanes = new Map<string, Promise<unknown>>()
  const underWay = new Set<Promise<unknown>>()

  const ask = async ({ method, path, query, body, timeoutMs }: AriRequest): Promise<AriReply> => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), timeoutMs)
    const exchange = async (): Promise<AriReply> => {
      const outgoing = httpRequest({
        ...{ agent, hostname, port, method, path: `/ari${path}${queryText(query)}`, signal: patience.signal },
        headers: body === undefined ? headers : jsonHeaders,
      })
      outgoing.once('socket', (socket) => slowStart.opens(socket))
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve).on('error', reject).end(body)
      })
      slowStart.proved(response.socket)
      return { status: response.statusCode ?? 0, body: parsed(await text(response)) }
    }
    try {
      return await slowStart.run(exchange, patience.signal)
    } catch (error) {
      throw new AriSilence(patience.signal.aborted ? 'timeout' : 'disconnected', { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
  const send = (request: AriRequest): Promise<AriReply> => {
    if (!isOpen) return Promise.reject(new AriSilence('disconnected'))
    const answer = ask(request)
    underWay.add(answer)
    const leave = (): void => void underWay.delete(answer)
    answer.then(leave, leave)
    return answer
  }

  return {
    request: (request, lane) => (lane === undefined ? send(request) : inLane(lanes, lane, () => send(request))),
    renew: () => {
      const old = agent
      agent = newAgent()
      old.destroy()
    },
    close: async () => {
      isOpen = false
      await Promise.allSettled(underWay)
      agent.destroy()
    },
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
