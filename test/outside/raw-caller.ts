/**
 * A caller who writes its own SIP, well or badly: what no decent Asterisk would send. One call over UDP, no sound. Bytes are
 * Latin-1 throughout, so that text may hold any octet.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { makeWatch } from './watch.ts'

export type RawCaller = Awaited<ReturnType<typeof openRawCaller>>

const withinMs = 8_000

export async function openRawCaller(from: string, hotline: { readonly address: string; readonly sipPort: number }) {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  const here = `${from}:${socket.address().port}`
  const there = `${hotline.address}:${hotline.sipPort}`
  const watch = makeWatch()
  const statuses: number[] = []
  let call: { id: string; uri: string; fromHeader: string; toHeader: string; branch: string } | undefined

  const send = (lines: readonly string[], body = '') =>
    socket.send(
      Buffer.from([...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'), 'latin1'),
      hotline.sipPort,
      hotline.address,
    )

  function request(method: string, sequence: number, branch: string): string[] {
    if (!call) throw new Error('no call yet')
    return [
      `${method} ${call.uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};rport;branch=${branch}`,
      `From: ${call.fromHeader}`,
      `To: ${call.toHeader}`,
      `Call-ID: ${call.id}`,
      `CSeq: ${sequence} ${method}`,
      'Max-Forwards: 70',
    ]
  }

  socket.on('message', (data) => {
    const text = data.toString('latin1')
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1])
    if (Number.isNaN(status)) {
      // The hotline hangs up (or asks something): agreed.
      const copied = text.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line))
      return send(['SIP/2.0 200 OK', ...copied])
    }
    if (call && status >= 200 && /^cseq: *1 INVITE/im.test(text)) {
      call.toHeader = /^to: *(.*)$/im.exec(text)?.[1]?.trim() ?? call.toHeader
      const branch = status < 300 ? `${call.branch}-ack` : call.branch
      send(request('ACK', 1, branch))
    }
    statuses.push(status)
    watch.poke()
  })

  return {
    /** `from`: the whole From header up to its tag. `user`: what is dialled. */
    invite({
      from: fromHeader,
      user,
      headers = [],
    }: {
      from: string
      user: string
      headers?: readonly string[]
    }): void {
      const id = `raw-${crypto.randomUUID()}`
      const uri = `sip:${user}@${there}`
      call = { id, uri, fromHeader: `${fromHeader};tag=${id}`, toHeader: `<${uri}>`, branch: `z9hG4bK${id}` }
      const sdp = [
        ...['v=0', `o=- 1 1 IN IP4 ${from}`, 's=-', `c=IN IP4 ${from}`, 't=0 0'],
        ...['m=audio 9 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000', ''],
      ]
      const more = [`Contact: <sip:raw@${here}>`, 'Content-Type: application/sdp', ...headers]
      send([...request('INVITE', 1, call.branch), ...more], sdp.join('\r\n'))
    },
    async hearsRinging(): Promise<void> {
      const heard = () => `no ringing, only ${statuses.join(', ')}`
      await watch.until(() => statuses.includes(180), withinMs, heard)
    },
    /** The last word of the hotline about the INVITE. */
    async finalStatus(): Promise<number> {
      const final = () => statuses.find((status) => status >= 200)
      await watch.until(
        () => final() !== undefined,
        withinMs,
        () => `no final answer, only ${statuses.join(', ')}`,
      )
      return final() ?? 0
    },
    hangUp(...headers: string[]): void {
      if (call) send([...request('BYE', 2, `${call.branch}-bye`), ...headers])
    },
    close: () => socket.close(),
  }
}
