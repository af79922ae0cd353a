/** One browser. Whatever it sends is answered by name; only persistent nonsense closes it. */
import type { RawData, WebSocket } from 'ws'
import type { Log } from '#platform/telemetry/log'
import {
  type FrameFault,
  type FromBrowser,
  fullPatience,
  liveLimits,
  readFrame,
  rest,
  type ToBrowser,
  takeFault,
  takeFrame,
} from './core/index.ts'
import { createOutbox } from './outbox.ts'

type Deps = {
  ws: WebSocket
  log: Log
  onCommand: (frame: Extract<FromBrowser, { type: 'command' }>) => Promise<ToBrowser>
  onFault: (fault: FrameFault) => void
  onGone: () => void
}
export type LiveSocket = {
  /** Sends, or keeps the newest of its kind until there is room. */
  send(message: ToBrowser): void
  /** Pings; cuts off one that has not been heard since the last time. */
  beat(): void
  /** Says why and closes; cuts when the other side does not close too. */
  close(code: number, error: FrameFault, detail: string): void
}

/** Application codes of the close frame: 4000 + the HTTP status that means the same. */
export const closeCodes = { malformed: 4400, notSignedIn: 4401, tooMany: 4429, restarting: 1012 } as const
const closeWithinMs = 1_000

export function createLiveSocket({ ws, log, onCommand, onFault, onGone }: Deps): LiveSocket {
  let heard = true
  let closing = false
  let patience = fullPatience(performance.now())
  const send = createOutbox(ws, () => {
    log.warn({ waiting: ws.bufferedAmount }, 'browser does not read: cut off')
    ws.terminate()
  })
  const close = (code: number, error: FrameFault, detail: string) => {
    if (closing) return
    closing = true
    send({ type: 'error', error, detail })
    ws.close(code, error)
    setTimeout(() => ws.terminate(), closeWithinMs).unref()
  }
  const complain = (error: FrameFault, detail: string) => {
    onFault(error)
    const left = takeFault(patience)
    if (left === 'enough') return close(closeCodes.malformed, error, detail)
    patience = left
    send({ type: 'error', error, detail })
  }
  const take = async (data: RawData, isBinary: boolean) => {
    patience = rest(patience, performance.now())
    if (isBinary) return complain('binaryFrame', 'frames are text')
    const text = toText(data)
    if (text === undefined) return complain('frameTooLarge', `at most ${liveLimits.frameBytes} bytes`)
    const left = takeFrame(patience)
    if (left === 'tooManyFrames') return complain(left, `at most ${liveLimits.framesPerSecond} a second`)
    patience = left
    const read = readFrame(text)
    if (!read.ok) return complain(read.refusal, read.detail)
    if (read.value.type === 'ping') return send({ type: 'pong' })
    send(await onCommand(read.value))
  }

  ws.on('message', (data, isBinary) => {
    heard = true
    if (closing) return
    take(data, isBinary).catch((error: unknown) => {
      log.error({ err: error }, 'live command failed')
      ws.terminate()
    })
  })
  ws.on('pong', () => {
    heard = true
  })
  ws.on('error', (error) => log.info({ err: error }, 'live socket')) // over the hard limit, broken UTF-8 …: `close` follows
  ws.on('close', onGone)

  return {
    send,
    close,
    beat() {
      if (!heard) return ws.terminate()
      heard = false
      if (ws.readyState === ws.OPEN) ws.ping()
    },
  }
}

/** `undefined`: longer than we read. */
function toText(data: RawData): string | undefined {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
  return bytes.byteLength > liveLimits.frameBytes ? undefined : bytes.toString('utf8')
}
