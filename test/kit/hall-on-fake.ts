/** A whole switchboard with a journal of its own on a fake Asterisk; it can be killed and started again at any moment. */
import { randomUUID } from 'node:crypto'
import type { AgentView, DeskCommand, DeskPush, DeskReply, Directory } from '#acd/core'
import { type Fact, type Journal, type JournalOptions, openJournal } from '#journal'
import { type AgentId, type CallId, type CommandId, toInstant } from '#kernel'
import { type Ari, openAri } from '#platform/asterisk/ari'
import { createSwitchboard, type Switchboard, type SwitchboardDeps } from '#switchboard'
import { type FakeAsterisk, type FakeCaller, type FakePhone, startFakeAsterisk } from './fake-asterisk.ts'
import { temporaryDir } from './temporary.ts'

export const smallDirectory = (more: Partial<Directory> = {}): Directory => ({
  agents: ['1001', '1002', '1003'].map((id) => ({
    id: id as AgentId,
    name: `agent ${id}`,
    queues: ['general' as never],
  })),
  seats: ['8001', '8002', '8003'].map((id) => ({ id: id as never, autoAnswer: false })),
  queues: [
    {
      id: 'general' as never,
      name: '综合',
      manner: { answer: 'onArrival', greeting: 'greeting' },
      offerRingMs: 500,
      wrapUpMs: 60_000,
    },
  ],
  numbers: [{ number: '12345', queue: 'general' as never }],
  lines: [
    {
      code: '12315' as never,
      name: '12315',
      number: '12315',
      trunk: 'partner-12315',
      hours: null,
      mode: 'interconnect',
      passNumber: true,
    },
    {
      code: 'closed' as never,
      name: 'closed',
      number: '12333',
      trunk: 'partner-12333',
      hours: [null, null, null, null, null, null, null],
      mode: 'interconnect',
      passNumber: true,
    },
  ],
  ...more,
})

export class HallOnFake {
  readonly fake: FakeAsterisk
  readonly troubles: string[] = []
  /** How often what Asterisk has was compared with what we know. */
  reconciled = 0
  readonly views = new Map<AgentId, AgentView>()
  readonly #folder: string
  readonly #remove: () => void
  readonly #directory: Directory
  readonly #settings: Partial<SwitchboardDeps>
  readonly #bounds: Partial<JournalOptions>
  #running: { journal: Journal; ari: Ari; board: Switchboard } | undefined
  #facts: Fact[] = []
  #watchers: (() => void)[] = []
  #seqRead = 0
  readonly #phones = new Map<string, FakePhone>()

  constructor(
    fake: FakeAsterisk,
    directory: Directory,
    settings: Partial<SwitchboardDeps> = {},
    bounds: Partial<JournalOptions> = {},
  ) {
    const { dir, remove } = temporaryDir('hall')
    this.fake = fake
    this.#folder = dir
    this.#remove = remove
    this.#directory = directory
    this.#settings = settings
    this.#bounds = bounds
    for (const { id } of directory.seats) this.#phones.set(id, fake.addPhone(`seat-${id}`))
  }

