import { setTimeout as pause } from 'node:timers/promises'

/** Rejects when it has not come about in time; what becomes of it later is nobody's business. `what`: for the message. */
export function within<Of>(ms: number, what: string, asked: Promise<Of>): Promise<Of> {
  const late = pause(ms, undefined, { ref: false }).then(() => {
    throw new Error(`${what} has not answered within ${ms} ms`)
  })
  return Promise.race([asked, late])
}
