/** Requests that wait for their answer, each with its time-out. */
import { LinkError, linkLimits } from './frame.ts'

type Open = { resolve(body: unknown): void; reject(error: LinkError): void; timer: NodeJS.Timeout }
export type OpenRequests = ReturnType<typeof createOpenRequests>

export function createOpenRequests() {
  const open = new Map<number, Open>()
  let nextId = 1
  /** Nothing when its time was up before. */
  const settle = (id: number): Open | undefined => {
    const asked = open.get(id)
    if (!asked) return undefined
    clearTimeout(asked.timer)
    open.delete(id)
    return asked
  }
  return {
    /** A new id, and the answer that will come under it. */
    add(): { id: number; answer: Promise<unknown> } {
      const id = nextId++
      const answer = new Promise((resolve, reject) => {
        const late = () => settle(id)?.reject(new LinkError('late', `no answer within ${linkLimits.requestMs} ms`))
        open.set(id, { resolve, reject, timer: setTimeout(late, linkLimits.requestMs) })
      })
      return { id, answer }
    },
    answer: (id: number, body: unknown): void => settle(id)?.resolve(body),
    fail: (id: number, error: LinkError): void => settle(id)?.reject(error),
    failAll(error: () => LinkError): void {
      for (const id of open.keys()) settle(id)?.reject(error())
    },
  }
}
