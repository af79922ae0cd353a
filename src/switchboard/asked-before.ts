/** What a command asks for, in short: by this a repeat is told from another command under an id that was used before. */
import { createHash } from 'node:crypto'
import type { DeskCommand } from '#acd/core'

/** 96 bits: kept with every remembered command, and told apart only among one agent's own. */
const digestLength = 16

/** The same for the same call, command and arguments, in whatever order their fields were written. */
export function gistOf({ call, command }: Pick<DeskCommand, 'call' | 'command'>): string {
  const text = JSON.stringify([call ?? null, inOrder(command)])
  return createHash('sha256').update(text).digest('base64url').slice(0, digestLength)
}

const inOrder = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, inOrder(inner)]),
      )
    : value
