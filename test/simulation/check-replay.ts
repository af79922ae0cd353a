/** What the journal would give back must be what is in memory. */
import { deepStrictEqual } from 'node:assert/strict'
import { agentsOf, queuesWaiting, waitingIn } from '#acd/core'
import type { HallState } from '../../src/switchboard/hall-state.ts'
import { createLegRegister } from '../../src/switchboard/leg-register.ts'
import { restoreHall } from '../../src/switchboard/restore-hall.ts'
import type { OpenJournal } from './disk.ts'
import type { Complain } from './failure.ts'
import { house } from './house.ts'

export function checkReplay(hall: Readonly<HallState>, journal: OpenJournal, complain: Complain): void {
  const restored = restoreHall({ epoch: journal.epoch, kept: journal.believed() }, house, createLegRegister())
  const [told, lived] = [plain(restored), plain(hall)]
  if (told === lived) return
  try {
    deepStrictEqual(JSON.parse(told), JSON.parse(lived))
  } catch (error) {
    complain('the journal gives back what is in memory', (error as Error).message)
  }
}

/** As text would have it: what is undefined is not there. */
function plain(hall: Readonly<HallState>): string {
  const byKey = <V>(map: ReadonlyMap<string, V>): [string, V][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify({
    calls: byKey(hall.calls),
    papers: byKey(hall.papers),
    closing: [...hall.closing].sort(),
    leaving: byKey(hall.leaving),
    places: byKey(hall.places),
    sittings: byKey(hall.sittings),
    serial: hall.serial,
    asterisk: hall.asterisk,
    agents: agentsOf(hall.board),
    waiting: queuesWaiting(hall.board)
      .map(([queue]) => [queue, waitingIn(hall.board, queue).map(({ call, since, front }) => [call, since, front])])
      .filter(([, calls]) => calls?.length),
  })
}
