/** What is made of many measured values. */

/** The value that `share` of all values do not exceed (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** The middle of several runs, with the best and the worst beside it, for these machines are noisy. */
export type Spread = { readonly median: number; readonly least: number; readonly most: number }

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: quantile(values, 0),
  most: quantile(values, 1),
})
