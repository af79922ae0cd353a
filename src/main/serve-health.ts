/** Answers whether a process lives and whether it does its work, for processes that have no other HTTP. */
import { createServer } from 'node:http'
import { hostAndPort } from '#platform/config'

export type Health = { readonly ready: boolean } & Readonly<Record<string, unknown>>

/** Rejects when the port is taken. */
export async function serveHealth(address: string, ask: () => Promise<Health>): Promise<{ close(): void }> {
  const server = createServer((request, response) => {
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.url === '/health/live') return say(200, { live: true })
    if (request.url !== '/health/ready') return say(404, { error: 'notFound' })
    ask().then(
      (health) => say(health.ready ? 200 : 503, health),
      () => say(503, { ready: false }),
    )
  })
  const { host, port } = hostAndPort(address)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { close: () => server.close() }
}
