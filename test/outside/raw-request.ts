/** SIP requests that nobody decent would send, one datagram each. Bytes are Latin-1, so that text may hold any octet. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type RawRequest = {
  readonly method: string
  readonly user?: string
  /** Header lines in the place of the ordinary ones of the same name; null leaves that one out. */
  readonly instead?: Readonly<Record<string, string | null>>
  readonly headers?: readonly string[]
  readonly body?: string
}

type Hotline = { readonly address: string; readonly sipPort: number }

/** Sends it from `from` and waits for no answer. */
export async function sendRequest(from: string, hotline: Hotline, request: RawRequest): Promise<void> {
  await sendBytes(from, hotline, (here) => written(request, here, `${hotline.address}:${hotline.sipPort}`))
}

/** Sends what is no SIP, or half of it. */
export async function sendBytes(from: string, hotline: Hotline, write: (here: string) => string): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  const bytes = Buffer.from(write(`${from}:${socket.address().port}`), 'latin1')
  await new Promise((resolve) => socket.send(bytes, hotline.sipPort, hotline.address, resolve))
  socket.close()
}

export function written(request: RawRequest, here: string, there: string): string {
  const { method, user = '12345', instead = {}, headers = [], body = '' } = request
  const id = `raw-${crypto.randomUUID()}`
  const uri = `sip:${user}@${there}`
  const ordinary: Record<string, string> = {
    Via: `SIP/2.0/UDP ${here};rport;branch=z9hG4bK${id}`,
    From: `<sip:raw@${here}>;tag=${id}`,
    To: `<${uri}>`,
    'Call-ID': id,
    CSeq: `1 ${method}`,
    'Max-Forwards': '70',
    Contact: `<sip:raw@${here}>`,
  }
  const lines = Object.entries({ ...ordinary, ...instead }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  )
  const start = `${method} ${uri} SIP/2.0`
  return [start, ...lines, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n')
}
