/**
 * Loaded before a worker by `--import`, and by nothing else: kills the process, for real, at the n-th point at which it meets the world once it
 * has begun to write. Points are the moments before and after each statement to Postgres and each order to the queue; n is what
 * WORKER_DIES_AT says. Each is told on the log as `point <n> <what>`.
 */
import { writeSync } from 'node:fs'
import { Redis } from 'ioredis'
import pg from 'pg'

const diesAt = Number(process.env['WORKER_DIES_AT'])
let points = 0

function point(what: string): void {
  points += 1
  writeSync(1, `point ${points} ${what}\n`)
  if (points === diesAt) process.kill(process.pid, 'SIGKILL')
}

const query = pg.Client.prototype.query as unknown as (this: pg.Client, ...given: unknown[]) => unknown
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const text = typeof given[0] === 'string' ? given[0] : (given[0] as { text?: string }).text
  const what = text?.trim().slice(0, 40).replaceAll(/\s+/g, ' ') ?? ''
  // The first transaction is the first run of facts; what is asked before and beside is no work.
  if (!isWork(what)) return query.apply(this, given)
  point(`before ${what}`)
  const answer = query.apply(this, given)
  if (answer instanceof Promise) answer.then(() => point(`after ${what}`)).catch(() => undefined)
  return answer
} as typeof pg.Client.prototype.query

const isWork = (what: string): boolean => points > 0 || /^(begin|start transaction)/i.test(what)

type Command = { readonly name: string; readonly promise: Promise<unknown> }
const sendCommand = Redis.prototype.sendCommand as unknown as (this: Redis, command: Command) => unknown
Redis.prototype.sendCommand = function (this: Redis, command: Command) {
  // A script is how BullMQ takes a job or puts one away; the other commands wait, or ask.
  if (points === 0 || command.name !== 'evalsha') return sendCommand.call(this, command)
  point('before an order to the queue')
  command.promise.then(() => point('after an order to the queue')).catch(() => undefined)
  return sendCommand.call(this, command)
} as typeof Redis.prototype.sendCommand
