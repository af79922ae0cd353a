/**
 * The floors of the house: imports point down, never up. A room is entered by its door; a core knows neither clock nor
 * network nor chance.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const src = new URL('../../src', import.meta.url).pathname
const floors = [
  'kernel',
  'platform',
  'journal',
  'access',
  'calendars',
  'calls',
  'recordings',
  'ivr',
  'acd',
  'switchboard',
  'knowledge',
  'tickets',
  'realtime',
  'main',
]
/** Doors that open for few. */
const onlyFor: Record<string, readonly string[]> = {
  switchboard: ['main'],
  realtime: ['main'],
  'platform/asterisk': ['switchboard', 'main'],
}
const mostLines = 400
/** Longer than allowed, each with its reason. */
const exempt = [/\/generated\//]

type Source = { path: string; room: string; isCore: boolean; text: string; imports: string[] }
const sources: Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8')
    const [room = '', second] = path.split('/')
    const imports = [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map((found) => found[1] ?? '')
    return { path: relative(src, join(src, path)), room, isCore: second === 'core', text, imports }
  })

const roomOf = (door: string): string => door.slice(1).split('/')[0] ?? ''

test('there are sources to judge', () => {
  expect(sources.length).toBeGreaterThan(50)
})

test('imports point down the floors, never up', () => {
  const upward = sources.flatMap(({ path, room, imports }) =>
    imports
      .filter((door) => door.startsWith('#'))
      .filter((door) => floors.indexOf(roomOf(door)) > floors.indexOf(room) || !floors.includes(roomOf(door)))
      .map((door) => `${path} imports ${door}`),
  )
  expect(upward).toEqual([])
})

test('doors that open for few open for nobody else', () => {
  const intruders = sources.flatMap(({ path, room, imports }) =>
    imports.flatMap((door) =>
      Object.entries(onlyFor)
        .filter(
          ([closed, allowed]) =>
            (door === `#${closed}` || door.startsWith(`#${closed}/`)) &&
            room !== closed.split('/')[0] &&
            !allowed.includes(room),
        )
        .map(() => `${path} imports ${door}`),
    ),
  )
  expect(intruders).toEqual([])
})

test('a core imports cores, the kernel and typebox only', () => {
  const impure = sources
    .filter(({ isCore }) => isCore)
    .flatMap(({ path, imports }) =>
      imports
        .filter(
          (door) =>
            !(
              door.startsWith('./') ||
              door.startsWith('../') ||
              door === '#kernel' ||
              /^#[a-z]+\/core$/.test(door) ||
              /^typebox(\/|$)/.test(door)
            ),
        )
        .map((door) => `${path} imports ${door}`),
    )
  expect(impure).toEqual([])
})

test('a core knows no clock, no chance, no process and does not wait', () => {
  const words = [
    /\bDate\.now\b/,
    /\bnew Date\(\)/,
    /\bMath\.random\b/,
    /\bprocess\./,
    /\bsetTimeout\b/,
    /\basync\b/,
    /\bawait\b/,
    /\bPromise\b/,
  ]
  const impure = sources
    .filter(({ isCore }) => isCore)
    .flatMap(({ path, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return words.filter((word) => word.test(code)).map((word) => `${path}: ${word.source}`)
    })
  expect(impure).toEqual([])
})

test('outside its core, a room writes ./ for its own files and doors for all others', () => {
  const windows = sources
    .filter(({ isCore, room }) => !isCore && room !== 'platform' && room !== 'main')
    .flatMap(({ path, imports }) =>
      imports.filter((door) => door.startsWith('../')).map((door) => `${path} imports ${door}`),
    )
  expect(windows).toEqual([])
})

test(`no file is longer than ${mostLines} lines`, () => {
  const long = sources
    .filter(({ path }) => !exempt.some((pattern) => pattern.test(`/${path}`)))
    .filter(({ text }) => text.split('\n').length > mostLines)
    .map(({ path }) => path)
  expect(long).toEqual([])
})

test('no drawer is called helper, util, common, service, manager or types', () => {
  const drawers = sources
    .map(({ path }) => path)
    .filter((path) => /(^|[/-])(helpers?|utils?|common|services?|managers?|types|interfaces)\.ts$/.test(path))
  expect(drawers).toEqual([])
})
