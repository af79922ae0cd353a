/** What happens in a shift, drawn from a seed beforehand: plain data, so that a failing one can be cut down and told. */
import { type Dice, diceFrom } from './dice.ts'
import type { Weather } from './weather.ts'

export type Deed = { readonly at: number } & (
  | { readonly do: 'call'; readonly number: string; readonly dialled: string; readonly patienceMs: number }
  | { readonly do: 'callerHangsUp'; readonly pick: number }
  | { readonly do: 'phoneHangsUp'; readonly pick: number }
  | { readonly do: 'phoneGone'; readonly seat: number; readonly forMs: number }
  /** An agent does something, likely or not; `roll` chooses what. `twice`: an impatient finger. */
  | { readonly do: 'press'; readonly agent: number; readonly roll: number; readonly twice: boolean }
  | { readonly do: 'crash'; readonly downMs: number; readonly on?: CrashPoint }
  | { readonly do: 'takeOver'; readonly from: Leaving; readonly gapMs: number }
  | { readonly do: 'standStill'; readonly forMs: number }
  | { readonly do: 'cut'; readonly silentMs: number; readonly awayMs: number }
  | { readonly do: 'restartAsterisk'; readonly awayMs: number }
  | { readonly do: 'weather'; readonly is: Partial<Weather>; readonly forMs: number }
  | { readonly do: 'slowDisk'; readonly syncMs: number; readonly forMs: number }
  | { readonly do: 'fullDisk'; readonly forMs: number }
  | { readonly do: 'hangAsterisk'; readonly forMs: number }
  | { readonly do: 'stepClock'; readonly byMs: number }
)
/** Not at once, but at so many decisions from then: when one has just been taken, or has just come to disk, with its orders on their way. */
export type CrashPoint = { readonly moment: 'decided' | 'durable'; readonly count: number }
/** How a leader leaves whom a standby follows: killed; told to end, as for an upgrade; standing still, and then killed by its guard. */
export type Leaving = 'killed' | 'told' | 'frozen'
export type Scenario = { readonly seed: number; readonly activeMs: number; readonly deeds: readonly Deed[] }

export const agentCount = 5
const faults: readonly Deed['do'][] = [
  ...([
    'crash',
    'takeOver',
    'cut',
    'restartAsterisk',
    'weather',
    'slowDisk',
    'fullDisk',
    'hangAsterisk',
    'stepClock',
  ] as const),
]
export const isFault = ({ do: what }: Deed): boolean => faults.includes(what)

/** A shift of some minutes. Some are calm, some are bad days. */
export function drawScenario(seed: number, activeMs = 600_000): Scenario {
  const dice = diceFrom(seed, 'scenario')
  const minutes = activeMs / 60_000
  const busy = dice.of([2, 4, 6, 9])
  const bad = dice.of([0, 0.3, 0.6, 1.2])
  const deeds: Deed[] = []
  const often = (perMinute: number, draw: (at: number) => Deed): void => {
    for (let n = dice.whole(0, Math.round(2 * perMinute * minutes)); n > 0; n--) {
      deeds.push(draw(Math.round(dice.between(0, activeMs))))
    }
  }
  for (let n = Math.round(busy * minutes); n > 0; n--) callAt(dice, Math.round(dice.between(0, activeMs)), deeds)
  for (let n = dice.whole(0, 2); n > 0; n--) burst(dice, activeMs, deeds)
  often(busy * 2.5, (at) => ({
    at,
    do: 'press',
    agent: dice.whole(0, agentCount - 1),
    roll: dice.throw(),
    twice: dice.happens(0.3),
  }))
  often(0.5, (at) => ({ at, do: 'callerHangsUp', pick: dice.throw() }))
  often(busy / 4, (at) => ({ at, do: 'phoneHangsUp', pick: dice.throw() }))
  often(bad / 2, (at) => ({
    at,
    do: 'phoneGone',
    seat: dice.whole(0, agentCount - 1),
    forMs: Math.round(dice.between(500, 20_000)),
  }))
  often(bad / 2, (at) => ({
    at,
    do: 'crash',
    downMs: Math.round(dice.of([200, 1_500, 4_000, 20_000]) * dice.throw()),
    ...(dice.happens(0.7) && {
      on: { moment: dice.of(['decided', 'durable', 'durable'] as const), count: dice.whole(1, 15) },
    }),
  }))
  often(bad / 3, (at) => ({
    at,
    do: 'cut',
    silentMs: dice.happens(0.4) ? 4_000 : 0,
    awayMs: dice.happens(0.4) ? Math.round(dice.between(10, 5_000)) : 0,
  }))
  often(bad / 8, (at) => ({ at, do: 'restartAsterisk', awayMs: Math.round(dice.between(100, 8_000)) }))
  often(bad / 3, (at) => ({ at, do: 'weather', is: drawWeather(dice), forMs: Math.round(dice.between(1_000, 20_000)) }))
  often(bad / 4, (at) => ({
    at,
    do: 'slowDisk',
    syncMs: dice.of([20, 200, 2_000]),
    forMs: Math.round(dice.between(1_000, 15_000)),
  }))
  often(bad / 3, (at) => ({ at, do: 'weather', is: drawLeaks(dice), forMs: Math.round(dice.between(2_000, 60_000)) }))
  often(bad / 10, (at) => ({ at, do: 'fullDisk', forMs: Math.round(dice.between(500, 30_000)) }))
  often(bad / 10, (at) => ({
    at,
    do: 'hangAsterisk',
    forMs: Math.round(dice.of([1_000, 5_000, 60_000]) * dice.between(0.3, 1)),
  }))
  often(bad / 10, (at) => ({ at, do: 'stepClock', byMs: dice.of([-3_600_000, 3_600_000, -40_000, 40_000]) }))
  often(bad / 3, (at) => ({
    at,
    do: 'takeOver',
    from: dice.of(['killed', 'told', 'told', 'frozen'] as const),
    gapMs: Math.round(dice.of([0, 5, 100]) * dice.throw()),
  }))
  often(bad / 6, (at) => ({ at, do: 'standStill', forMs: Math.round(dice.of([300, 1_500, 5_000]) * dice.throw()) }))
  closeTogether(dice, deeds)
  deeds.sort((a, b) => a.at - b.at)
  return { seed, activeMs, deeds }
}

