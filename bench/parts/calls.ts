/** Bare Dial(), app_queue and ours, at the same rates on the same machine, in turn, several times over. */
import { agents } from '../lab/asterisk-etc.ts'
import { type Spread, spread } from '../lab/figures.ts'
import type { Lab } from '../lab/lab.ts'
import { type Measured, measureCalls } from '../lab/measure-calls.ts'
import type { Load } from '../lab/sipp.ts'
import { type MinimalClient, minimalClients, openMinimal, openWay, type Way, type WayName } from './ways.ts'

export type Scale = {
  /** How often everything is measured; the middle is told. */
  readonly rounds: number
  /** How long each rate is kept up. */
  readonly seconds: number
  readonly rates: readonly number[]
  /** Rates tried one after another to find the highest that holds; empty: not looked for. */
  readonly ceilingRates: readonly number[]
}

const talkMs = [1_000, 1_500] as const
/** Above this rate calls are shorter, or 200 agents would not be enough for them. */
const shortTalkFrom = 110
const shortTalkMs = [600, 900] as const
export const allWays: readonly WayName[] = ['dial', 'queue', 'ours']
/** A hall in which agents talk so much of their time; callers come at random, and some have to wait for a free one. */
export const fullHall = { occupancy: 0.95, seconds: 30, spreadMs: 2_000, patienceMs: 60_000, rates: [40, 80] } as const
const warmUp = { rate: 20, calls: 300 } as const

export type RateFigures = {
  readonly rate: number
  readonly p50: Spread
  readonly p99: Spread
  readonly cpuACall: Readonly<Record<string, Spread>>
  readonly calls: number
  readonly failed: number
  readonly repeated: number
  /** Agents who did not become ready again, or calls that did not end, by themselves: a fault of whoever distributes them. */
  readonly stuck: number
  /** Least that was reached of the rate that was asked for; below 0.95 the generators themselves could not keep up. */
  readonly reached: number
  /** Share of the machine that was busy, with everything on it. */
  readonly busy: Spread
}
export type WayFigures = { readonly way: string; readonly rates: readonly RateFigures[]; readonly holds: number | null }

export async function measureWays(
  lab: Lab,
  scale: Scale,
  ways: ReadonlySet<WayName>,
  storePids: Readonly<Record<string, number>>,
  say: (line: string) => void,
): Promise<WayFigures[]> {
  const open = (name: WayName): Promise<Way> => openWay(lab, name, storePids)
  const names = allWays.filter((name) => ways.has(name))
  const runs = await inTurn(names, scale, open, say)
  const figures: WayFigures[] = []
  for (const name of names) {
    const holds =
      scale.ceilingRates.length > 0 ? await findCeiling(() => open(name), name, scale.ceilingRates, say) : null
    figures.push({ way: name, rates: summed(runs.get(name) ?? []), holds })
  }
  return figures
}

/** Ours beside app_queue where callers wait: what an agent's becoming free costs who is next. */
export async function measureFullHall(
  lab: Lab,
  { rounds }: Scale,
  storePids: Readonly<Record<string, number>>,
  say: (line: string) => void,
): Promise<WayFigures[]> {
  const names = ['queue', 'ours'] as const
  const open = (name: WayName): Promise<Way> => openWay(lab, name, storePids)
  const runs = await inTurn(names, { rounds, ...fullHall }, open, say, fullLoad)
  return names.map((way) => ({ way, rates: summed(runs.get(way) ?? []), holds: null }))
}

function fullLoad(rate: number): Omit<Load, 'number'> {
  const { occupancy, seconds, spreadMs, patienceMs } = fullHall
  const meanMs = ((occupancy * agents) / rate) * 1_000
  return { rate, calls: rate * seconds, talkMs: [meanMs * 0.8, meanMs * 1.2], spreadMs, patienceMs }
}

export async function measureClients(lab: Lab, scale: Scale, say: (line: string) => void): Promise<WayFigures[]> {
  const names = Object.keys(minimalClients) as MinimalClient[]
  const runs = await inTurn(names, { ...scale, rates: [40] }, (name) => openMinimal(lab, name), say)
  return names.map((way) => ({ way, rates: summed(runs.get(way) ?? []), holds: null }))
}

