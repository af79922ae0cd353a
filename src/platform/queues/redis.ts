/** Where Redis is, and how each side of a queue talks to it. */
import type { RedisOptions } from 'ioredis'

export type RedisAddress = { readonly url: string; readonly password?: string }

const RECONNECT_AT_MOST_MS = 2_000
/** Goes on for ever: Redis may be away for hours. Half of the wait is random, so that not everybody returns at once. */
const retryStrategy = (tries: number): number => {
  const ms = Math.min(50 * 2 ** Math.min(tries, 10), RECONNECT_AT_MOST_MS)
  return ms / 2 + Math.random() * (ms / 2)
}

const addressOf = ({ url, password }: RedisAddress) => {
  const { hostname, port, username, pathname, protocol } = new URL(url)
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password === undefined ? {} : { password }),
    ...(pathname.length > 1 ? { db: Number(pathname.slice(1)) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    retryStrategy,
  } satisfies RedisOptions
}

/** A producer rejects at once while Redis is away, and does not wait on a Redis that has frozen. */
export const toProduce = (address: RedisAddress) =>
  ({
    ...addressOf(address),
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 3_000,
    commandTimeout: 5_000,
  }) satisfies RedisOptions

/** A worker waits for Redis as long as it takes. */
export const toConsume = (address: RedisAddress) =>
  ({
    ...addressOf(address),
    maxRetriesPerRequest: null,
  }) satisfies RedisOptions

/** Awaits `work`, but not longer than `ms`. Says whether it came to its end. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
