/**
 * The agents' screens: each command has an id of its own; who gets no answer asks again with the same id, and an impatient
 * finger asks twice. What was acknowledged once must be known for ever.
 */
import { type Agent, agentOf, agentsOf, type DeskCommand, type DeskReply } from '#acd/core'
import type { AgentId, CommandId } from '#kernel'
import { callOfAgent } from '../../src/switchboard/hall-state.ts'
import type { Dice } from './dice.ts'
import { pressed } from './fingers.ts'
import type { Hall } from './hall.ts'
import { world } from './virtual-time.ts'

type Asked = { readonly command: DeskCommand; reply: DeskReply | undefined; done: boolean }

export class Desks {
  readonly #hall: Hall
  readonly #dice: Dice
  readonly #asked: Asked[] = []
  readonly #acknowledged = new Map<AgentId, Asked>()
  #made = 0

  constructor(hall: Hall, dice: Dice) {
    this.#hall = hall
    this.#dice = dice
  }

  press(id: AgentId, roll: number, twice: boolean): void {
    const hall = this.#hall.running?.board.hall
    if (!hall) return // a screen without connection shows no buttons
    const agent = mostly(busyOf(agentsOf(hall.board)), roll) ?? agentOf(hall.board, id)
    if (!agent) return
    const call = callOfAgent(hall, agent.id)
    const asked = this.ask(agent.id, pressed(agent, call && hall.calls.get(call), roll))
    if (twice) this.#hall.time.after(this.#dice.between(0, 20), () => this.#send(asked), world)
  }

  ask(agent: AgentId, command: DeskCommand['command']): Asked {
    const id = `command-${++this.#made}` as CommandId
    const asked: Asked = { command: { id, agent, command }, reply: undefined, done: false }
    this.#asked.push(asked)
    this.#send(asked)
    return asked
  }

  /** Screens come back by themselves: what had no answer is asked again, and what had one is known. */
  switchboardIsBack(): void {
    const open = this.#asked.filter(({ done }) => !done)
    this.#asked.length = 0
    this.#asked.push(...open)
    for (const asked of [...open, ...this.#acknowledged.values()])
      this.#hall.time.after(this.#dice.between(20, 400), () => this.#send(asked), world)
  }

  #send(asked: Asked): void {
    const { running, time } = this.#hall
    if (!running) return
    const known = asked.reply
    const run = (): void => {
      if (this.#hall.running !== running) return // the link is closed first
      this.#hall.note(`  ${asked.command.agent} asks ${JSON.stringify(asked.command.command)} ${asked.command.id}`)
      running.board.handle(asked.command).then(
        (reply) => time.after(this.#dice.between(0.1, 1), () => this.#replied(asked, reply, known), world),
        (error: unknown) => this.#hall.complain('a command is answered', String(error)),
      )
    }
    time.after(this.#dice.between(0.1, 2), run, running.owner)
  }

  #replied(asked: Asked, reply: DeskReply, known: DeskReply | undefined): void {
    const { id, agent, command } = asked.command
    this.#hall.note(`  ${id} is answered ${JSON.stringify(reply)}`)
    const what = `${agent} ${command.name} ${id}: ${JSON.stringify(reply)} after ${JSON.stringify(asked.reply)}`
    const before = asked.reply
    if (before && (before.ok !== reply.ok || (!before.ok && !reply.ok && before.refusal !== reply.refusal)))
      this.#hall.complain('a command has one answer', what)
    if (known && !reply.repeated) this.#hall.complain('what was acknowledged is never lost', what)
    const kept = this.#hall.disk.keptOf(`agent:${agent}`) as Agent | null
    if (!kept?.answered.some((answer) => answer.id === id)) this.#hall.complain('what is acknowledged is on disk', what)
    asked.reply ??= reply
    asked.done = true
    this.#acknowledged.set(agent, asked)
  }
}

const busyOf = (agents: readonly Agent[]): Agent[] => agents.filter(({ status }) => status.state === 'busy')
/** Who has a call presses most. */
const mostly = <T>(list: readonly T[], roll: number): T | undefined => {
  const fine = (roll * 1_000) % 1
  return fine < 0.7 ? list[Math.floor((fine / 0.7) * list.length)] : undefined
}