type Run = Measured & { readonly stuck: number }

/** A B C, A B C …, so that a machine that slows down slows all of them. */
async function inTurn<Name extends string>(
  names: readonly Name[],
  { rounds, rates, seconds }: Omit<Scale, 'ceilingRates'>,
  open: (name: Name) => Promise<Way>,
  say: (line: string) => void,
  loadAt: (rate: number, calls: number) => Omit<Load, 'number'> = easyLoad,
): Promise<Map<Name, Run[]>> {
  const runs = new Map<Name, Run[]>(names.map((name) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      await withWay(open(name), async (way) => {
        for (const rate of rates) {
          const measured = await measure(way, loadAt(rate, rate * seconds))
          say(`round ${round} of ${rounds}: ${name} at ${rate}/s: ${sketch(measured)}`)
          const stuck = await way.settled()
          if (stuck > 0) say(`  ${stuck} agents or calls were still taken long after the last call`)
          runs.get(name)?.push({ ...measured, stuck })
        }
      })
    }
  }
  return runs
}

/** The highest rate at which every call was connected, 99 of 100 within a second; the first that fails twice ends the search. */
async function findCeiling(
  open: () => Promise<Way>,
  name: WayName,
  rates: readonly number[],
  say: (line: string) => void,
): Promise<number | null> {
  let holds: number | null = null
  for (const rate of rates) {
    let measured = await oneRate(open, rate)
    if (!isGood(measured)) measured = await oneRate(open, rate)
    say(`ceiling: ${name} at ${rate}/s ${isGood(measured) ? 'holds' : 'does not hold'}: ${sketch(measured)}`)
    if (!isGood(measured)) break
    holds = rate
  }
  return holds
}

const isGood = ({ failed, p99, rate, asked }: Measured): boolean => failed === 0 && p99 <= 1_000 && rate >= asked * 0.95

/** Each try on a fresh Asterisk: one that was overrun does not spoil the next. */
async function oneRate(open: () => Promise<Way>, rate: number): Promise<Measured> {
  return await withWay(open(), (way) => measure(way, easyLoad(rate, rate * 10)))
}

async function withWay<T>(opening: Promise<Way>, work: (way: Way) => Promise<T>): Promise<T> {
  const way = await opening
  try {
    await measureCalls(way.place, { number: way.number, ...warmUp, talkMs: shortTalkMs }, {})
    await way.settled()
    return await work(way)
  } finally {
    await way.stop()
  }
}

/** An agent is always free. */
const easyLoad = (rate: number, calls: number): Omit<Load, 'number'> => ({
  rate,
  calls,
  talkMs: rate > shortTalkFrom ? shortTalkMs : talkMs,
})

function measure(way: Way, load: Omit<Load, 'number'>): Promise<Measured> {
  return measureCalls(way.place, { number: way.number, ...load }, way.processes)
}

function summed(runs: readonly Run[]): RateFigures[] {
  return [...Map.groupBy(runs, ({ asked }) => asked)].map(([rate, all]) => ({
    rate,
    p50: spread(all.map(({ p50 }) => p50)),
    p99: spread(all.map(({ p99 }) => p99)),
    cpuACall: Object.fromEntries(
      Object.keys(all[0]?.cpuACall ?? {}).map((name) => [name, spread(all.map(({ cpuACall }) => cpuACall[name] ?? 0))]),
    ),
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    repeated: all.reduce((sum, { repeated }) => sum + repeated, 0),
    stuck: all.reduce((sum, { stuck }) => sum + stuck, 0),
    reached: Math.min(...all.map((one) => one.rate / one.asked)),
    busy: spread(all.map(({ busy }) => busy)),
  }))
}

const sketch = ({ p50, p99, failed, cpuACall, busy }: Measured): string =>
  `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms, ${failed} failed, CPU a call ${Object.entries(cpuACall)
    .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
    .join(', ')} ms; machine ${Math.round(busy * 100)} % busy`
