/** The switchboard's program: the files that lie there are what is started, also when they are replaced under a running system. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { programIn } from '../../../scripts/lib/program.ts'
import { temporaryDir } from '../../kit/temporary.ts'

test('new files make a new program; the one before stays for who runs it, and no older one', async () => {
  const { dir, remove } = temporaryDir('program')
  onTestFinished(remove)
  const from = join(dir, 'project')
  const state = join(dir, 'state')
  mkdirSync(state)
  mkdirSync(join(from, 'src/main/standby'), { recursive: true })
  writeFileSync(join(from, 'package-lock.json'), '{}')
  writeFileSync(join(from, 'src/main/standby/guard.sh'), '# a guard')
  const write = (version: string): void =>
    writeFileSync(
      join(from, 'src/main/switchboard.ts'),
      `const version: string = 'version ${version}'\nconsole.log(version)\n`,
    )
  const textOf = (folder: string): string => readFileSync(join(folder, 'switchboard.mjs'), 'utf8')

  write('one')
  const one = await programIn(state, from)
  expect(textOf(one)).toContain('version one')
  expect(existsSync(join(one, 'guard.sh'))).toBe(true)
  expect(await programIn(state, from)).toBe(one)

  write('number two')
  const two = await programIn(state, from)
  expect(textOf(two)).toContain('version number two')
  expect(textOf(one)).toContain('version one')

  write('and three')
  const three = await programIn(state, from)
  expect([one, two, three].map((folder) => existsSync(folder))).toEqual([false, true, true])

  writeFileSync(join(from, 'src/main/switchboard.ts'), 'const version: = broken\n')
  await expect(programIn(state, from)).rejects.toThrow(
    /无法由 .* 生成话务程序：.*Unexpected token.*switchboard\.ts:1:16/,
  )
  expect(textOf(three)).toContain('version and three')
})
