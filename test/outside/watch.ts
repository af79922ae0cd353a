/** Waiting for something to become true, asked again each time that somebody says that things have changed. */
export type Watch = ReturnType<typeof makeWatch>

export function makeWatch() {
  const waiting = new Set<() => void>()
  return {
    poke: () => {
      for (const look of [...waiting]) look()
    },
    /** Fails with `complaint()` when `holds` has not become true within `withinMs`. */
    until: (holds: () => boolean, withinMs: number, complaint: () => string): Promise<void> =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          waiting.delete(look)
          clearTimeout(timer)
          settle()
        }
        const look = () => {
          if (holds()) end(resolve)
        }
        const timer = setTimeout(() => {
          end(() => reject(new Error(`${complaint()} (waited ${withinMs / 1_000} s)`)))
        }, withinMs)
        waiting.add(look)
        look()
      }),
  }
}
