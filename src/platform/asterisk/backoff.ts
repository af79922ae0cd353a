/** How long to wait before trying again. Pure: `random` (0 to 1) is given. */

export type Backoff = { readonly firstMs: number; readonly capMs: number }
export const usualBackoff: Backoff = { firstMs: 100, capMs: 5_000 }

/**
 * Doubles with each failed try up to the cap; a random half of it is taken off, so that many who lost the same server
 * do not come back in step. `failed`: tries that have failed in a row, from 1.
 */
export function backoffMs(failed: number, random: number, { firstMs, capMs }: Backoff = usualBackoff): number {
  const whole = Math.min(capMs, firstMs * 2 ** Math.min(failed - 1, 30))
  return Math.round(whole - (whole / 2) * random)
}
