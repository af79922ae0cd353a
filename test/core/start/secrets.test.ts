import { equal, match, throws } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { StartError } from '../../../scripts/lib/readiness.ts'
import { secretIn } from '../../../scripts/lib/secrets.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secrets-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a secret is made once, and only its owner reads it', () => {
  const made = secretIn(dir, 'ari')
  match(made.value, /^[\w-]{43}$/)
  equal(statSync(made.file).mode & 0o777, 0o600)
  equal(secretIn(dir, 'ari').value, made.value)
})

test('a file that was emptied or cut is told, and left as it is', () => {
  const { file } = secretIn(dir, 'ari')
  for (const length of [10, 0]) {
    truncateSync(file, length)
    throws(
      () => secretIn(dir, 'ari'),
      (error: unknown) => error instanceof StartError && error.message.includes(file) && /16/.test(error.message),
    )
    equal(readFileSync(file).length, length)
  }
})
