/** Receives what one leg hears as RTP (a-law over UDP) and judges it window by window. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decodeAlaw, judge, type Sound, silence, windowMs, windowSamples } from './tones.ts'

/** When no packet comes for this long the leg hears nothing; longer than any pause of a busy test machine. */
const nothingComesMs = 250

export type Ear = { readonly port: number; close(): void }

export async function openEar(how: {
  voices: () => ReadonlyMap<string, number>
  hear: (sound: Sound, from: number, to: number) => void
}): Promise<Ear> {
  const socket = createSocket('udp4')
  const window = new Int16Array(windowSamples)
  let filled = 0
  let closed = false
  let lastSound = Date.now()
  const tell = (sound: Sound) => {
    const to = Date.now()
    how.hear(sound, to - windowMs, to)
  }
  socket.on('message', (packet) => {
    const payload = payloadOf(packet)
    if (!payload) return
    lastSound = Date.now()
    for (const sample of decodeAlaw(payload)) {
      window[filled++] = sample
      if (filled < windowSamples) continue
      filled = 0
      tell(judge(window, how.voices()))
    }
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const stillness = setInterval(() => {
    if (Date.now() - lastSound < nothingComesMs) return
    filled = 0
    tell(silence)
  }, windowMs)
  return {
    port: socket.address().port,
    close: () => {
      if (closed) return
      closed = true
      clearInterval(stillness)
      socket.close()
    },
  }
}

/** The a-law octets of an RTP packet (RFC 3550); nothing for any other payload type. */
function payloadOf(packet: Buffer): Uint8Array | undefined {
  if (packet.length < 12) return undefined
  const first = packet.readUInt8(0)
  const alaw = 8
  if (first >> 6 !== 2 || (packet.readUInt8(1) & 0x7f) !== alaw) return undefined
  const header = 12 + 4 * (first & 0x0f)
  if (!(first & 0x10)) return packet.subarray(header)
  return packet.length < header + 4 ? undefined : packet.subarray(header + 4 + 4 * packet.readUInt16BE(header + 2))
}
