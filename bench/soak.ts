/** `scripts/soak`: the long form of test/faults; see `usage`. Each fault strikes at an instant that the seed gives. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { diesAt, openCrashStories } from '../test/faults/crash-story.ts'
import type { Fault } from '../test/faults/fault.ts'
import { openStack, type Stack } from '../test/faults/kit/stack.ts'
import { faults } from '../test/faults/list.ts'
import { type Outcome, ordeal } from '../test/faults/ordeal.ts'
import { diceFrom } from '../test/simulation/dice.ts'
import { readNames, readNumber, readOptions } from './lab/command-line.ts'
import { median } from './lab/figures.ts'

const usage = `scripts/soak: lets every fault strike while calls go on, what has struck least often next, and prints one table

  --minutes N         so long (20); what has begun then is carried to its end
  --into FILE         adds to the runs of a JSON file, after each one; the table is of all that are in it. FILE.logs has the logs
                      of those in which something was wrong
  --logs              and of all others
  --only NAME         this fault; may be given several times
  --crash-points      first one call after another in the full hall, with the switchboard killed at each point of one in turn
  --small             a hall that two busy cores carry beside other work, instead of one of 200 who talk, 100 who wait, 30 who ring
  --seed N            of the instants
  --blows N           how often each fault strikes one hall (20)

Faults:
  ${faults.map(({ name }) => name).join('\n  ')}`

const values = readOptions(usage, {
  minutes: { type: 'string', default: '20' },
  into: { type: 'string' },
  only: { type: 'string', multiple: true },
  'crash-points': { type: 'boolean', default: false },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  small: { type: 'boolean', default: false },
  logs: { type: 'boolean', default: false },
  blows: { type: 'string', default: '20' },
})
const names = faults.map(({ name }) => name)
const only = readNames('fault', values.only ?? names, names)
/** How many there are of each kind, all the time; `rate`: new calls a second. */
const load = values.small
  ? { talking: 30, tones: 20, waiting: 20, ringing: 5, rate: 5 }
  : { talking: 200, tones: 20, waiting: 100, ringing: 30, rate: 5 }
const wantedBlows = readNumber('blows', values.blows, 1)
/** Some more for who comes and goes. */
const hallSize = { agentCount: load.talking + load.ringing + 43, lateCount: load.ringing + 10 }
type Run = Outcome & { readonly seed: string; readonly points?: readonly number[]; readonly commit?: string }

/** What was on trial; a file of runs may be of several. */
const commit = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).stdout?.trim() ?? ''
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`)
const dice = diceFrom(readNumber('seed', values.seed, 0), 'soak')
const chosen = faults.filter(({ name, possible }) => only.has(name) && possible?.() !== false)
const endAt = performance.now() + readNumber('minutes', values.minutes, 0) * 60_000
const isTime = (): boolean => performance.now() < endAt
const runs: Run[] =
  values.into !== undefined && existsSync(values.into) ? (JSON.parse(readFileSync(values.into, 'utf8')) as Run[]) : []

function note(outcome: Outcome, more: { points?: readonly number[] } = {}): void {
  runs.push({ ...outcome, seed: values.seed, commit, ...more })
  const { failures, ...figures } = outcome
  say(JSON.stringify({ ...figures, ...more }))
  for (const { invariant, detail } of failures.slice(0, 5)) say(`  WRONG ${invariant}: ${detail}`)
  if (values.into === undefined) return
  writeFileSync(`${values.into}.new`, `${JSON.stringify(runs, null, 1)}\n`)
  renameSync(`${values.into}.new`, values.into)
}

const rarest = (): Fault | undefined => {
  // What strikes a hall but once is long, or many blows in one.
  const count = ({ name, mostBlows }: Fault): number =>
    runs
      .filter(({ fault }) => fault === name)
      .reduce((sum, { blows }) => sum + (mostBlows === undefined ? blows : wantedBlows), 0)
  return chosen.toSorted((one, other) => count(one) - count(other))[0]
}

/** The logs of a system in which something went wrong, or of any, beside the runs. */
function keepLogs({ system }: Stack): void {
  if (values.into === undefined || (!values.logs && (runs.at(-1)?.failures.length ?? 0) === 0)) return
  cpSync(system.options.dir, `${values.into}.logs/${runs.length}`, {
    recursive: true,
    filter: (path) => lstatSync(path).isDirectory() || path.endsWith('.log'),
  })
}

/** Nobody should have to judge a system in which something is wrong already. */
let stack: Stack | undefined
async function goodStack(): Promise<Stack> {
  if (stack && (runs.at(-1)?.failures.length ?? 0) > 0) {
    await stack.stop()
    stack = undefined
  }
  stack ??= await openStack(hallSize)
  return stack
}

async function strikeOnce(fault: Fault, more: { points?: readonly number[] } = {}): Promise<void> {
  const at = await goodStack()
  note(await ordeal(at, fault, { ...load, blows: wantedBlows, beforeMs: () => dice.between(500, 3_500) }), more)
  keepLogs(at)
}

/** Every point that has not had its turn. */
async function dieAtPoints(): Promise<void> {
  const stories = await openCrashStories(await goodStack())
  const { length } = (await stories.tell(0)).points
  await stories.close()
  say(`${length} points`)
  const had = new Set(runs.flatMap(({ points = [], failures }) => (failures.length === 0 ? points : [])))
  const left = Array.from({ length }, (_, n) => n + 1).filter((point) => !had.has(point))
  for (let from = 0; from < left.length && isTime(); from += wantedBlows) {
    const points = left.slice(from, from + wantedBlows)
    await strikeOnce(diesAt(points), { points })
  }
}

try {
  say(`seed ${values.seed}, ${chosen.length} faults, ${runs.length} runs so far`)
  if (values['crash-points']) await dieAtPoints()
  for (let fault = rarest(); fault !== undefined && isTime(); fault = rarest()) await strikeOnce(fault)
} finally {
  await stack?.stop()
}
console.table(
  [...Map.groupBy(runs, ({ fault }) => fault)].map(([fault, of]) => {
    const sum = (count: (run: Run) => number): number => of.reduce((all, run) => all + count(run), 0)
    const most = (figure: (run: Run) => number): number => Math.round(Math.max(...of.map(figure)))
    return {
      ...{
        fault,
        runs: of.length,
        blows: sum(({ blows }) => blows),
        calls: sum(({ calls }) => calls),
        lost: sum(({ lost }) => lost),
      },
      ...{ doubled: sum(({ doubled }) => doubled), reordered: sum(({ reordered }) => reordered) },
      ...{ cut: sum((run) => run.cut), wrong: of.filter(({ failures }) => failures.length > 0).length },
      'recovery ms': Math.round(median(of.map(({ medianRecoveryMs }) => medianRecoveryMs))),
      'worst recovery ms': most(({ recoveryMs }) => recoveryMs),
      ...{ 'worst ready ms': most(({ readyMs }) => readyMs), 'first sign ms': most(({ signMs }) => signMs) },
      'tone gap ms': most(({ gapMs }) => gapMs),
    }
  }),
)
say(`${runs.length} runs, ${runs.reduce((all, { calls }) => all + calls, 0)} calls`)
if (runs.some(({ failures }) => failures.length > 0)) process.exitCode = 1
