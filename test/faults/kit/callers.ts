/** Callers behind one socket, each with a number of its own, and what each of them has seen of the hotline. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { makeWatch } from '../../outside/watch.ts'
import { readSip, type SipMessage, soundAt, writeSip } from './sip-message.ts'
import type { Sounds } from './sound.ts'

export type Caller = {
  readonly number: string
  readonly dialled: string
  readonly begunAt: number
  /** The hotline has said that it rings, or has answered. */
  heardAt: number | null
  /** Then the switchboard has: the first sign is the dialplan's. */
  takenAt: number | null
  answeredAt: number | null
  /** An agent has taken up the phone for this caller, who is answered: both are connected, or will be in a moment. */
  connectedAt: number | null
  /** Answered by music before: then nothing that SIP says tells whether the agent is heard. */
  hasMusic: boolean
  /** Since when that phone rang, if the safety net had it ring and not the switchboard. */
  netRungAt: number | null
  endedAt: number | null
  /** `hotline`: BYE from there, or a refusal with `status`. */
  endedBy: 'self' | 'hotline' | null
  status: number
}

type Dialog = {
  readonly caller: Caller
  readonly callId: string
  readonly branch: string
  target: string
  to: string
  /** An agent's phone has been taken up for this caller. */
  taken: boolean
  invite: NodeJS.Timeout | undefined
  farewell: NodeJS.Timeout | undefined
}

export type Callers = Awaited<ReturnType<typeof openCallers>>

const repeatMs = 500
/** No answer for so long: there is nobody. RFC 3261, timer B and F. */
const givenUpMs = 32_000

