import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { expect, test } from 'vitest'
import { privateRoot } from '../../scripts/lib/locate-root.ts'

test('the wire types are those of the Asterisk that we run', ({ skip }) => {
  const script = join(import.meta.dirname, '../../scripts/generate-ari-types.ts')
  const { status, stderr } = spawnSync(execPath, [script, '--check', rootOr(skip)], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

/** Where the servers run in containers there may be no root on this machine. */
function rootOr(skip: (why: string) => never): string {
  try {
    return privateRoot()
  } catch {
    return skip('no private root here')
  }
}
