/**
 * Loaded before the switchboard by `--import`, and by nothing else: kills the process, for real, at the n-th point at which it meets the
 * world for the sake of one call. Points are the moments before and after each write to a file (the journal) with a word of the call, each
 * command to Asterisk about it, and each answer to a screen that asked about it; between two of them a crash cannot make a difference to
 * this call. They are counted for the first caller who dials `DIE_AT_DIALLED` after a new order, `{"story": 7, "at": 3}`, has been put into
 * the file that `DIE_AT_ORDER` names; with `at` 0 they are only counted. Each is told on the log as `point <story> <n> <what>`.
 */
import { readFileSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { WebSocket } from 'ws'

export type DieAtOrder = { readonly story: number; readonly at: number }

const orderFile = process.env['DIE_AT_ORDER'] ?? ''
const dialled = process.env['DIE_AT_DIALLED'] ?? ''
let order: DieAtOrder = { story: 0, at: 0 }
let points = 0
/** Nobody's, before the caller has come. */
let call = 'none'
/** Questions of screens about the call that have no answer yet. */
const asked = new WeakMap<WebSocket, Set<number>>()

function point(what: string): void {
  if (order.story === 0) return
  points += 1
  writeSync(1, `point ${order.story} ${points} ${what}\n`)
  if (points === order.at) process.kill(process.pid, 'SIGKILL')
}

function lookForOrder(started: string): void {
  const { args = [] } = JSON.parse(started) as { args?: readonly string[] }
  if (args[0] !== 'inbound' || args[3] !== dialled) return
  const found = JSON.parse(readFileSync(orderFile, 'utf8')) as DieAtOrder
  if (found.story === order.story) return
  order = found
  points = 0
  call = args[1] ?? 'none'
}

const handle = await open('/dev/null', 'w')
const files = Object.getPrototypeOf(handle) as FileHandle
await handle.close()
const write = files.write as (this: FileHandle, ...given: unknown[]) => Promise<unknown>
files.write = async function (this: FileHandle, ...given: unknown[]) {
  if (!isOfCall(given)) return write.apply(this, given)
  point('before a write')
  const written = await write.apply(this, given)
  point('after a write')
  return written
} as FileHandle['write']

function isOfCall([what, from, length]: readonly unknown[]): boolean {
  if (!Buffer.isBuffer(what)) return String(what).includes(call)
  const start = Number(from ?? 0)
  return what.subarray(start, start + Number(length ?? what.length)).includes(call)
}

const send = WebSocket.prototype.send as (this: WebSocket, ...given: unknown[]) => void
WebSocket.prototype.send = function (this: WebSocket, ...given: unknown[]) {
  const what = toWorld(String(given[0]), this)
  if (what === undefined) return send.apply(this, given)
  point(`before ${what}`)
  send.apply(this, given)
  point(`after ${what}`)
} as WebSocket['send']

function toWorld(text: string, to: WebSocket): string | undefined {
  if (text.startsWith('{"is":"answer"')) {
    const { id } = JSON.parse(text) as { id: number }
    return asked.get(to)?.delete(id) ? 'an answer to a screen' : undefined
  }
  if (!text.includes(call)) return undefined
  const method = /"method":"(POST|PUT|DELETE)"/.exec(text)?.[1]
  const path = /"uri":"((?:channels|bridges|playbacks)[^"?]*)/.exec(text)?.[1]
  return method === undefined || path === undefined ? undefined : `${method} ${path}`
}

const emit = WebSocket.prototype.emit as (this: WebSocket, ...given: unknown[]) => boolean
WebSocket.prototype.emit = function (this: WebSocket, ...given: unknown[]) {
  if (given[0] === 'message') {
    const text = String(given[1])
    if (text.includes('"StasisStart"')) lookForOrder(text)
    if (text.startsWith('{"is":"ask"') && text.includes(call)) noteAsked(this, text)
  }
  return emit.apply(this, given)
} as WebSocket['emit']

function noteAsked(by: WebSocket, text: string): void {
  const ids = asked.get(by) ?? new Set()
  asked.set(by, ids.add((JSON.parse(text) as { id: number }).id))
}
