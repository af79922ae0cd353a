/**
 * Order within a lane. Jobs start in the order given; those that may run `together` are not kept apart, one that must
 * run `alone` starts when all before it have settled, and all after it start when it has. One that runs `ahead` does not wait for the
 * answers of those before it, but all after it wait for its own.
 */
type Lane = { readonly together: Set<Promise<void>>; barrier: Promise<void> | undefined }

export class Lanes {
  readonly #lanes = new Map<string, Lane>()

  together<T>(key: string | undefined, job: () => Promise<T>): Promise<T> {
    if (key === undefined) return job()
    const lane = this.#lane(key)
    // Callbacks of one promise run in the order in which they were added, so what waited starts in order.
    const mine = lane.barrier === undefined ? job() : lane.barrier.then(job)
    const settled = mine.then(nothing, nothing)
    lane.together.add(settled)
    void settled.then(() => {
      lane.together.delete(settled)
      this.#leave(key, lane)
    })
    return mine
  }

  alone<T>(key: string | undefined, job: () => Promise<T>): Promise<T> {
    if (key === undefined) return job()
    const lane = this.#lane(key)
    const before = [...lane.together]
    if (lane.barrier !== undefined) before.push(lane.barrier)
    const mine = before.length === 0 ? job() : Promise.all(before).then(job)
    this.#bar(key, lane, mine)
    lane.together.clear()
    return mine
  }

  ahead<T>(key: string | undefined, job: () => Promise<T>): Promise<T> {
    if (key === undefined) return job()
    const lane = this.#lane(key)
    const mine = lane.barrier === undefined ? job() : lane.barrier.then(job)
    this.#bar(key, lane, mine)
    return mine
  }

  /** Whatever comes into the lane from now on starts when `first` has settled. */
  #bar(key: string, lane: Lane, first: Promise<unknown>): void {
    const barrier = first.then(nothing, nothing)
    lane.barrier = barrier
    // Added first, so that the barrier is gone when what waited for it starts.
    void barrier.then(() => {
      if (lane.barrier === barrier) lane.barrier = undefined
      this.#leave(key, lane)
    })
  }

  #lane(key: string): Lane {
    const known = this.#lanes.get(key)
    if (known !== undefined) return known
    const lane: Lane = { together: new Set(), barrier: undefined }
    this.#lanes.set(key, lane)
    return lane
  }

  /** A lane with nothing in it is forgotten. */
  #leave(key: string, lane: Lane): void {
    if (lane.together.size === 0 && lane.barrier === undefined) this.#lanes.delete(key)
  }
}

const nothing = (): void => {}
