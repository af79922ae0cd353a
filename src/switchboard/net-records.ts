/**
 * The records that the dialplan's safety net has left in Asterisk's own database. Functions can be written without a channel but
 * read only on one: a channel that leads nowhere is made for the question, and never dialled.
 */
import type { CallId, LegId } from '#kernel'
import type { AriClient } from '#platform/asterisk/ari-client'
import type { LegRegister } from './leg-register.ts'

/** A channel made for a question. Of a process that died before it had the answer, it is there for ever. */
export const isQuestion = (channel: string): boolean => /^net-\d+-\d+$/.test(channel)

/** Asterisk has other work besides. */
const atOnce = 50

export type NetRecords = ReturnType<typeof createNetRecords>

export function createNetRecords({ client, app, legs }: { client: AriClient; app: string; legs: LegRegister }) {
  /** What the net wrote last, as far as we have looked; `undefined`: we have never looked. */
  let seen: string | undefined
  let questions = 0

  /** Keys, one a call. Reads nothing when nothing was written since it was last asked. `undefined`: it cannot be read just now. */
  async function list(): Promise<string[] | undefined> {
    const last = await client.getGlobalVariable('NET_LAST')
    if (last === seen) return []
    const keys = await ask()
    if (keys !== undefined) seen = last
    return keys
  }

  /** `undefined`: there is no channel to ask on just now. */
  async function ask(): Promise<string[] | undefined> {
    const question = `net-${Date.now()}-${++questions}` as LegId
    // Known and gone, so that an audit does not take it for a leg that nobody knows.
    legs.addLeg(question, question as string as CallId)
    legs.dropLeg(question)
    const deeds = client.lane(question)
    try {
      const endpoint = 'Local/s@net-records/n'
      const made = await deeds.createChannel({ channelId: question, endpoint, app, formats: 'alaw' })
      if (made !== 'done') return undefined
      const keys = await client.getVariable(question, 'DB_KEYS(net)')
      return keys === 'gone' ? undefined : keys.split(',').filter((key) => key !== '')
    } finally {
      // One that cannot be hung up now is nobody's from here on, and an audit does it.
      await deeds.hangup(question).finally(() => legs.dropCall(question as string as CallId))
    }
  }

  return {
    list,
    /** Keys of those who have hung up last while we should have heard it. There they stay, until others take their place. */
    justLeft: async (): Promise<string[]> => (await client.getGlobalVariable('JUST_LEFT')).split('&'),
    /** Removes these and answers which are still there: ARI says "done" also when nothing was done. */
    async remove(keys: readonly string[]): Promise<string[]> {
      for (let at = 0; at < keys.length; at += atOnce)
        await Promise.all(
          keys.slice(at, at + atOnce).map((key) => client.unordered.setGlobalVariable(`DB_DELETE(net/${key})`, '')),
        )
      return (await ask()) ?? [...keys]
    },
    /** The next look is one, whether or not something was written since. */
    forget(): void {
      seen = undefined
    },
  }
}
