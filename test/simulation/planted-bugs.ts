/**
 * Bugs that the simulation must find: each is one change of one line of the product, made while the file is loaded (see
 * planted-bug-worker.ts), never in the product itself. `text` must stand in the file exactly once, so that none grows stale.
 */
export type PlantedBug = {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly becomes: string
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'orders are given before the journal has them',
    file: 'src/switchboard/conductor.ts',
    text: 'const done = durable.then(() => {',
    becomes: 'const done = Promise.resolve().then(() => {',
  },
  {
    name: 'a command is acknowledged before it is on disk',
    file: 'src/switchboard/desk-commands.ts',
    text: '      await durable\n',
    becomes: '      void durable\n',
  },
  {
    name: 'a command that is repeated at once is acknowledged before it is on disk',
    file: 'src/switchboard/desk-commands.ts',
    text: 'await writing.get(asked.id)',
    becomes: 'void writing',
  },
  {
    name: 'answered commands are not remembered',
    file: 'src/switchboard/desk-commands.ts',
    text: 'hall.board = withAgent(hall.board, { ...now, answered })',
    becomes: 'void answered',
  },
  {
    name: 'an agent who has changed is not kept',
    file: 'src/switchboard/turn.ts',
    text: 'if (agent) this.outcome.keep[',
    becomes: "if (agent?.status.state !== 'wrapUp') this.outcome.keep[",
  },
  {
    name: 'a call that has ended stays in the journal',
    file: 'src/switchboard/turn.ts',
    text: '}`] = null\n      const { leg }',
    becomes: '}`] = call\n      const { leg }',
  },
  {
    name: 'papers are never thrown away',
    file: 'src/switchboard/turn.ts',
    text: 'this.#hall.closing.delete(ticket)',
    becomes: 'this.#hall.papers.set(ticket, undefined as never)',
  },
  {
    name: 'the queue is not restored',
    file: 'src/switchboard/restore-hall.ts',
    text: "if (call.state === 'waiting')",
    becomes: "if (call.state === 'waiting' && call.front)",
  },
  {
    name: 'a lease is not restored',
    file: 'src/switchboard/restore-hall.ts',
    text: "if (call.state === 'offering') hall.board",
    becomes: "if (call.state === 'consulting') hall.board",
  },
  {
    name: 'a caller who comes back after a missed offer loses the place',
    file: 'src/calls/core/while-offering.ts',
    text: "const next: Waiting = { ...baseOf(call), state: 'waiting', since, front }",
    becomes: "const next: Waiting = { ...baseOf(call), state: 'waiting', since: at, front: front && since > at }",
  },
  {
    name: 'an event of an earlier offer ends the present one',
    file: 'src/calls/core/while-offering.ts',
    text: 'return event.leg === call.agentLeg ? connect(call, event.at) : stay(call)',
    becomes: 'return event.leg !== call.caller.leg ? connect(call, event.at) : stay(call)',
  },
  {
    name: 'an offer that expires leaves the phone ringing',
    file: 'src/calls/core/while-offering.ts',
    text: "? backToQueue(call, event.at, 'expired', 'noAnswer', [], hangUpPhone(call))",
    becomes: "? backToQueue(call, event.at, 'expired', 'noAnswer', [])",
  },
  {
    name: 'whoever ends a consultation forgets the bridge',
    file: 'src/calls/core/while-consulting.ts',
    text: "        : []),\n      { do: 'removeBridge', bridge: call.consultBridge },",
    becomes: '        : []),',
  },
  {
    name: 'the caller on hold stays in the bridge',
    file: 'src/calls/core/obey-talking.ts',
    text: "{ do: 'takeOut', bridge: call.bridge, leg: call.caller.leg },",
    becomes: '',
  },
  {
    name: 'who is toggled to still hears music',
    file: 'src/calls/core/obey-with-party.ts',
    text: "{ do: 'stopMusic', leg: target.leg },",
    becomes: '',
  },
  {
    name: 'a colleague who was consulted is never freed',
    file: 'src/calls/core/endings.ts',
    text: "target.party.kind === 'agent' ? [freed(call, target.party.agent, wrapUp)] : []",
    becomes: "target.party.kind === 'agent' && wrapUp ? [freed(call, target.party.agent, wrapUp)] : []",
  },
  {
    name: 'events that come while we compare are thrown away',
    file: 'src/switchboard/switchboard.ts',
    text: 'for (const event of events) onEvent(event)',
    becomes: 'void events',
  },
  {
    name: 'timers of calls are not set again after a crash',
    file: 'src/switchboard/reconcile.ts',
    text: '    rearm(call)\n',
    becomes: '',
  },
  {
    name: 'wrap-up timers are not set again after a crash',
    file: 'src/switchboard/switchboard.ts',
    text: "if (status.state === 'wrapUp') conductor.startWrapUp(id, status.call, status.until - now())",
    becomes: 'void status.state',
  },
  {
    name: 'a restart of Asterisk is not noticed',
    file: 'src/switchboard/reconcile.ts',
    text: 'const theirs = hall.asterisk === null ? []',
    becomes: 'const theirs = hall.asterisk !== null ? []',
  },
  {
    name: 'legs that are gone are not looked for after an absence',
    file: 'src/switchboard/reconcile.ts',
    text: '!there.has(leg) && settled.includes(leg)',
    becomes: '!there.has(leg) && settled.includes(leg) && leg !== call.caller.leg',
  },
  {
    name: 'callers who came in unheard are not taken in',
    file: 'src/switchboard/reconcile.ts',
    text: 'if (!isKnown) await takeIn(channel, count)',
    becomes: 'if (!isKnown) continue',
  },
  {
    name: 'media are not settled after an absence',
    file: 'src/switchboard/reconcile.ts',
    text: 'for (const effect of settle(settled)) perform(settled, effect)',
    becomes: '',
  },
  {
    name: 'the oldest idle agent is not asked when a caller comes',
    file: 'src/acd/core/match.ts',
    text: 'return agent && caller ? offer(board, caller.call, agent, at) : unchanged(board)',
    becomes: 'return agent && caller && caller.front ? offer(board, caller.call, agent, at) : unchanged(board)',
  },
  {
    name: 'who came last is served first',
    file: 'src/acd/core/board.ts',
    text: 'Number(b.front) - Number(a.front) || a.since - b.since',
    becomes: 'Number(b.front) - Number(a.front) || b.since - a.since',
  },
  {
    name: 'a muted agent is heard after a crash',
    file: 'src/calls/core/settle.ts',
    text: "[{ do: muted ? 'mute' : 'unmute', leg: agentLeg }]",
    becomes: 'muted && agentLeg ? [] : []',
  },
  {
    name: 'a caller is not answered after a crash',
    file: 'src/calls/core/settle.ts',
    text: "[{ do: 'answer', leg: call.caller.leg }, ...settleSound(call)]",
    becomes: 'settleSound(call)',
  },
  {
    name: 'a caller who was hung up is taken in again',
    file: 'src/switchboard/restore-hall.ts',
    text: '  hall.leaving.set(call, leg)\n  legs.addLeg(leg, call)\n',
    becomes: '',
  },
  {
    name: 'a prompt that did not begin is waited for',
    file: 'src/switchboard/perform-effect.ts',
    text: "if (there === 'gone') unplayed(call.id, playback)",
    becomes: 'void there',
  },
  {
    name: 'what a call has let go of stays on the line',
    file: 'src/switchboard/reconcile.ts',
    text: 'else if (!isWanted(channel.id)) await hangUp(channel.id, count)',
    becomes: 'else void isWanted',
  },
  {
    name: 'orders of one call overtake each other',
    file: 'src/platform/asterisk/lanes.ts',
    text: 'const mine = lane.barrier === undefined ? job() : lane.barrier.then(job)',
    becomes: 'const mine = job()',
  },
  {
    name: 'the watch on joins puts back who was taken out',
    file: 'src/switchboard/perform-effect.ts',
    text: 'joins.parted(effect.leg)',
    becomes: 'void joins',
  },
  {
    name: 'who was on hold keeps the music after a crash',
    file: 'src/calls/core/settle.ts',
    text: '          ...stopMusic(leg),\n',
    becomes: '',
  },
  {
    name: 'which Asterisk it is is written before its calls are ended',
    file: 'src/switchboard/reconcile.ts',
    text: '    hall.asterisk = run\n',
    becomes: "    conductor.take((turn) => { turn.outcome.keep['asterisk'] = run })\n    hall.asterisk = run\n",
  },
  {
    name: 'events do not wait for a second comparison',
    file: 'src/switchboard/switchboard.ts',
    text: 'if (run !== undefined && connected === connections) release()',
    becomes: 'release()',
  },
  {
    name: 'an expired party is not hung up',
    file: 'src/calls/core/while-consulting.ts',
    text: "[{ do: 'hangUp', leg: event.leg, because: 'normal' }]",
    becomes: '[]',
  },
  {
    name: 'whoever is put back stands behind',
    file: 'src/calls/core/endings.ts',
    text: "state: 'waiting', since: at, front: true }",
    becomes: "state: 'waiting', since: at, front: false }",
  },
  {
    name: 'an offer ends twice',
    file: 'src/calls/core/while-offering.ts',
    text: '      if (event.leg !== call.agentLeg) return stay(call)\n',
    becomes: '',
  },
]