/** Most harm is done where things meet: half of the faults strike just after a deed, and people go on while it mends. */
function closeTogether(dice: Dice, deeds: Deed[]): void {
  const calm = deeds.filter((deed) => !isFault(deed))
  for (const [n, deed] of deeds.entries()) {
    if (!isFault(deed) || deed.do === 'weather' || deed.do === 'slowDisk' || deed.do === 'fullDisk') continue
    const at = calm.length > 0 && dice.happens(0.6) ? dice.of(calm).at + dice.between(0, 12) : deed.at
    deeds[n] = { ...deed, at }
    const backAt = at + ('downMs' in deed ? deed.downMs + 100 : 'awayMs' in deed ? deed.awayMs : 50)
    for (let more = dice.whole(0, 3); more > 0; more--)
      deeds.push(drawMoment(dice, backAt + dice.between(0, deed.do === 'cut' ? 120 : 40)))
  }
}

const drawMoment = (dice: Dice, at: number): Deed =>
  dice.of<Deed>([
    { at, do: 'callerHangsUp', pick: dice.throw() },
    { at, do: 'phoneHangsUp', pick: dice.throw() },
    { at, do: 'press', agent: dice.whole(0, agentCount - 1), roll: dice.throw(), twice: dice.happens(0.4) },
    { at, do: 'call', number: '13900000000', dialled: '12345', patienceMs: Math.round(dice.between(10, 30_000)) },
  ])

function callAt(dice: Dice, at: number, deeds: Deed[]): void {
  deeds.push({
    at,
    do: 'call',
    number: `138${String(dice.whole(0, 99_999_999)).padStart(8, '0')}`,
    dialled: dice.happens(0.02) ? '99999' : dice.of(['12345', '12345', '12369', '12320']),
    patienceMs: Math.round(dice.of([300, 6_000, 40_000, 90_000]) * dice.between(0.2, 1.2)),
  })
}

/** Many at once, as when the water is off in a district. */
function burst(dice: Dice, activeMs: number, deeds: Deed[]): void {
  const from = Math.round(dice.between(0, activeMs))
  for (let n = dice.whole(5, 15); n > 0; n--) callAt(dice, from + Math.round(dice.between(0, 300)), deeds)
}

const drawWeather = (dice: Dice): Partial<Weather> =>
  dice.of<Partial<Weather>>([
    { loseAnswer: dice.between(0.05, 0.4) },
    { loseRequest: dice.between(0.05, 0.4) },
    { lateAnswer: dice.between(0.02, 0.2) },
    { doubleEvent: dice.between(0.1, 0.8) },
    { slowMs: dice.of([20, 200, 1_000]) },
  ])

/** Single events that a bad proxy loses, doubles or holds back. */
const drawLeaks = (dice: Dice): Partial<Weather> => {
  const share = dice.of([0.01, 0.05, 0.1, 0.4])
  return dice.of<Partial<Weather>>([
    { dropEvent: share },
    { delayEvent: share },
    { doubleEvent: share, delayEvent: share },
    { dropEvent: share, doubleEvent: share, delayEvent: share },
  ])
}

/** One line each, as a person would tell it. */
export const tell = (deed: Deed): string => {
  const { at, do: what, ...rest } = deed
  return `${at.toFixed(1).padStart(9)} ms  ${what} ${JSON.stringify(rest)}`
}
