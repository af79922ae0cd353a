/**
 * Answers whether a process lives and whether it does its work, and what it has counted, for processes that have no other HTTP.
 *
 *   /health/live    200 while the process answers at all; nobody else is asked, so it answers at once
 *   /health/ready   200 while it can do its work, 503 otherwise; tells about every part
 *   /metrics        for this machine alone
 */
import { createServer } from 'node:http'
import { hostAndPort } from '#platform/config'
import type { Metrics } from '#platform/telemetry/metrics'
import type { Health } from './health.ts'

export type Answers = {
  readonly ask: () => Promise<Health & Readonly<Record<string, unknown>>>
  readonly metrics?: Metrics
}

/** `answers` as a function is asked on each question: what a process is may change. Rejects when the port is taken. */
export async function serveHealth(address: string, answers: Answers | (() => Answers)): Promise<{ close(): void }> {
  const server = createServer((request, response) => {
    const { ask, metrics } = typeof answers === 'function' ? answers() : answers
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    const [path] = (request.url ?? '').split('?') // a scraper may add parameters
    if (path === '/metrics' && metrics && isLoopback(request.socket.remoteAddress)) {
      return void metrics.text().then(
        (text) => {
          response.writeHead(200, { 'content-type': metrics.contentType })
          response.end(text)
        },
        (error: unknown) => say(500, { error: String(error) }),
      )
    }
    if (path === '/health/live') return say(200, { live: true })
    if (path !== '/health/ready') return say(404, { error: 'notFound' })
    ask().then(
      (health) => say(health.ready ? 200 : 503, { live: true, ...health }),
      (error: unknown) => say(503, { live: true, ready: false, reason: String(error) }),
    )
  })
  const { host, port } = hostAndPort(address)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { close: () => server.close() }
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
/** What is counted is about nobody, and still it is nobody's business beyond this machine. */
export const isLoopback = (address: string | undefined): boolean => address !== undefined && loopback.has(address)