export async function openCallers(
  from: string,
  hotline: { readonly address: string; readonly port: number },
  sounds: Sounds,
) {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  const here = `${from}:${socket.address().port}`
  const there = `${hotline.address}:${hotline.port}`
  const dialogs = new Map<string, Dialog>()
  const byNumber = new Map<string, Dialog>()
  const all: Caller[] = []
  const watch = makeWatch()
  const run = Math.random().toString(36).slice(2, 8)
  let count = 0

  const send = (lines: readonly string[], body = ''): void =>
    socket.send(writeSip(lines, body), hotline.port, hotline.address)

  const request = (dialog: Dialog, method: string, sequence: number, branch: string): string[] => [
    `${method} ${dialog.target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${here};rport;branch=${branch}`,
    `From: <sip:${dialog.caller.number}@${from}>;tag=${dialog.callId}`,
    `To: ${dialog.to}`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${sequence} ${method}`,
    'Max-Forwards: 70',
  ]

  function over(dialog: Dialog, by: 'self' | 'hotline', status = 0): void {
    clearInterval(dialog.invite)
    if (dialog.caller.endedAt !== null) return
    dialog.caller.endedAt = Date.now()
    dialog.caller.endedBy = by
    dialog.caller.status = status
    watch.poke()
  }

  function noticeConnected({ caller, taken }: Dialog): void {
    if (taken && caller.answeredAt !== null && caller.endedAt === null) caller.connectedAt ??= Date.now()
    watch.poke()
  }

  function response(dialog: Dialog, message: SipMessage): void {
    if (message.status >= 200 && !message.cseq.endsWith('INVITE')) clearInterval(dialog.farewell)
    if (!message.cseq.endsWith('INVITE')) return
    clearInterval(dialog.invite)
    if (message.status >= 180 && message.status < 300) {
      // The dialplan lets it ring at once; what follows is the switchboard's.
      if (dialog.caller.heardAt !== null) dialog.caller.takenAt ??= Date.now()
      dialog.caller.heardAt ??= Date.now()
    }
    watch.poke()
    if (message.status < 200) {
      // A CANCEL may follow only now.
      if (dialog.caller.endedAt !== null) sayFarewell(dialog)
      return
    }
    dialog.to = message.to
    if (message.status >= 300) {
      clearInterval(dialog.farewell)
      send(request(dialog, 'ACK', 1, dialog.branch))
      over(dialog, 'hotline', message.status)
      return
    }
    if (message.contact !== '') dialog.target = message.contact
    if (message.soundPort > 0) sounds.speak('caller', dialog.caller.number, message.soundPort)
    send(request(dialog, 'ACK', 1, `${dialog.branch}-ack`))
    const isFirst = dialog.caller.answeredAt === null
    dialog.caller.answeredAt ??= Date.now()
    noticeConnected(dialog)
    if (isFirst && dialog.caller.endedAt !== null) sayFarewell(dialog)
    watch.poke()
  }

  /** BYE once answered, CANCEL before: again and again until it is agreed. */
  function sayFarewell(dialog: Dialog): void {
    clearInterval(dialog.farewell)
    const until = Date.now() + givenUpMs
    const say = (): void => {
      if (Date.now() > until) clearInterval(dialog.farewell)
      if (dialog.caller.answeredAt === null) send(request(dialog, 'CANCEL', 1, dialog.branch))
      else send(request(dialog, 'BYE', 2, `${dialog.branch}-bye`))
    }
    dialog.farewell = setInterval(say, repeatMs)
    say()
  }

  socket.on('message', (data) => {
    const message = readSip(data)
    const dialog = dialogs.get(message.callId)
    if (message.status > 0) {
      if (dialog) response(dialog, message)
      return
    }
    send(['SIP/2.0 200 OK', ...message.echoed])
    if (message.method === 'BYE' && dialog) over(dialog, 'hotline')
  })

  return {
    all: all as readonly Caller[],
    watch,
    /** `tone`: both sides of the call speak, and what they hear is known to `sounds`. */
    call(dialled: string, tone = false): Caller {
      count += 1
      const callId = `caller-${run}-${count}`
      const caller: Caller = {
        ...{ number: `138${String(count).padStart(8, '0')}`, dialled, begunAt: Date.now() },
        ...{
          heardAt: null,
          takenAt: null,
          answeredAt: null,
          connectedAt: null,
          endedAt: null,
          endedBy: null,
          status: 0,
          hasMusic: false,
          netRungAt: null,
        },
      }
      const dialog: Dialog = {
        ...{ caller, taken: false },
        ...{ callId, branch: `z9hG4bK${callId}`, target: `sip:${dialled}@${there}`, to: `<sip:${dialled}@${there}>` },
        ...{ invite: undefined, farewell: undefined },
      }
      dialogs.set(callId, dialog)
      byNumber.set(caller.number, dialog)
      all.push(caller)
      const more = [`Contact: <sip:caller@${here}>`, 'Content-Type: application/sdp']
      if (tone) sounds.expect(caller.number)
      const sound = tone ? soundAt(from, sounds.portOf('caller')) : soundAt(from)
      const invite = (): void => send([...request(dialog, 'INVITE', 1, dialog.branch), ...more], sound)
      dialog.invite = setInterval(() => {
        if (Date.now() - dialog.caller.begunAt > givenUpMs) over(dialog, 'hotline', 408)
        else invite()
      }, repeatMs)
      invite()
      return caller
    },
    /** An agent's phone says for whom it was taken up. */
    taken(number: string, netRungAt: number | null): void {
      const dialog = byNumber.get(number)
      if (!dialog) return
      dialog.taken = true
      dialog.caller.hasMusic = dialog.caller.answeredAt !== null
      dialog.caller.netRungAt ??= netRungAt
      noticeConnected(dialog)
    },
    /** It was let go of again at once, and the caller has music as before. */
    letGo(number: string): void {
      const dialog = byNumber.get(number)
      if (!dialog || dialog.caller.endedAt !== null) return
      dialog.taken = false
      dialog.caller.connectedAt = null
    },
    hangUp(caller: Caller): void {
      const dialog = byNumber.get(caller.number)
      if (!dialog || caller.endedAt !== null) return
      const wasHeard = caller.heardAt !== null
      over(dialog, 'self')
      if (wasHeard) sayFarewell(dialog)
    },
    close(): void {
      for (const { invite, farewell } of dialogs.values()) {
        clearInterval(invite)
        clearInterval(farewell)
      }
      socket.close()
    },
  }
}
