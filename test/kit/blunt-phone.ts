/**
 * A SIP phone of forty lines that refuses every call at once, with the status that stands where the user would:
 * `sip:603@127.0.0.1:PORT`. For statuses that no Asterisk at the far end would send.
 */
import { createSocket, type Socket } from 'node:dgram'

export type BluntPhone = { readonly port: number; close(): Promise<void> }

export async function openBluntPhone(): Promise<BluntPhone> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.on('message', (data, from) => refuse(socket, data.toString('utf8'), from))
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

const copied = ['via', 'from', 'call-id', 'cseq']

function refuse(socket: Socket, request: string, from: { address: string; port: number }): void {
  const status = /^INVITE sip:(\d{3})@/.exec(request)?.[1]
  if (status === undefined) return
  const lines = request.split('\r\n')
  const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase()
  const to = lines.find((line) => nameOf(line) === 'to') ?? ''
  const answer = [
    `SIP/2.0 ${status} Refused`,
    ...lines.filter((line) => copied.includes(nameOf(line))),
    `${to};tag=blunt`,
    'Content-Length: 0',
    '',
    '',
  ]
  socket.send(answer.join('\r\n'), from.port, from.address)
}
