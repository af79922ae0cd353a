import { createSocket } from 'node:dgram'
import { createConnection, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { say } from './messages.ts'
import type { Text } from './say.ts'

/** A start that cannot succeed; the message is one line for the person at the terminal and says what to do. */
export class StartError extends Error {}

/**
 * Asks `probe` again and again until it says yes. Fails when `withinMs` have passed, with the last error of the probe in the message;
 * at once when `unless` settles (a process that has ended will never be ready), when `signal` gives it up, and when the probe throws a
 * StartError (waiting will not help).
 */
export async function until(
  what: string,
  probe: () => Promise<boolean>,
  { withinMs, unless, signal }: { withinMs: number; unless?: Promise<string>; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = performance.now() + withinMs
  let ended: string | undefined
  void unless?.then((why) => {
    ended = why
  })
  let last = ''
  for (;;) {
    signal?.throwIfAborted()
    try {
      if (await probe()) return
    } catch (error) {
      if (error instanceof StartError) throw error
      last = error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error)
    }
    if (ended !== undefined) throw new StartError(say('endedEarly', { what, why: ended }))
    if (performance.now() > deadline) {
      throw new StartError(say('notReady', { what, seconds: withinMs / 1000, why: last ? ` (${last})` : '' }))
    }
    await pause(30)
  }
}

/** Whether something accepts TCP connections there. */
export function answersTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

type Place = { readonly host: string; readonly port: number }
/** For whom a port is, and the variables that move it elsewhere. */
type Purpose = { readonly what: Text; readonly setting: string; readonly hostSetting?: string }

/** Refuses with one clear line when a TCP port is taken. */
export function assertPortFree({ host, port }: Place, purpose: Purpose): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => reject(portRefused(`${host}:${port}`, purpose, error)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}

/** The same for UDP. */
export function assertUdpPortFree({ host, port }: Place, purpose: Purpose): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      reject(portRefused(`${host}:${port} (UDP)`, purpose, error))
    })
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()))
  })
}

function portRefused(place: string, { what, setting, hostSetting }: Purpose, error: NodeJS.ErrnoException): StartError {
  const code = error.code ?? error.message
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(say('portTaken', { place, what, setting }))
    case 'EACCES':
      return new StartError(say('portForbidden', { place, what, setting }))
    case 'EADDRNOTAVAIL':
      return new StartError(say('notOurAddress', { place, what, setting: hostSetting ?? setting }))
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(say('noSuchHost', { place, what, setting: hostSetting ?? setting }))
    default:
      return new StartError(say('portUnusable', { place, what, setting, code }))
  }
}
