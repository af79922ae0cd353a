import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { hostAndPort } from '#platform/config'

const againAfterMs = 20

/**
 * Resolves when nobody listens at `address` (host:port). A predecessor that was killed this moment may still be letting go of it; rejects when
 * somebody has it after `withinMs`.
 */
export async function untilFree(address: string, withinMs: number): Promise<void> {
  const from = performance.now()
  for (;;) {
    const server = createServer((early) => early.destroy()).listen(hostAndPort(address)) // who comes now comes again
    try {
      await once(server, 'listening')
      return
    } catch (error) {
      if (performance.now() - from > withinMs)
        throw new Error(`somebody else is at ${address}, where a switchboard that leads answers`, { cause: error })
      await pause(againAfterMs)
    } finally {
      server.close()
    }
  }
}
