/**
 * When we compare with Asterisk although it was never away: every half a minute, and as soon as the channels it has for us are
 * others than those we know of, in two answers on end. Whoever's coming or going was not told (an event was lost) would otherwise
 * have somebody listen to nothing until the next comparison.
 */
import { legsOf } from '#calls/core'
import type { AriClient } from '#platform/asterisk/ari-client'
import type { HallState } from './hall-state.ts'
import type { LegRegister } from './leg-register.ts'
import { mustBeThere } from './reconcile.ts'
import type { Timers } from './timers.ts'

const auditEveryMs = 30_000
const glanceEveryMs = 2_000

export function createAudit({
  client,
  app,
  hall,
  legs,
  timers,
  compare,
  trouble,
}: {
  client: AriClient
  app: string
  hall: HallState
  legs: LegRegister
  timers: Timers
  /** Answers whether it came to an end: an answer of Asterisk's may be lost. */
  compare: (why: 'audit' | 'difference') => Promise<boolean>
  trouble: (error: unknown, what: string) => void
}) {
  /** What differed in the last answer; `told`: they have their comparison, which leaves them as they are unless it fails. */
  let strange = new Map<string, 'seen' | 'told'>()
  let isOn = false
  let isLooking = false

  function audit(): void {
    timers.start('audit', auditEveryMs, audit)
    void compare('audit')
  }

  async function compareDifference(): Promise<void> {
    if (await compare('difference')) return
    for (const what of strange.keys()) strange.set(what, 'seen')
  }

  const expected = (): string[] =>
    [...hall.calls.values()].flatMap((call) => legsOf(call).filter((leg) => mustBeThere(legs, call, leg)))

  async function glance(): Promise<void> {
    const before = expected()
    const application = await client.getApplication(app)
    const there = new Set(application === 'gone' ? [] : application.channel_ids)
    const still = new Set(expected())
    const missing = before.filter((leg) => !there.has(leg) && still.has(leg)).map((leg) => `${leg} is missing`)
    const unknown = [...there].filter((channel) => !legs.legOf(channel) && !legs.hasLeft(channel))
    const seen = strange
    strange = new Map([...missing, ...unknown].map((what) => [what, seen.has(what) ? 'told' : 'seen']))
    if (isOn && [...strange.keys()].some((what) => seen.get(what) === 'seen')) void compareDifference()
  }

  function glanceAgain(): void {
    timers.start('glance', glanceEveryMs, glanceAgain)
    if (isLooking) return // Asterisk is slow, or hung
    isLooking = true
    glance()
      .catch((error: unknown) => trouble(error, 'glance'))
      .finally(() => {
        isLooking = false
      })
  }

  return {
    start(): void {
      isOn = true
      strange = new Map()
      timers.start('audit', auditEveryMs, audit)
      timers.start('glance', glanceEveryMs, glanceAgain)
    },
    stop(): void {
      isOn = false
      timers.stop('audit')
      timers.stop('glance')
    },
  }
}
