/** What a process depends on, and whether it can do its work: told to whoever asks, with the reason where it cannot. */
import { statfs } from 'node:fs/promises'

/** `reason` stands wherever `ok` is false. */
export type Part = { readonly ok: boolean; readonly reason?: string } & Readonly<Record<string, unknown>>
export type Health = {
  /** All that this process needs to do its work is there. */
  readonly ready: boolean
  /** What is not as it should be, needed or not. */
  readonly wrong: readonly string[]
  readonly parts: Readonly<Record<string, Part>>
}

export function judge<Name extends string>(
  parts: Readonly<Record<Name, Part>>,
  needed: readonly NoInfer<Name>[],
): Health {
  const wrong = Object.entries<Part>(parts).flatMap(([name, { ok }]) => (ok ? [] : [name]))
  return { ready: !needed.some((name) => wrong.includes(name)), wrong, parts }
}

/** Less than the second that whoever asks us may wait. */
const patienceMs = 500

/** A part that is asked; silence is a no. */
export async function asked(question: () => Promise<unknown>): Promise<Part> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Part>((resolve) => {
    timer = setTimeout(resolve, patienceMs, { ok: false, reason: `no answer within ${patienceMs} ms` })
  })
  const answer = question().then(
    (): Part => ({ ok: true }),
    (error: unknown): Part => ({ ok: false, reason: wordsOf(error) }),
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** An error of several addresses has no words of its own. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error && (error.message || (error as NodeJS.ErrnoException).code)) || String(error)

/** The disk of a folder; `neededBytes`: what may still be written there. */
export async function diskOf(folder: string, neededBytes: number): Promise<Part> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return judgeDisk(bavail * bsize, neededBytes)
  } catch (error) {
    return { ok: false, reason: (error as Error).message }
  }
}

export const judgeDisk = (freeBytes: number, neededBytes: number): Part =>
  freeBytes >= neededBytes
    ? { ok: true, freeBytes }
    : { ok: false, reason: `${neededBytes} bytes may still be written, and ${freeBytes} are free`, freeBytes }
