import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './messages.ts'
import { StartError } from './readiness.ts'

/**
 * Where the private root stands: HOTLINE_ROOT, or a folder named after the list of packages, so that a new list makes a
 * new root and never mends an old one in place. `root.sh` computes the same name when it makes it.
 */
export function privateRoot(): string {
  const list = readFileSync(join(import.meta.dirname, 'root-packages.txt'))
  const hash = createHash('sha256').update(list).digest('hex').slice(0, 12)
  const root = process.env['HOTLINE_ROOT'] ?? `/var/lib/hotline/root-${hash}`
  if (!existsSync(join(root, 'usr/sbin/asterisk'))) {
    throw new StartError(say('noRoot', { root }))
  }
  return root
}
