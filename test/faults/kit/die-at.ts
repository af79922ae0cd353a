/**
 * Loaded before the switchboard by `--import`, and by nothing else: kills the process, for real, at the n-th point at which it meets the
 * world. Points are the moments before and after each write to a file (the journal), each command to Asterisk about a call, and each answer
 * to a screen; between two of them a crash cannot make a difference. They are counted from the first caller on who comes after a new order,
 * `{"story": 7, "at": 3}`, has been put into the file that `DIE_AT_ORDER` names; with `at` 0 they are only counted. Each is told
 * on the log as `point <story> <n> <what>`.
 */
import { readFileSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { WebSocket } from 'ws'

export type DieAtOrder = { readonly story: number; readonly at: number }

const orderFile = process.env['DIE_AT_ORDER'] ?? ''
let order: DieAtOrder = { story: 0, at: 0 }
let points = 0

function point(what: string): void {
  if (order.story === 0) return
  points += 1
  writeSync(1, `point ${order.story} ${points} ${what}\n`)
  if (points === order.at) process.kill(process.pid, 'SIGKILL')
}

function lookForOrder(): void {
  const found = JSON.parse(readFileSync(orderFile, 'utf8')) as DieAtOrder
  if (found.story === order.story) return
  order = found
  points = 0
}

const handle = await open('/dev/null', 'w')
const files = Object.getPrototypeOf(handle) as FileHandle
await handle.close()
const write = files.write as (this: FileHandle, ...given: unknown[]) => Promise<unknown>
files.write = async function (this: FileHandle, ...given: unknown[]) {
  point('before a write')
  const written = await write.apply(this, given)
  point('after a write')
  return written
} as FileHandle['write']

const send = WebSocket.prototype.send as (this: WebSocket, ...given: unknown[]) => void
WebSocket.prototype.send = function (this: WebSocket, ...given: unknown[]) {
  const what = toWorld(String(given[0]))
  if (what === undefined) return send.apply(this, given)
  point(`before ${what}`)
  send.apply(this, given)
  point(`after ${what}`)
} as WebSocket['send']

function toWorld(text: string): string | undefined {
  if (text.includes('"is":"answer"')) return 'an answer to a screen'
  const method = /"method":"(POST|PUT|DELETE)"/.exec(text)?.[1]
  const path = /"uri":"((?:channels|bridges|playbacks)[^"?]*)/.exec(text)?.[1]
  return method === undefined || path === undefined ? undefined : `${method} ${path}`
}

const emit = WebSocket.prototype.emit as (this: WebSocket, ...given: unknown[]) => boolean
WebSocket.prototype.emit = function (this: WebSocket, ...given: unknown[]) {
  if (given[0] === 'message' && String(given[1]).includes('"StasisStart"')) lookForOrder()
  return emit.apply(this, given)
} as WebSocket['emit']
