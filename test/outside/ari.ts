/**
 * ari-client with its traps fenced off (facts: it never times out, gives no status codes, keeps a listener for each
 * object that ever lived, gives up reconnecting after ten tries). Only what the outside world needs.
 */
import { type Channel, type Client, connect } from 'ari-client'
import type { OutsideAddress } from './outside-asterisk.ts'

export const app = 'outside'

/** No request to an Asterisk on this machine takes longer, unless it hangs. */
const answerWithinMs = 5_000

/** An event as Asterisk sends it. `tech_cause` (the SIP status) is younger than the types of ari-client. */
export type AriEvent = {
  readonly type: string
  readonly channel?: Pick<Channel, 'id' | 'name' | 'state' | 'caller' | 'connected' | 'dialplan'>
  readonly args?: readonly string[]
  readonly cause?: number
  readonly tech_cause?: number
  readonly digit?: string
  readonly dialstatus?: string
}

/** The event types that are listened to, each by one listener for the whole life of the connection. */
const eventTypes = [
  'StasisStart',
  'StasisEnd',
  'ChannelStateChange',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelUnhold',
  'PlaybackFinished',
] as const

export type Ari = {
  readonly client: Client
  /** Waits for an answer, but not for ever. */
  ask<T>(what: string, request: Promise<T>): Promise<T>
  /** The same for something that may have gone meanwhile: then false. */
  tell(what: string, request: Promise<unknown>): Promise<boolean>
  /** Events of this channel from here on, also while it is not in our application; its end among them. */
  follow(channelId: string): Promise<boolean>
  close(): void
}

export async function openAri(
  { ariUrl, password }: OutsideAddress,
  on: { event: (event: AriEvent) => void; lost: (why: string) => void },
): Promise<Ari> {
  const client = await quietly(() => connect(ariUrl, 'outside', password))
  for (const type of eventTypes) client.on(type as 'StasisStart', (event: unknown) => on.event(event as AriEvent))
  client.on('WebSocketReconnecting', (error) => on.lost(`the outside Asterisk is gone: ${error?.message ?? 'closed'}`))
  client.on('WebSocketMaxRetries', () => on.lost('the outside Asterisk is gone for good'))
  await client.start(app)
  const ask = <T>(what: string, request: Promise<T>) => bounded(what, request)
  const tell = async (what: string, request: Promise<unknown>) => {
    try {
      await ask(what, request)
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }
  const follow = (channelId: string) =>
    tell('follow', client.applications.subscribe({ applicationName: app, eventSource: `channel:${channelId}` }))
  return { client, ask, tell, follow, close: () => client.stop() }
}

/** ari-client's errors carry nothing but Asterisk's JSON text. An answer fails when the other side gives up in that moment. */
const goneTexts = /not found|does not exist|not in Stasis|not in a Stasis|invalid state|failed to answer channel/i
const isGone = (error: unknown) => error instanceof Error && goneTexts.test(error.message)

async function bounded<T>(what: string, request: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer to "${what}"`)), answerWithinMs)
  try {
    return await Promise.race([request, late])
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Its swagger library prints a word about its own age each time. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log } = console
  console.log = (...words: unknown[]) => {
    if (!String(words[0]).includes('deprecated version of Swagger')) log(...words)
  }
  try {
    return await work()
  } finally {
    console.log = log
  }
}