  async start(): Promise<this> {
    const journal = await openJournal({ folder: this.#folder, onAlarm: () => undefined, ...this.#bounds })
    const ari = openAri({ address: this.fake.address, app: 'switchboard' })
    const reconciled = Promise.withResolvers<void>()
    const board = createSwitchboard({
      ari,
      app: 'switchboard',
      journal,
      directory: () => this.#directory,
      now: () => toInstant(Date.now()),
      push: (message) => this.#hear(message),
      savedCentrally: () => true,
      onReconciled: () => {
        this.reconciled += 1
        reconciled.resolve()
      },
      trouble: (error, what) => this.troubles.push(`${what}: ${String(error)}`),
      ...this.#settings,
    })
    this.#running = { journal, ari, board }
    journal.onFacts(() => this.#readFacts(journal))
    board.start()
    await reconciled.promise
    return this
  }

  /** As by `kill -9`: no further word to Asterisk, no further line to the journal. */
  async kill(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (!running) return
    await running.board.stop()
    await running.journal.close()
  }

  async close(): Promise<void> {
    await this.kill()
    await this.fake.stop()
    this.#remove()
  }

  ask(agent: string, command: DeskCommand['command'], more: { id?: string; call?: string } = {}): Promise<DeskReply> {
    if (!this.#running) throw new Error('the switchboard is not running')
    const id = (more.id ?? randomUUID()) as CommandId
    return this.#running.board.handle({
      id,
      agent: agent as AgentId,
      command,
      ...(more.call && { call: more.call as CallId }),
    })
  }

  /** Like `ask`, but the answer must be yes. */
  async order(agent: string, command: DeskCommand['command']): Promise<void> {
    const reply = await this.ask(agent, command)
    if (!reply.ok) throw new Error(`${command.name} was refused: ${reply.refusal}`)
  }

  phone(seat: string): FakePhone {
    return this.#phones.get(seat) ?? this.fake.addPhone(`seat-${seat}`)
  }

  async ready(agent: string, seat: string): Promise<FakePhone> {
    const phone = this.phone(seat)
    await this.order(agent, { name: 'logIn', seat: seat as never })
    await this.order(agent, { name: 'ready' })
    await this.until(() => this.views.get(agent as AgentId)?.phone === 'reachable')
    return phone
  }

  call(number = '13800000001', { dialled = '12345', line = '' } = {}): FakeCaller {
    return this.fake.inboundCall({
      number,
      dialled,
      args: (id) => ['inbound', id, String(Date.now()), dialled, line ? 'partner' : 'trunk', line, '', ''],
    })
  }

  /** To fill it, and to confirm as Postgres would. */
  get journal(): Journal {
    if (!this.#running) throw new Error('the switchboard is not running')
    return this.#running.journal
  }

  get facts(): readonly Fact[] {
    return this.#facts
  }

  factsOf(call: FakeCaller): readonly Fact[] {
    return this.#facts.filter((fact) => fact.call === call.channelId)
  }

  types(call: FakeCaller): string[] {
    return this.factsOf(call).map(({ type }) => type)
  }

  counts(): Record<string, number> {
    return { ...this.#running?.board.counts() }
  }

  /** Resolves when it holds; asked again at every fact and view, and now and then besides. */
  async until(holds: () => boolean, withinMs = 5_000, what = String(holds)): Promise<void> {
    const deadline = Date.now() + withinMs
    while (!holds()) {
      if (Date.now() > deadline)
        throw new Error(
          `not within ${withinMs} ms: ${what}\n${this.#facts.map(({ type }) => type).join(' ')}\n${this.troubles.join('\n')}`,
        )
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20)
        this.#watchers.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  has(call: FakeCaller, type: string, more: Record<string, unknown> = {}): Promise<void> {
    return this.until(
      () =>
        this.factsOf(call).some(
          (fact) =>
            fact.type === type &&
            Object.entries(more).every(([key, value]) => JSON.stringify(fact[key]) === JSON.stringify(value)),
        ),
      5_000,
      `${type} ${JSON.stringify(more)}`,
    )
  }

  #readFacts(journal: Journal): void {
    for (let more = true; more; ) {
      const fresh = journal.unconfirmed(this.#seqRead, 1_000)
      this.#facts.push(...fresh)
      this.#seqRead = fresh.at(-1)?.seq ?? this.#seqRead
      more = fresh.length === 1_000
    }
    this.#wake()
  }

  #hear(message: DeskPush): void {
    if (message.push === 'agent') this.views.set(message.view.agent, message.view)
    this.#wake()
  }

  #wake(): void {
    const watchers = this.#watchers
    this.#watchers = []
    for (const wake of watchers) wake()
  }
}

export const startHall = async (
  more: Partial<Directory> = {},
  settings: Partial<SwitchboardDeps> = {},
  bounds: Partial<JournalOptions> = {},
): Promise<HallOnFake> => new HallOnFake(await startFakeAsterisk(), smallDirectory(more), settings, bounds).start()
