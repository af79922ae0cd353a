/**
 * A switchboard for tests of the api: a real link server with a desk that says what the test wrote. It keeps the one rule
 * of desks that the api leans on: the same command under the same id answers the same, `repeated`, and is not done again; another
 * one is refused.
 */
import type { AgentView, CallView, DeskCommand, DeskPush, DeskReply } from '../../../src/acd/core/index.ts'
import { checkDeskCommand } from '../../../src/acd/core/index.ts'
import type { AgentId, Instant } from '../../../src/kernel/index.ts'
import { createLinkServer } from '../../../src/platform/link/link-server.ts'
import { silentLog } from '../../../src/platform/telemetry/log.ts'
import { gistOf } from '../../../src/switchboard/asked-before.ts'

export const deskSecret = 'a secret of the tests only'

type Script = (command: DeskCommand) => DeskReply | Promise<DeskReply>
export type ScriptedDesk = Awaited<ReturnType<typeof startScriptedDesk>>

const done: DeskReply = { ok: true, repeated: false }

export async function startScriptedDesk(listen = '127.0.0.1:0') {
  const views = new Map<AgentId, AgentView>()
  const answers = new Map<string, { gist: string; reply: DeskReply }>()
  const asked: DeskCommand[] = []
  let script: Script = () => done

  const obey = async (request: unknown): Promise<DeskReply> => {
    const checked = checkDeskCommand(request)
    if (!checked.ok) throw Object.assign(new Error('not a desk command'), { name: checked.refusal })
    const command = checked.value
    const key = `${command.agent} ${command.id}`
    const before = answers.get(key)
    const gist = gistOf(command)
    if (before && before.gist !== gist) return { ok: false, refusal: 'commandIdUsed', repeated: false }
    if (before) return { ...before.reply, repeated: true }
    asked.push(command)
    const reply = await script(command)
    answers.set(key, { gist, reply })
    return reply
  }
  const link = createLinkServer<DeskPush>({
    listen,
    secret: deskSecret,
    onRequest: obey,
    onConnect: () => [
      ...[...views.values()].map((view) => ({ push: 'agent', view }) as const),
      { push: 'hall', view: hallView() },
    ],
    log: silentLog,
  })
  await link.start()

  return {
    url: `ws://127.0.0.1:${link.port()}`,
    address: `127.0.0.1:${link.port()}`,
    /** What was done, in order; repeats are not. */
    asked,
    answer(next: Script) {
      script = next
    },
    show(view: AgentView) {
      views.set(view.agent, view)
      link.push({ push: 'agent', view })
    },
    showHall() {
      link.push({ push: 'hall', view: hallView() })
    },
    stop: () => link.stop(),
  }
}

export const anAgentView = (agent: string, more: Partial<AgentView> = {}): AgentView => ({
  agent: agent as AgentId,
  name: `agent ${agent}`,
  seat: '8001' as never,
  status: { state: 'ready', since: 1 as Instant },
  afterwards: 'ready',
  phone: 'reachable',
  call: null,
  savedCentrally: true,
  ...more,
})

export const aCallView = (more: Partial<CallView> = {}): CallView => ({
  call: 'pbx-1.1' as never,
  ticket: 'CZ261124A00001-3' as never,
  state: 'talking',
  callerNumber: '13812345678',
  callerName: '<b>王</b>',
  dialled: '12345',
  queue: 'general' as never,
  arrivedAt: 1 as Instant,
  offer: null,
  held: false,
  muted: false,
  context: null,
  target: null,
  lastParty: null,
  ticketFields: {},
  ...more,
})

const hallView = () => ({
  at: Date.now() as Instant,
  waiting: { general: 2 },
  agents: { loggedOut: 0, notReady: 0, ready: 2, offered: 0, busy: 0, wrapUp: 0 },
})
