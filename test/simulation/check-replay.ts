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
  const [told, lived] = [plain(restored, textOnce), plain(hall, JSON.stringify)]
  if (told === lived) return
  try {
    deepStrictEqual(JSON.parse(told), JSON.parse(lived))
  } catch (error) {
    complain('the journal gives back what is in memory', (error as Error).message)
  }
}

type Text = (value: unknown) => string

/** Of what the journal gives back, which is the same value as long as nobody has written another. */
const texts = new WeakMap<object, string>()
function textOnce(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value)
  texts.set(value, text)
  return text
}

/** As JSON would have it: what is undefined is not there. */
function plain(hall: Readonly<HallState>, text: Text): string {
  const byKey = (map: ReadonlyMap<string, unknown>): string =>
    `{${[...map.keys()].sort().map((key) => `${JSON.stringify(key)}:${text(map.get(key))}`)}}`
  const { serial, asterisk, board } = hall
  const waiting = queuesWaiting(board).flatMap(([queue]) => {
    const places = waitingIn(board, queue).map(({ call, since, front }) => [call, since, front])
    return places.length > 0 ? [[queue, places]] : []
  })
  const parts = {
    calls: byKey(hall.calls),
    papers: byKey(hall.papers),
    leaving: byKey(hall.leaving),
    places: byKey(hall.places),
    sittings: byKey(hall.sittings),
    agents: `[${agentsOf(board).map((agent) => text(agent))}]`,
    rest: JSON.stringify([[...hall.closing].sort(), serial, asterisk, waiting]),
  }
  return `{${Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}:${part}`)}}`
}
