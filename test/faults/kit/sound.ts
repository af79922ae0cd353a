/**
 * Tones between callers and agents, as RTP (RFC 3550, a-law) through Asterisk. Each packet carries a mark: whose it is, and its number. The
 * sound passes our PBX unchanged, so what an ear misses is known to the packet.
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** One ear: what it has heard of the one voice that it should hear. */
export type Ear = {
  /** Packets that never came, at most so many ms of sound in a row; and when they were missed. */
  readonly lostMs: number
  readonly lostAt: number | null
  /** The longest time in which nothing came although the other side spoke. */
  readonly stillMs: number
  readonly packets: number
}

export type Sounds = Awaited<ReturnType<typeof openSounds>>
export type Side = 'caller' | 'phone'

export const packetMs = 20
const samples = 160
/** Of what was said just now, at most so many packets are still on their way. */
const onTheirWay = 10
const headBytes = 12
const markBytes = 10
const magic = { caller: 0x544f4e30, phone: 0x544f4e31 }
const otherSide = { caller: 'phone', phone: 'caller' } as const

type Talk = { readonly toPort: number; readonly pair: number; sent: number }
type Heard = {
  last: number
  atTick: number
  lost: number
  lostAt: number | null
  still: number
  packets: number
}

/** `addresses`: where callers and phones are; `asterisk`: whom they send to. */
export async function openSounds(addresses: Readonly<Record<Side, string>>, asterisk: string) {
  const sockets = { caller: createSocket('udp4'), phone: createSocket('udp4') }
  const talks = { caller: new Map<number, Talk>(), phone: new Map<number, Talk>() }
  /** A pair has a number that no pair had before it, for its last packets may come when it is over. */
  const pairs = new Map<string, number>()
  const live = new Set<number>()
  let made = 0
  const heard = { caller: new Map<number, Heard>(), phone: new Map<number, Heard>() }
  const tone = toneOf(400)
  /** Sound is measured in rounds of sending, so that a busy machine, which holds up both sides of this, is not taken for silence. */
  let tick = 0

  function speak(socket: Socket, side: Side, talk: Talk): void {
    const packet = Buffer.alloc(headBytes + samples)
    packet.writeUInt8(0x80, 0)
    packet.writeUInt8(8, 1)
    packet.writeUInt16BE(talk.sent & 0xffff, 2)
    packet.writeUInt32BE((talk.sent * samples) >>> 0, 4)
    packet.writeUInt32BE(talk.pair * 2 + (side === 'phone' ? 1 : 0), 8)
    tone.copy(packet, headBytes, (talk.sent % 2) * samples)
    packet.writeUInt32BE(magic[side], headBytes)
    packet.writeUInt16BE(talk.pair, headBytes + 4)
    packet.writeUInt32BE(talk.sent, headBytes + 6)
    talk.sent += 1
    socket.send(packet, talk.toPort, asterisk)
  }

  function hear(side: Side, packet: Buffer): void {
    if (packet.length < headBytes + markBytes || packet.readUInt32BE(headBytes) !== magic[otherSide[side]]) return // music
    const pair = packet.readUInt16BE(headBytes + 4)
    if (!live.has(pair)) return
    const number = packet.readUInt32BE(headBytes + 6)
    const before = heard[side].get(pair)
    if (!before) {
      heard[side].set(pair, { last: number, atTick: tick, lost: 0, lostAt: null, still: 0, packets: 1 })
      return
    }
    before.packets += 1
    if (number <= before.last) return
    const lost = number - before.last - 1
    if (lost > before.lost) Object.assign(before, { lost, lostAt: Date.now() })
    before.still = Math.max(before.still, tick - before.atTick - 1)
    before.last = number
    before.atTick = tick
  }

  for (const side of ['caller', 'phone'] as const) {
    sockets[side].bind(0, addresses[side])
    await once(sockets[side], 'listening')
    sockets[side].setRecvBufferSize(4 * 1024 * 1024)
    sockets[side].on('message', (packet) => hear(side, packet))
  }
  let onTick = (): void => undefined
  const clock = setInterval(() => {
    tick += 1
    onTick()
    for (const side of ['caller', 'phone'] as const)
      for (const talk of talks[side].values()) speak(sockets[side], side, talk)
  }, packetMs)

  const hears = (side: Side, pair: number): boolean => {
    const said = talks[otherSide[side]].get(pair)?.sent ?? Number.POSITIVE_INFINITY
    return said - (heard[side].get(pair)?.last ?? Number.NEGATIVE_INFINITY) <= onTheirWay
  }

  const earOf = (side: Side, pair: number): Ear => {
    const found = heard[side].get(pair)
    if (!found) return { lostMs: 0, lostAt: null, stillMs: Number.POSITIVE_INFINITY, packets: 0 }
    return {
      lostMs: found.lost * packetMs,
      lostAt: found.lostAt,
      stillMs: Math.max(found.still, tick - found.atTick - 1) * packetMs,
      packets: found.packets,
    }
  }

  return {
    portOf: (side: Side): number => sockets[side].address().port,
    /** From now on whoever calls from `number`, and who answers, speaks as soon as it is known whereto. */
    expect(number: string): void {
      made = (made + 1) % 0x10000
      pairs.set(number, made)
      live.add(made)
    },
    has: (number: string): boolean => pairs.has(number),
    /** Begins to speak to a port of Asterisk. */
    speak(side: Side, number: string, toPort: number): void {
      const pair = pairs.get(number)
      if (pair !== undefined && !talks[side].has(pair)) talks[side].set(pair, { toPort, pair, sent: 0 })
    },
    /**
     * Until every ear hears what is said at this moment; from then on it counts what it misses. While a hall is filled at once, a phone speaks
     * for seconds before its bridge is there, and more than the kernel keeps. Gives up after a minute: then all counts.
     */
    flow: (): Promise<void> =>
      new Promise((resolve) => {
        const until = tick + 60_000 / packetMs
        onTick = () => {
          const isFlowing = [...live].every((pair) => hears('caller', pair) && hears('phone', pair))
          if (!isFlowing && tick < until) return
          if (isFlowing) for (const ears of Object.values(heard)) ears.clear()
          onTick = () => undefined
          resolve()
        }
      }),
    /** Both are still, and what each has heard is told. */
    end(number: string): Readonly<Record<Side, Ear>> {
      const pair = pairs.get(number) ?? 0
      const told = { caller: earOf('caller', pair), phone: earOf('phone', pair) }
      for (const side of ['caller', 'phone'] as const) {
        talks[side].delete(pair)
        heard[side].delete(pair)
      }
      pairs.delete(number)
      live.delete(pair)
      return told
    },
    close(): void {
      clearInterval(clock)
      for (const socket of Object.values(sockets)) socket.close()
    },
  }
}

/** Two packets of a tone whose period fits into them (400 Hz: 8 in 20 ms). G.711, a-law. */
function toneOf(hz: number): Buffer {
  return Buffer.from(
    Array.from({ length: 2 * samples }, (_, n) => alaw(8_000 * Math.sin((2 * Math.PI * hz * n) / 8_000))),
  )
}

function alaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = Math.min(Math.abs(Math.round(sample)) >> 4, 2_047)
  const exponent = magnitude < 16 ? 0 : Math.floor(Math.log2(magnitude)) - 3
  const mantissa = (exponent === 0 ? magnitude : magnitude >> (exponent - 1)) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ 0x55
}
