/**
 * The end of a link that asks and listens. It reconnects for ever: back-off with full jitter, from 0.1 s to 1 s.
 * A request while the link is down fails at once; nothing is queued, for who asks has a person waiting.
 */
import { WebSocket } from 'ws'
import type { Log } from '#platform/telemetry/log'
import { type Frame, LinkError, type LinkFault, linkLimits, readFrame } from './frame.ts'
import { createOpenRequests } from './open-requests.ts'

type Options<Push> = {
  /** `ws://127.0.0.1:PORT` */
  url: string
  secret: string
  onPush(message: Push): void
  /** The link is up, at first or again; `snapshot` replaces everything known from pushes. */
  onUp(snapshot: readonly Push[]): void
  onDown(): void
  log: Log
}

export type LinkClient = {
  /** @throws {LinkError} `down`, `late` (2 s), `tooLarge`, `failed`, `tooManyRequests` */
  request(body: unknown): Promise<unknown>
  isUp(): boolean
  start(): void
  stop(): Promise<void>
}

export function createLinkClient<Push = unknown>(options: Options<Push>): LinkClient {
  const requests = createOpenRequests()
  let ws: WebSocket | null = null
  let isUp = false
  let stopped = true
  let failures = 0
  let retry: NodeJS.Timeout | undefined

  const setUp = (snapshot: readonly Push[]) => {
    isUp = true
    failures = 0
    options.log.info({ things: snapshot.length }, 'link up')
    options.onUp(snapshot)
  }
  const gone = () => {
    requests.failAll(() => new LinkError('down', 'the link broke before the answer'))
    if (isUp) {
      isUp = false
      options.log.warn('link down')
      options.onDown()
    }
    if (stopped) return
    const longest = Math.min(linkLimits.backOffToMs, linkLimits.backOffFromMs * 2 ** Math.min(failures, 10))
    failures += 1
    retry = setTimeout(connect, longest * Math.random())
  }
  const connect = () => {
    ws = openSocket(options, createReader(options, requests, setUp), gone)
    ws.on('error', (error) => {
      if (failures % 20 === 0) options.log.warn({ err: error }, 'link not to be had; trying on')
    })
  }

  return {
    request(body) {
      if (!isUp || ws?.readyState !== WebSocket.OPEN) return Promise.reject(new LinkError('down', 'not connected'))
      const { id, answer } = requests.add()
      const text = JSON.stringify({ is: 'ask', id, body } satisfies Frame)
      if (Buffer.byteLength(text) > linkLimits.frameBytes)
        requests.fail(id, new LinkError('tooLarge', `more than ${linkLimits.frameBytes} bytes`))
      else ws.send(text)
      return answer
    },
    isUp: () => isUp,
    start() {
      if (!stopped) return
      stopped = false
      connect()
    },
    async stop() {
      stopped = true
      clearTimeout(retry)
      if (ws) await close(ws)
    },
  }
}

/** One connection. `onClose` is called once, however it ended; a server that is silent for too long is taken for dead. */
function openSocket(
  { url, secret, log }: Options<never>,
  take: (frame: Frame) => void,
  onClose: () => void,
): WebSocket {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${secret}` },
    maxPayload: linkLimits.frameBytes,
    handshakeTimeout: linkLimits.requestMs,
  })
  let silence: NodeJS.Timeout | undefined
  const hear = () => {
    clearTimeout(silence)
    silence = setTimeout(() => socket.terminate(), linkLimits.silenceMs)
  }
  socket.on('open', hear)
  socket.on('ping', hear)
  socket.on('message', (data, isBinary) => {
    hear()
    const read = readFrame(data, isBinary)
    if (read.ok) take(read.frame)
    else log.error({ fault: read.fault, detail: read.detail }, 'link frame not understood')
  })
  socket.on('close', () => {
    clearTimeout(silence)
    onClose()
  })
  return socket
}

/** Takes the frames of one connection. The snapshot is gathered here until it is whole. */
function createReader<Push>(
  { onPush, log }: Options<Push>,
  requests: ReturnType<typeof createOpenRequests>,
  onUp: (snapshot: readonly Push[]) => void,
) {
  const snapshot: Push[] = []
  return (frame: Frame): void => {
    switch (frame.is) {
      case 'answer':
        requests.answer(frame.id, frame.body)
        break
      case 'failed':
        requests.fail(frame.id, new LinkError(faultOf(frame.error), frame.error))
        break
      case 'snapshot':
        snapshot.push(frame.body as Push)
        break
      case 'up':
        onUp(snapshot)
        break
      case 'push':
        onPush(frame.body as Push)
        break
      case 'error':
        log.error({ fault: frame.error, detail: frame.detail }, 'link server did not understand us')
        break
      case 'ask':
        log.warn('link server asked us: not understood')
        break
    }
  }
}

const faultOf = (error: string): LinkFault => (error === 'tooManyRequests' ? error : 'failed')

async function close(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    if (socket.readyState === WebSocket.CONNECTING) return socket.terminate()
    socket.close(1000)
    setTimeout(() => socket.terminate(), 500).unref()
  })
}
