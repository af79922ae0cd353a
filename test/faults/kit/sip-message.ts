/** As much of SIP (RFC 3261) as people on a loopback need: UDP, one call a dialog. */

export type SipMessage = {
  /** `INVITE sip:… SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly first: string
  /** Of a request; empty in a response. */
  readonly method: string
  /** The user of a request's address. */
  readonly user: string
  /** Of a response; 0 in a request. */
  readonly status: number
  readonly callId: string
  /** `1 INVITE` */
  readonly cseq: string
  readonly from: string
  readonly to: string
  readonly contact: string
  /** X-Hotline-Call: the switchboard's name for the call; empty when the dialplan's safety net rings. */
  readonly call: string
  /** Where the sender wants to hear, of its SDP; 0: it says nothing of sound. */
  readonly soundPort: number
  /** Via, From, To, Call-ID and CSeq as they came: what a response says again. */
  readonly echoed: readonly string[]
}

export function readSip(data: Buffer): SipMessage {
  const lines = data.toString('latin1').split('\r\n')
  const first = lines[0] ?? ''
  const header = (name: string): string => {
    const found = lines.find((line) => line.toLowerCase().startsWith(`${name}:`))
    return found?.slice(name.length + 1).trim() ?? ''
  }
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(first)?.[1] ?? 0)
  return {
    first,
    method: status > 0 ? '' : (first.split(' ')[0] ?? ''),
    user: /^\w+ sips?:([^@;>]*)@/.exec(first)?.[1] ?? '',
    status,
    callId: header('call-id'),
    cseq: header('cseq'),
    from: header('from'),
    to: header('to'),
    call: header('x-hotline-call'),
    soundPort: Number(/^m=audio (\d+)/.exec(lines.find((line) => line.startsWith('m=audio ')) ?? '')?.[1] ?? 0),
    contact: /<([^>]+)>/.exec(header('contact'))?.[1] ?? '',
    echoed: lines.filter((line) => /^(via|from|to|call-id|cseq):/i.test(line)),
  }
}

export const writeSip = (lines: readonly string[], body = ''): Buffer =>
  Buffer.from([...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'), 'latin1')

/** One a-law stream; port 9: nobody listens. */
export const soundAt = (address: string, port = 9): string =>
  [
    ...['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'],
    ...[`m=audio ${port} RTP/AVP 8`, 'a=rtpmap:8 PCMA/8000', ''],
  ].join('\r\n')
