/** Whether a file that is held open is still the one that has its name. */
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'

export const isSame = (held: Stats, named: Stats | undefined): boolean =>
  held.ino === named?.ino && held.dev === named.dev

/** `undefined`: nothing has that name. */
export const statOf = (path: string): Promise<Stats | undefined> =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
