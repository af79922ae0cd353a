/** What a party has heard from the start of its story on, and waiting for it to hear something. */
import { type Sound, silence, windowMs } from './tones.ts'
import { makeWatch } from './watch.ts'

/** `who` is a party's name, or `music` for any sound that is nobody's voice. Times are `Date.now()`. */
export type Heard = { readonly who: string; readonly from: number; to: number }

export const music = 'music'

/** Windows that must agree one after another: half a second, longer than any gap of a hand-over and of one packet lost. */
const agreeing = 5
/** A voice that pauses for less than this is one stretch. */
const sameStretchMs = 150

export type Hearing = ReturnType<typeof makeHearing>

export function makeHearing(owner: string) {
  const heard: Heard[] = []
  const watch = makeWatch()
  let windows = 0
  let recent: Sound[] = []
  let deaf = true

  /** Takes one window that ended now. */
  function take(sound: Sound, from: number, to: number): void {
    for (const who of sound.other ? [...sound.voices, music] : sound.voices) {
      const open = heard.findLast((stretch) => stretch.who === who)
      if (open && from - open.to < sameStretchMs) open.to = to
      else heard.push({ who, from, to })
    }
    windows += 1
    deaf = false
    recent = [...recent.slice(1 - agreeing), sound]
    watch.poke()
  }

  /** Resolves when `agreeing` windows that began after the call fit one after another. */
  async function until(what: string, fits: (sound: Sound) => boolean, withinMs: number): Promise<void> {
    const since = windows
    const asked = Date.now()
    const enough = () =>
      deaf ? fits(silence) : windows - since > agreeing && recent.length === agreeing && recent.every(fits)
    await watch.until(enough, withinMs, () => `${owner} should hear ${what}, ${story(asked)}`)
  }

  /** Resolves when as many windows have come as make up `ms`; says from when to when. */
  async function listen(ms: number): Promise<readonly [from: number, to: number]> {
    const from = Date.now()
    const enough = windows + Math.ceil(ms / windowMs)
    await watch.until(
      () => windows >= enough,
      ms + 5_000,
      () => `${owner} has no sound to listen to`,
    )
    return [from, Date.now()]
  }

  /** For the reader of a failed test. */
  function story(since: number): string {
    const told = heard
      .filter((stretch) => stretch.to > since - 1_000)
      .map(({ who, from, to }) => `${who} (${seconds(from - since)} to ${seconds(to - since)})`)
    return told.length === 0 ? 'but heard nothing' : `but heard ${told.join(', ')}`
  }

  return {
    heard: heard as readonly Heard[],
    take,
    until,
    listen,
    /** Milliseconds for which `who` was heard between two points in time. */
    heardMs: (who: string, from: number, to: number): number =>
      heard
        .filter((stretch) => stretch.who === who)
        .reduce((sum, stretch) => sum + Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from)), 0),
    /** The leg is gone (as before the first one): nothing is heard. */
    deafen: () => {
      deaf = true
      recent = []
      watch.poke()
    },
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
