/**
 * What waits to be sent to one browser. Every state is sent whole, so above `slowBytes` only the newest of each topic is
 * kept; above `stuckBytes` the browser does not read at all and is cut off.
 */
import type { WebSocket } from 'ws'
import { liveLimits, type ToBrowser } from './core/index.ts'

const states: readonly ToBrowser['type'][] = ['agent', 'hall', 'link']
const open = 1

export function createOutbox(ws: WebSocket, onStuck: () => void): (message: ToBrowser) => void {
  const newest = new Map<ToBrowser['type'], string>()
  const flush = () => {
    for (const [type, text] of newest) {
      if (ws.readyState !== open || ws.bufferedAmount > liveLimits.slowBytes) return
      newest.delete(type)
      ws.send(text, flush)
    }
  }
  return (message) => {
    if (ws.readyState !== open) return
    if (ws.bufferedAmount > liveLimits.stuckBytes) return onStuck()
    const text = JSON.stringify(message)
    const isState = states.includes(message.type)
    if (isState && (ws.bufferedAmount > liveLimits.slowBytes || newest.has(message.type)))
      newest.set(message.type, text)
    else ws.send(text, flush)
  }
}
