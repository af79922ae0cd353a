/** What may be wrong with the network for a while. */

/** What is wrong just now; shares from 0 to 1. */
export type Weather = {
  /** Carried out, and the connection breaks before the answer. */
  loseAnswer: number
  /** Not carried out, and the connection breaks. The repetition comes through. */
  loseRequest: number
  /** Carried out, and answered after we have given up waiting. */
  lateAnswer: number
  /** Told twice. */
  doubleEvent: number
  /** Never told. */
  dropEvent: number
  /** Told some seconds later, with others overtaking it; of one that is told twice, the second time. */
  delayEvent: number
  /** Further latency, at most. */
  slowMs: number
}
export const fair = (): Weather => ({
  loseAnswer: 0,
  loseRequest: 0,
  lateAnswer: 0,
  doubleEvent: 0,
  dropEvent: 0,
  delayEvent: 0,
  slowMs: 0,
})
/** Nobody notices what goes wrong with single events; the next audit mends it. */
export const isUnnoticed = ({ dropEvent, delayEvent }: Partial<Weather>): boolean =>
  (dropEvent ?? 0) > 0 || (delayEvent ?? 0) > 0
export const mostDelayMs = 5_000
