/** An agent at the screen: logs in over HTTP, gives commands over HTTP, and is told over the websocket what is so. */
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { AgentView, CallView } from '../../src/acd/core/index.ts'
import type { Party, TicketFields } from '../../src/calls/core/index.ts'
import { makeWatch } from '../outside/watch.ts'

/** A command was refused; `name` is the reason's. */
export class RefusedError extends Error {
  override readonly name: string
  readonly status: number

  constructor(name: string, status: number, doing: string) {
    super(`${doing}: ${name} (${status})`)
    this.name = name
    this.status = status
  }
}

export type SignIn = {
  readonly apiUrl: string
  readonly staff: string
  readonly password: string
  readonly seat?: string
}
export type AgentClient = Awaited<ReturnType<typeof signIn>>

const withinMs = 8_000
export const line = (code: string): Party => ({ kind: 'line', line: code }) as Party
export const colleague = (agent: string): Party => ({ kind: 'agent', agent }) as Party

export async function signIn({ apiUrl, staff, password, seat }: SignIn) {
  let token = ''

  async function request<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    })
    if (response.status === 204) return undefined as T
    const answer = (await response.json()) as { type?: string; title?: string; name?: string; refusal?: string }
    if (!response.ok) throw new RefusedError(refusalOf(answer), response.status, `${staff}: ${method} ${path}`)
    return answer as T
  }

  const opened = await request<{ token: string; seatRefusal: string | null }>('POST', '/v1/sessions', {
    staff,
    password,
    ...(seat !== undefined && { seat }),
  })
  token = opened.token
  if (opened.seatRefusal !== null) throw new RefusedError(opened.seatRefusal, 409, `${staff}: take seat ${seat}`)

  const watch = makeWatch()
  let view: AgentView | undefined
  let closed: string | undefined
  let live = openLive()

  function openLive(): WebSocket {
    const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/v1/live`, ['hotline.v1', `bearer.${token}`])
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; view: AgentView; up: boolean }
      // The switchboard is away: what the screen showed is not true any more.
      if (frame.type === 'link' && !frame.up) view = undefined
      if (frame.type === 'agent' && frame.view.agent === staff) view = frame.view
      watch.poke()
    })
    for (const end of ['close', 'error'] as const)
      socket.on(end, (why: unknown) => {
        if (socket === live) closed ??= `${end} ${String(why)}`
        watch.poke()
      })
    return socket
  }

  /** Waits until the screen shows it. */
  async function until(what: string, holds: (view: AgentView) => boolean, ms = withinMs): Promise<AgentView> {
    const shown = () => (view && holds(view)) || closed !== undefined
    await watch.until(shown, ms, () => `${staff}'s screen does not show ${what}: ${JSON.stringify(view)}`)
    if (!view || !holds(view)) throw new Error(`${staff}'s websocket was closed (${closed})`)
    return view
  }

  const command = (path: string, more: object = {}, method = 'POST') =>
    request<{ ok: true; repeated: boolean }>(method, path, { commandId: randomUUID(), ...more })
  const ofCall = (path: string, more?: object) => command(`/v1/calls/${callNow().call}/${path}`, more)

  function callNow(): CallView {
    if (!view?.call) throw new Error(`${staff} has no call: ${JSON.stringify(view)}`)
    return view.call
  }

  await until('anything', () => true)

  return {
    staff,
    request,
    command,
    until,
    view: (): AgentView => {
      if (!view) throw new Error(`${staff} has no screen`)
      return view
    },
    call: callNow,
    /** The call on the screen, once it is in this state. */
    async untilCall(state: CallView['state'], ms?: number): Promise<CallView> {
      const shown = await until(`a call ${state}`, ({ call }) => call?.state === state, ms)
      if (!shown.call) throw new Error('unreachable')
      return shown.call
    },
    untilState: (state: AgentView['status']['state'], ms?: number) =>
      until(`state ${state}`, ({ status }) => status.state === state, ms),
    ready: () => command('/v1/agent/state', { state: 'ready' }, 'PUT'),
    notReady: (reason = 'break') => command('/v1/agent/state', { state: 'notReady', reason }, 'PUT'),
    endWrapUp: () => command('/v1/agent/wrap-up/end'),
    hold: () => ofCall('hold'),
    resume: () => ofCall('resume'),
    mute: () => ofCall('mute'),
    unmute: () => ofCall('unmute'),
    sendDigits: (digits: string) => ofCall('digits', { digits }),
    consult: (party: Party) => ofCall('consult', { party }),
    toggle: () => ofCall('toggle'),
    cancelConsult: () => ofCall('cancel-consult'),
    join: () => ofCall('join'),
    complete: () => ofCall('complete'),
    leave: () => ofCall('leave'),
    dropParty: () => ofCall('drop-party'),
    blindTransfer: (party: Party) => ofCall('blind-transfer', { party }),
    hangUp: () => ofCall('hang-up'),
    writeTicket: (ticket: string, fields: TicketFields) => command(`/v1/tickets/${ticket}`, { fields }, 'PATCH'),
    /** Out of whatever came before: no call, no wrap-up, not ready. */
    async rest(): Promise<void> {
      const { status } = await until(
        'no call in hand',
        (shown) => shown.status.state !== 'busy' && shown.status.state !== 'offered',
      )
      if (status.state === 'loggedOut') return
      await command('/v1/agent/state', { state: 'notReady', reason: 'break' }, 'PUT')
      await until('not ready', (shown) => shown.status.state === 'notReady')
    },
    /** As a browser does when the api was away: the same session, a new websocket. */
    async reopen(): Promise<void> {
      closed = undefined
      view = undefined
      live = openLive()
      await until('anything', () => true)
    },
    /** Leaves the seat and the system. */
    async logOut(): Promise<void> {
      await request('DELETE', '/v1/sessions/current')
      live.close()
    },
    /** Only the browser is gone: no word to the system. */
    close: () => live.close(),
  }
}

/** The refusal's name as the problem document gives it. */
const refusalOf = (problem: { type?: string; title?: string; name?: string; refusal?: string }): string =>
  problem.refusal ?? problem.name ?? problem.type?.split(/[/#:]/).at(-1) ?? problem.title ?? 'unknown'
