/** Chance from a seed. Each part of the world has dice of its own, so that one more throw here changes nothing there. */
import { createDice } from '../kit/call-lives.ts'

export type Dice = {
  /** From 0 up to 1. */
  throw(): number
  /** True in this share of cases. Throws nothing when it cannot be true. */
  happens(share: number): boolean
  between(from: number, to: number): number
  whole(from: number, to: number): number
  of<T>(list: readonly T[]): T
}

export function diceFrom(seed: number, of: string): Dice {
  let mixed = seed >>> 0
  for (const letter of of) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0
  const next = createDice(mixed)
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    throw: next,
    happens: (share) => share > 0 && next() < share,
    between: (from, to) => from + next() * (to - from),
    whole,
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
  }
}
