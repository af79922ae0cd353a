/**
 * The least that connects a caller to an agent, the same through either client: ring, create, dial, and when the phone is answered
 * answer the caller, make a bridge, put both in; when one goes, the other goes too. No queue, no journal, no recovery.
 *
 *   caller comes ──▶ ringing ──phone is up──▶ connected ──either leaves──▶ over
 */
import { firstSeat, minimalApp } from '../lab/asterisk-etc.ts'

/** What both clients are asked for. Each answers when Asterisk has answered; what is gone already is no fault. */
export type Commands = {
  ring(channel: string): Promise<unknown>
  create(call: string, channel: string, endpoint: string): Promise<unknown>
  dial(call: string, channel: string): Promise<unknown>
  answer(call: string, channel: string): Promise<unknown>
  bridge(call: string, bridge: string): Promise<unknown>
  add(call: string, bridge: string, channels: readonly string[]): Promise<unknown>
  hangUp(call: string, channel: string): Promise<unknown>
  removeBridge(call: string, bridge: string): Promise<unknown>
}
export type WireEvent = { readonly type: string; readonly channel?: { readonly id: string; readonly state: string } }

/** The kinds of event that are used; the rest is filtered out in Asterisk, for both clients alike. */
export const unwanted = ['ChannelVarset', 'ChannelDialplan', 'ChannelCallerId', 'ChannelConnectedLine'] as const
export const app = minimalApp

type Call = { readonly caller: string; readonly agent: string; readonly bridge: string; connected: boolean }

/** `createIsEntered`: the client's `create` settles only when the channel is in the application; the other must wait for its event. */
export function createController(commands: Commands, agents: number, createIsEntered: boolean) {
  const calls = new Map<string, Call>()
  let came = 0
  const trouble = (error: unknown): void => console.error(error instanceof Error ? error.message : error)
  const run = (...deeds: Promise<unknown>[]): void => {
    for (const deed of deeds) deed.catch(trouble)
  }

  function begin(caller: string): void {
    const call: Call = { caller, agent: `${caller}-1`, bridge: `${caller}-2`, connected: false }
    calls.set(call.caller, call)
    calls.set(call.agent, call)
    const seat = firstSeat + (came++ % agents)
    run(commands.ring(caller), commands.create(caller, call.agent, `PJSIP/seat-${seat}`))
    if (createIsEntered) run(commands.dial(caller, call.agent))
  }

  function connect(call: Call): void {
    if (call.connected) return
    call.connected = true
    const { caller, agent, bridge } = call
    run(
      commands.answer(caller, caller),
      commands.bridge(caller, bridge).then(() => commands.add(caller, bridge, [caller, agent])),
    )
  }

  function end(call: Call, gone: string): void {
    calls.delete(call.caller)
    calls.delete(call.agent)
    const other = gone === call.caller ? call.agent : call.caller
    run(commands.hangUp(call.caller, other))
    if (call.connected) run(commands.removeBridge(call.caller, call.bridge))
  }

  return function onEvent({ type, channel }: WireEvent): void {
    if (!channel) return
    const call = calls.get(channel.id)
    switch (type) {
      case 'StasisStart':
        if (!call) begin(channel.id)
        else if (!createIsEntered) run(commands.dial(call.caller, call.agent))
        return
      case 'ChannelStateChange':
        if (call && channel.id === call.agent && channel.state === 'Up') connect(call)
        return
      case 'StasisEnd':
      case 'ChannelDestroyed':
        if (call) end(call, channel.id)
        return
    }
  }
}
