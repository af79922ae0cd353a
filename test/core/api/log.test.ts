import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog, maskNumber, maskNumbersIn } from '../../../src/platform/telemetry/log.ts'
import { temporaryDir } from '../../kit/temporary.ts'

test.for([
  ['13812345678', '138****5678'],
  ['+8613812345678', '+86****5678'],
  ['051986680000', '051****0000'],
  ['86680000', '****000'],
  ['12345', '1****'],
  ['', '****'],
  ['1<b>38', '1****'],
] as const)('%s is shown as %s', ([number, shown]) => {
  expect(maskNumber(number)).toBe(shown)
})

test('numbers are found in text, and what only looks like one is left alone', () => {
  expect(maskNumbersIn('"from":"<sip:13812345678@10.0.0.1>" 0519-86680000 051986680000')).toBe(
    '"from":"<sip:138****5678@10.0.0.1>" 0519-86680000 051****0000',
  )
  const untouched = '1763955555123 CZ261124A00001-3 pbx-1763955555.12 0190a000-0000-7000-8000-13812345678a'
  expect(maskNumbersIn(untouched)).toBe(untouched)
})

test('neither secrets nor numbers reach a log line, wherever in it they stand', () => {
  const lines: string[] = []
  const log = createLog({ name: 'test' }, { write: (line) => lines.push(line) })
  log.info({ password: 'p-secret', number: '13812345678', headers: { authorization: 'Bearer t-secret' } }, 'one')
  log.info({ call: { caller: { number: '13812345678', name: '王' } }, req: { headers: { cookie: 'c-secret' } } }, 'two')
  log.warn({ err: new Error('no route for 13812345678 in <sip:+8613812345678@x>') }, 'call of 13812345678')
  const all = lines.join('')
  expect(all).not.toMatch(/secret|1381234/)
  expect(all).toContain('138****5678')
  for (const line of lines) expect(JSON.parse(line).time).toMatch(/^\d{4}-.*Z$/)
})

test('a process whose log cannot be written goes on, and ends when it wants to', async () => {
  const { dir, remove } = temporaryDir('log')
  const log = join(import.meta.dirname, '../../../src/platform/telemetry/log.ts')
  const program = `import { createLog } from ${JSON.stringify(log)}
    const log = createLog({ name: 'test' })
    for (let i = 0; i < 3; i++) { log.info('lost'); await new Promise((done) => setImmediate(done)) }
    log.fatal('the end')
    process.exit(3)`
  const command = `ulimit -f 0; exec "$0" --input-type=module -e "$1" >"$2"`
  const child = spawn('sh', ['-c', command, process.execPath, program, join(dir, 'log')], { timeout: 10_000 })
  const [code] = await once(child, 'exit')
  remove()
  expect(code).toBe(3)
})
