/** The agents' phones behind one socket: each rings for a moment and is taken up. Who takes up a caller with a tone speaks too. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readSip, type SipMessage, soundAt, writeSip } from './sip-message.ts'
import type { Sounds } from './sound.ts'

type Dialog = {
  readonly invite: SipMessage
  readonly rungAt: number
  answered: boolean
  ackedAt: number | null
  timer: NodeJS.Timeout | undefined
}

export type Phones = Awaited<ReturnType<typeof openPhones>>

const repeatMs = 500
/** `timeout` in queues.conf. */
const netRingsForMs = 15_000
/** As a rule a pair that the safety net has put through talks for longer. */
const sameMomentMs = 500

/**
 * `ringMs`: how long the phone of a seat rings. `taken`: told the caller's number once the hotline has agreed that it is taken up, and
 * since when it rang if the safety net had it ring.
 */
export async function openPhones(
  address: string,
  {
    ringMs,
    taken,
    letGo,
    sounds,
  }: {
    ringMs: (seat: string) => number
    taken: (callerNumber: string, netRungAt: number | null) => void
    /** The safety net has let go of the phone in the moment in which it was taken up. */
    letGo: (callerNumber: string) => void
    sounds: Sounds
  },
) {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  const dialogs = new Map<string, Dialog>()
  let rings = 0
  let last: { port: number; address: string } | undefined

  const respond = (message: SipMessage, status: string, more: readonly string[] = [], body = ''): void => {
    if (!last) return
    const tagged = message.echoed.map((line) =>
      /^to:/i.test(line) && !line.includes('tag=') ? `${line};tag=p${message.callId}` : line,
    )
    socket.send(writeSip([`SIP/2.0 ${status}`, ...tagged, ...more], body), last.port, last.address)
  }
  const answer = ({ invite }: Dialog): void =>
    respond(
      invite,
      '200 OK',
      [`Contact: <sip:phone@${address}:${port}>`, 'Content-Type: application/sdp'],
      sounds.has(callerOf(invite)) ? soundAt(address, sounds.portOf('phone')) : soundAt(address),
    )
  /** An Asterisk that stood still reads only now that this phone was taken up, and lets go of it in the same moment. */
  const isGivenUp = ({ invite, rungAt }: Dialog): boolean => invite.call === '' && Date.now() > rungAt + netRingsForMs
  const callerOf = (invite: SipMessage): string => /sip:([^@;>]+)@/.exec(invite.from)?.[1] ?? ''

  function invited(message: SipMessage): void {
    const known = dialogs.get(message.callId)
    if (known) {
      if (known.answered) answer(known)
      else respond(message, '180 Ringing')
      return
    }
    const dialog: Dialog = { invite: message, rungAt: Date.now(), answered: false, ackedAt: null, timer: undefined }
    dialogs.set(message.callId, dialog)
    rings += 1
    respond(message, '180 Ringing')
    dialog.timer = setTimeout(() => {
      dialog.answered = true
      answer(dialog)
      const giveUpAt = Date.now() + 64 * repeatMs
      dialog.timer = setInterval(() => {
        if (Date.now() > giveUpAt) clearInterval(dialog.timer)
        answer(dialog)
      }, repeatMs)
    }, ringMs(message.user))
  }

  socket.on('message', (data, from) => {
    last = from
    const message = readSip(data)
    const dialog = dialogs.get(message.callId)
    switch (message.method) {
      case 'INVITE':
        invited(message)
        break
      case 'ACK':
        if (!dialog?.answered || dialog.ackedAt !== null) break
        dialog.ackedAt = Date.now()
        clearInterval(dialog.timer)
        sounds.speak('phone', callerOf(dialog.invite), dialog.invite.soundPort)
        if (isGivenUp(dialog)) break
        taken(callerOf(dialog.invite), dialog.invite.call === '' ? dialog.rungAt : null)
        break
      case 'CANCEL':
        respond(message, '200 OK')
        if (!dialog || dialog.answered) break
        clearTimeout(dialog.timer)
        dialogs.delete(message.callId)
        respond(dialog.invite, '487 Request Terminated')
        break
      case '':
        break
      default:
        respond(message, '200 OK')
        if (message.method === 'BYE' && dialog) {
          clearInterval(dialog.timer)
          // The ring was over (a clock that is set ends it), and that the phone was taken up crossed with the news of it.
          const isFromNet = dialog.invite.call === '' && dialog.ackedAt !== null
          if (isFromNet && Date.now() < (dialog.ackedAt ?? 0) + sameMomentMs) letGo(callerOf(dialog.invite))
          dialogs.delete(message.callId)
        }
    }
  })

  return {
    port,
    /** How often one has begun to ring. */
    rung: () => rings,
    /** Phones that are in a call, or ring. */
    busy: () => dialogs.size,
    /** The hotline is dead, and its calls with it: nobody will say so. */
    putDown(): void {
      for (const { timer } of dialogs.values()) clearInterval(timer)
      dialogs.clear()
    },
    close(): void {
      this.putDown()
      socket.close()
    },
  }
}
