/** The stage of a story file: agents at their seats with phones, the world around, the records, and a clean house after each story. */
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { until } from '../../../scripts/lib/readiness.ts'
import { type AgentClient, signIn } from '../../kit/agent-client.ts'
import { openRecords, type Records } from '../../kit/records.ts'
import { witness } from '../../kit/witness.ts'
import { answersAtOnce, type Manner } from '../../outside/answerer.ts'
import { enterWorld, type Phone, type World } from '../../outside/world.ts'
import { type AgentName, agents, type dial } from './cast.ts'

/** An agent: the screen and the phone. */
export type Actor = { readonly desk: AgentClient; readonly phone: Phone; readonly staff: string }

export type Stage = {
  readonly world: World
  readonly records: Records
  readonly hotline: ReturnType<typeof witness>
  readonly actor: (name: AgentName) => Actor
  /** A caller's number that no other story uses. */
  readonly number: () => string
}

export type Dial = (typeof dial)[keyof typeof dial]

/** Call at the head of a file. Agents are logged in and not ready when a story begins. */
export function onStage(casting: Partial<Record<AgentName, Manner>> | readonly AgentName[]): Stage {
  const manners = Object.entries(
    Array.isArray(casting) ? Object.fromEntries(casting.map((name) => [name, answersAtOnce])) : casting,
  ) as [AgentName, Manner][]
  const telephony = inject('telephony')
  const hotline = witness(telephony.witness)
  const actors = new Map<AgentName, Actor>()
  let world: World | undefined
  let records: Records | undefined
  let numbers = Number(String(Date.now()).slice(-8, -2)) * 100

  beforeAll(async () => {
    const entered = await enterWorld(telephony.outside)
    world = entered
    records = await openRecords(telephony.databaseUrl)
    // The file before this one may have ended by restarting the switchboard.
    await until('api', async () => (await fetch(`${telephony.apiUrl}/health/ready`)).ok, { withinMs: 15_000 })
    await Promise.all(
      manners.map(async ([name, manner]) => {
        const { staff, seat } = agents[name]
        const phone = await entered.phone(name, { seat, secret: telephony.secrets.seatSecret, manner })
        await hotline.untilSeat(seat, true)
        const desk = await signIn({ apiUrl: telephony.apiUrl, staff, password: telephony.secrets.password, seat })
        await desk.until('a reachable phone', (view) => view.phone === 'reachable')
        actors.set(name, { desk, phone, staff })
      }),
    )
  })

  afterEach(async () => {
    await world?.endStory()
    for (const { desk } of actors.values()) await desk.rest()
    await hotline.empty()
  })

  afterAll(async () => {
    for (const { desk } of actors.values()) await desk.logOut()
    await world?.leave()
    await records?.close()
  })

  const there = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('the stage is not set yet')
    return thing
  }
  return {
    get world() {
      return there(world)
    },
    get records() {
      return there(records)
    },
    hotline,
    actor: (name) => there(actors.get(name)),
    number: () => `139${String(numbers++).padStart(8, '0')}`,
  }
}
