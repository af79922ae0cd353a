/** Time-outs of live calls: each posts what it is about when it is due. Setting one again replaces it. */
export type Timers = ReturnType<typeof createTimers>

export function createTimers() {
  const running = new Map<string, NodeJS.Timeout>()
  let isOver = false
  return {
    start(key: string, ms: number, due: () => void): void {
      if (isOver) return
      clearTimeout(running.get(key))
      running.set(
        key,
        setTimeout(
          () => {
            running.delete(key)
            due()
          },
          Math.max(0, ms),
        ),
      )
    },
    stop(key: string): void {
      clearTimeout(running.get(key))
      running.delete(key)
    },
    /** For good: what fails because we end must not keep us alive. */
    stopAll(): void {
      isOver = true
      for (const timer of running.values()) clearTimeout(timer)
      running.clear()
    },
    get size() {
      return running.size
    },
  }
}
