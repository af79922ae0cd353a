/** Real processes on one folder: killed, stopped and continued. Whoever has led never leads beside or after another. */
import { deepEqual, equal } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fact, openJournal } from '#journal'

let folder: string
let contenders: Contender[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lead-'))
  contenders = []
})
afterEach(async () => {
  for (const { end } of contenders) await end('SIGKILL')
  rmSync(folder, { recursive: true })
})

type Contender = {
  readonly name: string
  readonly child: ChildProcess
  readonly exited: Promise<unknown>
  /** Everything that it has said. */
  readonly said: string[]
  is(place: string): Promise<void>
  end(how: NodeJS.Signals): Promise<void>
}

function contend(name: string): Contender {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'contender.ts'), folder, name], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const said: string[] = []
  const lines = createInterface(child.stdout as NodeJS.ReadableStream)
  lines.on('line', (line) => said.push(line))
  const exited = once(child, 'exit')
  const contender: Contender = {
    ...{ name, child, exited, said },
    async is(place) {
      while (!said.some((line) => line.includes(place))) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${name} has ended: ${said.join(', ')}`)
        await Promise.race([once(lines, 'line'), exited])
      }
    },
    async end(how) {
      child.kill(how)
      await exited
    },
  }
  contenders.push(contender)
  return contender
}

async function untilDead({ child, exited }: Contender): Promise<NodeJS.Signals | null> {
  await exited
  return child.signalCode
}

/** Who has led, one after another. A name that comes twice has led again after another. */
function reigns(): string[] {
  const lines = readFileSync(join(folder, 'led'), 'utf8').trimEnd().split('\n')
  return lines.filter((name, at) => name !== lines[at - 1])
}

async function leaderStandbyAndThird(): Promise<[Contender, Contender, Contender]> {
  const a = contend('a')
  await a.is('leader')
  const b = contend('b')
  await b.is('standby')
  const c = contend('c')
  await c.is('waiting')
  return [a, b, c]
}

test('the first leads, the second stands by, a third waits behind it: killed, each is followed by the next', async () => {
  const [a, b, c] = await leaderStandbyAndThird()
  deepEqual([b.said, c.said], [['waiting', 'standby'], ['waiting']])
  await a.end('SIGKILL')
  await b.is('leader')
  await c.is('standby')
  await b.end('SIGKILL')
  await c.is('leader')
  deepEqual(reigns(), ['a', 'b', 'c'])
})

test('a leader that ends in peace hands over', async () => {
  const [a, b] = await leaderStandbyAndThird()
  await a.end('SIGTERM')
  await b.is('leader')
  equal(a.child.exitCode, 0)
  deepEqual(reigns(), ['a', 'b'])
})

test('a leader that is stopped is dead before another leads; continued, it does nothing', async () => {
  const [a, b] = await leaderStandbyAndThird()
  a.child.kill('SIGSTOP')
  const died = untilDead(a)
  await b.is('leader')
  equal(await died, 'SIGKILL')
  equal(a.child.kill('SIGCONT'), false) // there is nobody to continue
  deepEqual(reigns(), ['a', 'b'])
})

test('a leader that is stopped with nobody to take over lives, until somebody stands by', async () => {
  const a = contend('a')
  await a.is('leader')
  a.child.kill('SIGSTOP')
  const b = contend('b')
  await b.is('waiting')
  deepEqual([a.child.exitCode, a.child.signalCode], [null, null])
  await b.is('leader')
  equal(await untilDead(a), 'SIGKILL')
})

test('a standby that is stopped makes way for the third', async () => {
  const [, b, c] = await leaderStandbyAndThird()
  b.child.kill('SIGSTOP')
  await c.is('standby')
  equal(await untilDead(b), 'SIGKILL')
})

test('a guard that is killed is replaced', async () => {
  const [a, b] = await leaderStandbyAndThird()
  const [guard] = childrenOf(a)
  process.kill(guard as number, 'SIGKILL')
  await a.is('another is started')
  await expect.poll(() => childrenOf(a).length, { timeout: 10_000 }).toBe(1)
  a.child.kill('SIGSTOP')
  await b.is('leader')
  equal(await untilDead(a), 'SIGKILL')
})

function childrenOf({ child }: Contender): number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

test('killed, stopped and continued at random: one leads at a time, and epochs of the journal only rise', {
  timeout: 60_000,
}, async () => {
  let seed = 20_260_101
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 16) % below
  }
  let born = 0
  const alive = new Set<Contender>()
  const add = (): void => {
    const one = contend(`p${++born}`)
    alive.add(one)
    void one.exited.then(() => alive.delete(one))
  }
  for (let n = 0; n < 3; n++) add()
  await Promise.race(contenders.map((one) => one.is('leader')))
  for (let round = 0; round < 10; round++) {
    const inLine = [...alive].filter(({ said }) => said.length > 0)
    const leader = inLine.find(({ said }) => said.includes('leader')) as Contender
    const victim = random(2) === 0 ? leader : (inLine[random(inLine.length)] as Contender)
    victim.child.kill(random(3) === 0 ? 'SIGKILL' : 'SIGSTOP')
    add()
    await victim.exited // stopped: its guard kills it, for others wait
    victim.child.kill('SIGCONT')
    await Promise.race([...alive].map((one) => one.is('leader')))
  }
  for (const one of alive) one.child.kill('SIGKILL')
  await Promise.all(contenders.map(({ exited }) => exited))
  const led = reigns()
  equal(new Set(led).size, led.length)

  const journal = await openJournal({ folder, onAlarm: () => undefined })
  const facts: Fact[] = []
  for (
    let more = journal.unconfirmed(0, 1_000);
    more.length > 0;
    more = journal.unconfirmed(facts.at(-1)?.seq ?? 0, 1_000)
  )
    facts.push(...more)
  await journal.close()
  deepEqual(
    facts.map(({ seq }) => seq),
    facts.map((_, at) => at + 1),
  )
  const byEpoch = facts.map(({ epoch, by }) => `${epoch} ${String(by)}`)
  const turns = byEpoch.filter((turn, at) => turn !== byEpoch[at - 1])
  equal(new Set(turns).size, turns.length)
  deepEqual(
    turns.map((turn) => turn.split(' ')[1]),
    led.filter((name) => turns.some((turn) => turn.endsWith(` ${name}`))),
  )
})
