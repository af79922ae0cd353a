import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const log = join(import.meta.dirname, '../../../src/platform/telemetry/log.ts')
const endsAtOnce = `
  import { createLog } from '${log}'
  const log = createLog({ name: 'test' })
  for (let n = 0; n < 100; n++) log.info({ n }, 'at work')
  log.fatal({ err: new Error('why'), number: '13812345678' }, 'ending')
  process.exit(1)`
const run = (stdout: 'pipe' | number) =>
  spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', endsAtOnce], {
    stdio: ['ignore', stdout, 'pipe'],
    encoding: 'utf8',
  })

test('who ends at once has said why, masked as all is', () => {
  const { status, stdout, stderr } = run('pipe')
  expect([status, stderr]).toEqual([1, ''])
  const last = stdout.split('\n').find((line) => line.includes('"ending"'))
  expect(JSON.parse(last ?? '')).toMatchObject({ level: 60, err: { message: 'why' }, number: '138****5678' })
})

test('a full disk keeps nobody from ending', () => {
  expect(run(openSync('/dev/full', 'w')).status).toBe(1)
})
